import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { startLocalAws } from "./mod.ts";
import { refusalOf, signedCall } from "./signed_call.ts";

const action = "GetCallerIdentity";
const UNKNOWN = "The security token included in the request is invalid.";
const MISMATCH = /^The request signature we calculated does not match the signature you provided\./;

Deno.test("an unknown access key is InvalidClientTokenId", async () => {
  await using aws = startLocalAws();
  const key = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" };
  deepStrictEqual(refusalOf(await signedCall(aws, { key, action })), [
    403,
    "InvalidClientTokenId",
    UNKNOWN,
  ]);
  const [request] = aws.requests;
  strictEqual(request?.accessKeyId, "AKIAUNKNOWN");
  strictEqual(request?.errorCode, "InvalidClientTokenId");
});

Deno.test("a revoked access key is InvalidClientTokenId", async () => {
  await using aws = startLocalAws();
  const { accessKey: key } = aws.addUser({ name: "ann" });
  aws.account.revoke(key.accessKeyId);
  const [, code] = refusalOf(await signedCall(aws, { key, action }));
  strictEqual(code, "InvalidClientTokenId");
});

Deno.test("a wrong secret is SignatureDoesNotMatch", async () => {
  await using aws = startLocalAws();
  const { accessKey } = aws.addUser({ name: "ann" });
  const key = { ...accessKey, secretAccessKey: "wrong" };
  const [status, code, message] = refusalOf(await signedCall(aws, { key, action }));
  deepStrictEqual([status, code], [403, "SignatureDoesNotMatch"]);
  match(message, MISMATCH);
});

Deno.test("a body or header changed on the way is SignatureDoesNotMatch", async () => {
  await using aws = startLocalAws();
  const { accessKey: key } = aws.addUser({ name: "ann" });
  const changes = [
    { tamperedBody: `Action=${action}&Version=2011-06-15&` },
    { tamper: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" } },
  ];
  for (const change of changes) {
    const [, code, message] = refusalOf(await signedCall(aws, { key, action, ...change }));
    strictEqual(code, "SignatureDoesNotMatch");
    match(message, MISMATCH);
  }
});

Deno.test("a signature without a key is MissingAuthenticationToken", async () => {
  await using aws = startLocalAws();
  const response = await fetch(aws.endpoint, { method: "POST", body: "Action=GetCallerIdentity" });
  strictEqual(response.status, 403);
  match(await response.text(), /<Code>MissingAuthenticationToken<\/Code>/);
});

Deno.test("a time 16 minutes off is refused in AWS's words, 14 minutes are not", async () => {
  const now = Date.parse("2030-01-02T03:04:05Z");
  await using aws = startLocalAws({ now: () => now });
  const { accessKey: key } = aws.addUser({ name: "ann" });
  const at = (minutes: number) => signedCall(aws, { key, action, time: now + minutes * 60_000 });
  deepStrictEqual(refusalOf(await at(-16)), [
    403,
    "SignatureDoesNotMatch",
    "Signature expired: 20300102T024805Z is now earlier than 20300102T024905Z (20300102T030405Z - 15 min.)",
  ]);
  deepStrictEqual(refusalOf(await at(16)), [
    403,
    "SignatureDoesNotMatch",
    "Signature not yet current: 20300102T032005Z is still later than 20300102T031905Z (20300102T030405Z + 15 min.)",
  ]);
  strictEqual((await at(-14)).status, 200);
  strictEqual((await at(14)).status, 200);
});

Deno.test("a server whose clock is skewed tells its time in the Date header", async () => {
  await using aws = startLocalAws({ skew: 3600 });
  const { accessKey: key } = aws.addUser({ name: "ann" });
  const answer = await signedCall(aws, { key, action });
  match(refusalOf(answer)[2], /^Signature expired: /);
  const ahead = Date.parse(answer.headers.get("date") ?? "") - Date.now();
  strictEqual(Math.round(ahead / 60_000), 60);
});

Deno.test("a moved clock leaves signatures alone", async () => {
  await using aws = startLocalAws();
  const { accessKey: key } = aws.addUser({ name: "ann" });
  aws.clock.advance(86400);
  strictEqual((await signedCall(aws, { key, action })).status, 200);
});

Deno.test("a region of another partition is refused", async () => {
  await using aws = startLocalAws({ account: { partition: "aws-cn" } });
  const { accessKey: key, arn } = aws.addUser({ name: "ann" });
  strictEqual(arn, "arn:aws-cn:iam::123456789012:user/ann");
  strictEqual((await signedCall(aws, { key, action, region: "cn-north-1" })).status, 200);
  deepStrictEqual(refusalOf(await signedCall(aws, { key, action })), [
    403,
    "SignatureDoesNotMatch",
    "Credential should be scoped to a valid region.",
  ]);
});

Deno.test("a region other than the one set is refused", async () => {
  await using aws = startLocalAws({ regions: { sts: "eu-west-1" } });
  const { accessKey: key } = aws.addUser({ name: "ann" });
  strictEqual((await signedCall(aws, { key, action, region: "eu-west-1" })).status, 200);
  strictEqual((await signedCall(aws, { key, action, region: "eu-west-2" })).status, 403);
});

Deno.test("an action of another version is InvalidAction", async () => {
  await using aws = startLocalAws();
  const { accessKey: key } = aws.addUser({ name: "ann" });
  deepStrictEqual(refusalOf(await signedCall(aws, { key, action, version: "2010-05-08" })), [
    400,
    "InvalidAction",
    "Could not find operation GetCallerIdentity for version 2010-05-08",
  ]);
});
