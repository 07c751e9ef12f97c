import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type AccessKey, type LocalAws, startLocalAws } from "./mod.ts";
import { keyOf, refusalOf, signedCall, type SignedCallAnswer } from "./signed_call.ts";

// Fixed, so that no code or session changes while a test runs.
const NOW = Date.parse("2030-01-02T03:04:05.678Z");

const WRONG_CODE = [
  403,
  "AccessDenied",
  "MultiFactorAuthentication failed with invalid MFA one time pass code.",
];
const WRONG_SERIAL = [
  403,
  "AccessDenied",
  "MultiFactorAuthentication failed, unable to validate MFA code.  " +
  "Please verify your MFA serial number is valid and associated with this user.",
];

function getSessionToken(
  aws: LocalAws,
  key: AccessKey,
  parameters: Record<string, string> = {},
): Promise<SignedCallAnswer> {
  return signedCall(aws, { key, action: "GetSessionToken", parameters });
}

function listBuckets(aws: LocalAws, key: AccessKey): Promise<SignedCallAnswer> {
  return signedCall(aws, { key, action: "ListBuckets", service: "s3" });
}

Deno.test("GetSessionToken with a code gives a session that S3 takes until it expires", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey, device } = aws.addUser({ name: "ann" });
  const answer = await getSessionToken(aws, accessKey, {
    DurationSeconds: "900",
    SerialNumber: device.serialNumber,
    TokenCode: device.code(),
  });
  strictEqual(answer.status, 200);
  const life = Date.parse(answer.element("Expiration") ?? "") - NOW;
  strictEqual(life, 899_322);
  const key = keyOf(answer);
  strictEqual((await listBuckets(aws, key)).status, 200);
  aws.clock.advance(899.321);
  strictEqual((await listBuckets(aws, key)).status, 200);
  aws.clock.advance(0.001);
  deepStrictEqual(refusalOf(await listBuckets(aws, key)), [
    400,
    "ExpiredToken",
    "The provided token has expired.",
  ]);
  deepStrictEqual(refusalOf(await signedCall(aws, { key, action: "GetCallerIdentity" })), [
    403,
    "ExpiredToken",
    "The security token included in the request is expired",
  ]);
});

Deno.test("GetSessionToken without a code gives a session that S3 and IAM refuse", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey } = aws.addUser({ name: "ann" });
  const key = keyOf(await getSessionToken(aws, accessKey));
  deepStrictEqual(refusalOf(await listBuckets(aws, key)), [403, "AccessDenied", "Access Denied"]);
  const parameters = { UserName: "ann" };
  const list = { key, action: "ListMFADevices", service: "iam", parameters } as const;
  strictEqual(refusalOf(await signedCall(aws, list))[1], "InvalidClientTokenId");
  strictEqual((await signedCall(aws, { key, action: "GetCallerIdentity" })).status, 200);
});

Deno.test("GetSessionToken refuses temporary keys", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey } = aws.addUser({ name: "ann" });
  const key = keyOf(await getSessionToken(aws, accessKey));
  deepStrictEqual(refusalOf(await getSessionToken(aws, key)), [
    403,
    "AccessDenied",
    "Cannot call GetSessionToken with session credentials",
  ]);
});

Deno.test("temporary keys without their token, or with a wrong one, are refused", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey } = aws.addUser({ name: "ann" });
  const { sessionToken: _, ...key } = keyOf(await getSessionToken(aws, accessKey));
  const action = "GetCallerIdentity";
  strictEqual(refusalOf(await signedCall(aws, { key, action }))[1], "InvalidClientTokenId");
  const wrong = { ...key, sessionToken: "wrong" };
  strictEqual(refusalOf(await signedCall(aws, { key: wrong, action }))[1], "InvalidClientTokenId");
  strictEqual(refusalOf(await listBuckets(aws, wrong))[1], "InvalidToken");
});

Deno.test("a code works once, and none of an earlier step after it", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey, device } = aws.addUser({ name: "ann" });
  const call = (TokenCode: string) =>
    getSessionToken(aws, accessKey, { SerialNumber: device.serialNumber, TokenCode });
  const [before, now, after] = [device.code(-30), device.code(), device.code(30)];
  strictEqual((await call(now)).status, 200);
  deepStrictEqual(refusalOf(await call(now)), WRONG_CODE);
  deepStrictEqual(refusalOf(await call(before)), WRONG_CODE);
  strictEqual((await call(after)).status, 200);
  aws.clock.advance(60);
  strictEqual((await call(device.code())).status, 200);
  deepStrictEqual(
    aws.requestsOf("GetSessionToken").map(({ parameters, status }) => [
      parameters["TokenCode"],
      status,
    ]).slice(0, 4),
    [[now, 200], [now, 403], [before, 403], [after, 200]],
  );
});

Deno.test("a wrong code, and one two steps late, is refused", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey, device } = aws.addUser({ name: "ann" });
  for (const TokenCode of [device.wrongCode(), device.code(-60)]) {
    const parameters = { SerialNumber: device.serialNumber, TokenCode };
    deepStrictEqual(refusalOf(await getSessionToken(aws, accessKey, parameters)), WRONG_CODE);
  }
});

Deno.test("a serial number that is not the user's, or of a FIDO key, is refused", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey } = aws.addUser({ name: "ann", devices: [{ kind: "fido", name: "KEY1" }] });
  const { device } = aws.addUser({ name: "bob" });
  const serials = [device.serialNumber, "arn:aws:iam::123456789012:u2f/user/ann/KEY1"];
  for (const SerialNumber of serials) {
    const parameters = { SerialNumber, TokenCode: device.code() };
    deepStrictEqual(refusalOf(await getSessionToken(aws, accessKey, parameters)), WRONG_SERIAL);
  }
});

Deno.test("a code without a serial number, and the reverse, is refused", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey, device } = aws.addUser({ name: "ann" });
  for (const one of [{ SerialNumber: device.serialNumber }, { TokenCode: device.code() }]) {
    deepStrictEqual(refusalOf(await getSessionToken(aws, accessKey, one)), [
      403,
      "AccessDenied",
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    ]);
  }
});

Deno.test("root is named as such, and gets an hour at most", async () => {
  await using aws = startLocalAws({ now: () => NOW });
  const { accessKey } = aws.addRoot();
  const who = await signedCall(aws, { key: accessKey, action: "GetCallerIdentity" });
  strictEqual(who.element("Arn"), "arn:aws:iam::123456789012:root");
  strictEqual(who.element("UserId"), "123456789012");
  const answer = await getSessionToken(aws, accessKey, { DurationSeconds: "43200" });
  const life = Date.parse(answer.element("Expiration") ?? "") - NOW;
  strictEqual(life, 3_599_322);
});

const LIMITS: readonly [parameters: Record<string, string>, message: string][] = [
  [
    { DurationSeconds: "899" },
    "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: " +
    "Member must have value greater than or equal to 900",
  ],
  [
    { DurationSeconds: "129601" },
    "1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: " +
    "Member must have value less than or equal to 129600",
  ],
  [
    { TokenCode: "12345", SerialNumber: "GAHT12345678" },
    "1 validation error detected: Value '12345' at 'tokenCode' failed to satisfy constraint: " +
    "Member must have length greater than or equal to 6",
  ],
  [
    { TokenCode: "12345a", SerialNumber: "arn:aws: " },
    "2 validation errors detected: " +
    "Value 'arn:aws: ' at 'serialNumber' failed to satisfy constraint: " +
    "Member must satisfy regular expression pattern: [\\w+=/:,.@-]*; " +
    "Value '12345a' at 'tokenCode' failed to satisfy constraint: " +
    "Member must satisfy regular expression pattern: [\\d]*",
  ],
];

for (const [parameters, message] of LIMITS) {
  Deno.test(`GetSessionToken refuses ${JSON.stringify(parameters)}`, async () => {
    await using aws = startLocalAws({ now: () => NOW });
    const { accessKey } = aws.addUser({ name: "ann" });
    const answer = await getSessionToken(aws, accessKey, parameters);
    deepStrictEqual(refusalOf(answer), [400, "ValidationError", message]);
  });
}
