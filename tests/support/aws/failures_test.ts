import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { failures, type LocalAws, startLocalAws } from "./mod.ts";
import { refusalOf, signedCall, type SignedCallAnswer } from "./signed_call.ts";

const ACTION = "GetSessionToken";

function call(aws: LocalAws, options: { signal?: AbortSignal } = {}): Promise<SignedCallAnswer> {
  const user = aws.account.user("ann") ?? aws.addUser({ name: "ann" });
  return signedCall(aws, { key: user.accessKey, action: ACTION, ...options });
}

const ERRORS = {
  throttling: [400, "Throttling"],
  internalFailure: [500, "InternalFailure"],
  serviceUnavailable: [503, "ServiceUnavailable"],
  regionDisabled: [403, "RegionDisabledException"],
  expiredKey: [403, "ExpiredToken"],
  unknownKey: [403, "InvalidClientTokenId"],
} as const;

for (const [name, [status, code]] of Object.entries(ERRORS)) {
  Deno.test(`failures.${name} answers ${code} once`, async () => {
    await using aws = startLocalAws();
    aws.failures.add(ACTION, failures[name as keyof typeof ERRORS]);
    const answer = await call(aws);
    deepStrictEqual(refusalOf(answer).slice(0, 2), [status, code]);
    strictEqual((await call(aws)).status, 200);
    deepStrictEqual(
      aws.requests.map(({ status, errorCode, processed }) => [status, errorCode, processed]),
      [[status, code, false], [200, undefined, true]],
    );
  });
}

Deno.test("failures come in the order in which they were added, for their action only", async () => {
  await using aws = startLocalAws();
  aws.failures.add("AssumeRole", failures.internalFailure);
  aws.failures.add(ACTION, failures.throttling, { times: 2 });
  aws.failures.add("*", failures.serviceUnavailable, { times: Infinity });
  const statuses = [];
  for (let count = 0; count < 5; count++) statuses.push((await call(aws)).status);
  deepStrictEqual(statuses, [400, 400, 503, 503, 503]);
  aws.failures.clear();
  strictEqual((await call(aws)).status, 200);
});

Deno.test("failures.proxyPage and failures.garbage answer what no AWS would", async () => {
  await using aws = startLocalAws();
  aws.failures.add(ACTION, failures.proxyPage);
  aws.failures.add(ACTION, failures.garbage);
  const page = await call(aws);
  strictEqual(page.headers.get("content-type"), "text/html");
  match(page.text, /<html>/);
  strictEqual((await call(aws)).text.endsWith("&"), true);
});

Deno.test("failures.dropBefore breaks the connection with nothing done", async () => {
  await using aws = startLocalAws();
  // More than once, since the fetch() of older Denos sends a request again by itself.
  aws.failures.add(ACTION, failures.dropBefore, { times: Infinity });
  await rejects(call(aws), TypeError);
  aws.failures.clear();
  strictEqual((await call(aws)).status, 200);
  const [dropped] = aws.requests;
  deepStrictEqual([dropped?.processed, dropped?.status], [false, undefined]);
});

Deno.test("failures.dropAfter breaks the connection with the code used up", async () => {
  await using aws = startLocalAws();
  const { accessKey: key, device } = aws.addUser({ name: "bob" });
  const parameters = { SerialNumber: device.serialNumber, TokenCode: device.code() };
  aws.failures.add(ACTION, failures.dropAfter, { times: Infinity });
  await rejects(signedCall(aws, { key, action: ACTION, parameters }), TypeError);
  aws.failures.clear();
  const [dropped] = aws.requests;
  deepStrictEqual([dropped?.processed, dropped?.status], [true, undefined]);
  const again = await signedCall(aws, { key, action: ACTION, parameters });
  strictEqual(refusalOf(again)[1], "AccessDenied");
});

Deno.test("failures.delay() answers late", async () => {
  await using aws = startLocalAws();
  aws.failures.add(ACTION, failures.delay(50));
  const start = performance.now();
  strictEqual((await call(aws)).status, 200);
  strictEqual(performance.now() - start >= 49, true);
});

Deno.test("failures.hold() answers once it may", async () => {
  await using aws = startLocalAws();
  const { promise, resolve } = Promise.withResolvers<void>();
  aws.failures.add(ACTION, failures.hold(promise));
  let isAnswered = false;
  const answer = call(aws).finally(() => isAnswered = true);
  while (aws.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setTimeout(resolve, 10));
  strictEqual(isAnswered, false);
  resolve();
  strictEqual((await answer).status, 200);
});

Deno.test("failures.hang gives no answer until the client gives up", async () => {
  await using aws = startLocalAws();
  aws.failures.add(ACTION, failures.hang);
  await rejects(call(aws, { signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
  strictEqual((await call(aws)).status, 200);
});

Deno.test("the server stops while a client still waits", async () => {
  const aws = startLocalAws();
  aws.failures.add("*", failures.hang);
  const waiting = rejects(call(aws), TypeError);
  while (aws.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await aws[Symbol.asyncDispose]();
  await waiting;
});
