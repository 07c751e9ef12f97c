import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type AccessKey, type LocalAws, startLocalAws } from "./mod.ts";
import { keyOf, refusalOf, signedCall, type SignedCallAnswer } from "./signed_call.ts";

// Fixed, so that no code changes while a test runs.
const now = () => Date.parse("2030-01-02T03:04:05Z");

function assumeRole(
  aws: LocalAws,
  key: AccessKey,
  parameters: Record<string, string>,
): Promise<SignedCallAnswer> {
  const all = { RoleSessionName: "work", ...parameters };
  return signedCall(aws, { key, action: "AssumeRole", parameters: all });
}

async function mfaSession(aws: LocalAws, name: string): Promise<Required<AccessKey>> {
  const user = aws.account.user(name) ?? aws.addUser({ name });
  const parameters = { SerialNumber: user.device.serialNumber, TokenCode: user.device.code() };
  return keyOf(
    await signedCall(aws, { key: user.accessKey, action: "GetSessionToken", parameters }),
  );
}

function notAuthorized(user: string, role: string): [number, string, string] {
  return [
    403,
    "AccessDenied",
    `User: ${user} is not authorized to perform: sts:AssumeRole on resource: ${role}`,
  ];
}

Deno.test("AssumeRole gives a role session that S3 takes", async () => {
  await using aws = startLocalAws({ now });
  const { accessKey } = aws.addUser({ name: "ann" });
  const { arn: RoleArn, id } = aws.addRole({ name: "admin", path: "/ops/" });
  strictEqual(RoleArn, "arn:aws:iam::123456789012:role/ops/admin");
  const answer = await assumeRole(aws, accessKey, { RoleArn });
  strictEqual(answer.element("Arn"), "arn:aws:sts::123456789012:assumed-role/admin/work");
  strictEqual(answer.element("AssumedRoleId"), `${id}:work`);
  strictEqual(answer.element("Expiration"), "2030-01-02T04:04:05Z");
  const key = keyOf(answer);
  const who = await signedCall(aws, { key, action: "GetCallerIdentity" });
  strictEqual(who.element("Arn"), "arn:aws:sts::123456789012:assumed-role/admin/work");
  strictEqual((await signedCall(aws, { key, action: "ListBuckets", service: "s3" })).status, 200);
  const again = await signedCall(aws, { key, action: "GetSessionToken" });
  strictEqual(refusalOf(again)[2], "Cannot call GetSessionToken with session credentials");
});

Deno.test("AssumeRole takes MFA from the session or from a code in the call", async () => {
  await using aws = startLocalAws({ now });
  const { accessKey, arn, device } = aws.addUser({ name: "ann" });
  const { arn: RoleArn } = aws.addRole({ name: "admin", mfa: true });
  deepStrictEqual(
    refusalOf(await assumeRole(aws, accessKey, { RoleArn })),
    notAuthorized(arn, RoleArn),
  );
  strictEqual((await assumeRole(aws, await mfaSession(aws, "ann"), { RoleArn })).status, 200);
  const code = { SerialNumber: device.serialNumber, TokenCode: device.code() };
  strictEqual(
    refusalOf(await assumeRole(aws, accessKey, { RoleArn, ...code }))[2],
    "MultiFactorAuthentication failed with invalid MFA one time pass code.",
  );
  aws.clock.advance(30);
  const next = { ...code, TokenCode: device.code() };
  strictEqual((await assumeRole(aws, accessKey, { RoleArn, ...next })).status, 200);
});

Deno.test("AssumeRole refuses a wrong ExternalId, principal or role", async () => {
  await using aws = startLocalAws({ now });
  const { accessKey, arn } = aws.addUser({ name: "ann" });
  const bob = aws.addUser({ name: "bob" });
  const { arn: RoleArn } = aws.addRole({
    name: "admin",
    externalId: "12345",
    principals: [arn],
  });
  strictEqual((await assumeRole(aws, accessKey, { RoleArn, ExternalId: "12345" })).status, 200);
  const refused = [
    await assumeRole(aws, accessKey, { RoleArn }),
    await assumeRole(aws, accessKey, { RoleArn, ExternalId: "123456" }),
  ];
  for (const answer of refused) deepStrictEqual(refusalOf(answer), notAuthorized(arn, RoleArn));
  deepStrictEqual(
    refusalOf(await assumeRole(aws, bob.accessKey, { RoleArn, ExternalId: "12345" })),
    notAuthorized(bob.arn, RoleArn),
  );
  const unknown = RoleArn + "x";
  deepStrictEqual(
    refusalOf(await assumeRole(aws, accessKey, { RoleArn: unknown })),
    notAuthorized(arn, unknown),
  );
});

Deno.test("AssumeRole from a session is limited to an hour, from a user's key by the role", async () => {
  await using aws = startLocalAws({ now });
  const { accessKey } = aws.addUser({ name: "ann" });
  const { arn: RoleArn } = aws.addRole({ name: "admin", maxSessionDuration: 7200 });
  const session = await mfaSession(aws, "ann");
  strictEqual((await assumeRole(aws, session, { RoleArn, DurationSeconds: "3600" })).status, 200);
  deepStrictEqual(
    refusalOf(await assumeRole(aws, session, { RoleArn, DurationSeconds: "3601" })),
    [
      400,
      "ValidationError",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    ],
  );
  strictEqual((await assumeRole(aws, accessKey, { RoleArn, DurationSeconds: "7200" })).status, 200);
  deepStrictEqual(
    refusalOf(await assumeRole(aws, accessKey, { RoleArn, DurationSeconds: "7201" })),
    [
      400,
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ],
  );
});

Deno.test("AssumeRole refuses root", async () => {
  await using aws = startLocalAws({ now });
  const { accessKey } = aws.addRoot();
  const { arn: RoleArn } = aws.addRole({ name: "admin" });
  strictEqual(
    refusalOf(await assumeRole(aws, accessKey, { RoleArn }))[2],
    "Roles may not be assumed by root accounts.",
  );
});

const NULL = "failed to satisfy constraint: Member must not be null";
const LIMITS: readonly [parameters: Record<string, string>, message: string][] = [
  [{}, `1 validation error detected: Value null at 'roleArn' ${NULL}`],
  [
    { RoleArn: "arn:aws:iam::1:role" },
    "1 validation error detected: Value 'arn:aws:iam::1:role' at 'roleArn' " +
    "failed to satisfy constraint: Member must have length greater than or equal to 20",
  ],
  [{ RoleArn: "arn:aws:iam::1234:role/x" }, "arn:aws:iam::1234:role/x is invalid"],
  [
    { RoleArn: "arn:aws:iam::123456789012:role/x", RoleSessionName: "a b" },
    "1 validation error detected: Value 'a b' at 'roleSessionName' " +
    "failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  ],
  [
    { RoleArn: "arn:aws:iam::123456789012:role/x", ExternalId: "x", DurationSeconds: "43201" },
    "2 validation errors detected: Value '43201' at 'durationSeconds' " +
    "failed to satisfy constraint: Member must have value less than or equal to 43200; " +
    "Value 'x' at 'externalId' " +
    "failed to satisfy constraint: Member must have length greater than or equal to 2",
  ],
];

for (const [parameters, message] of LIMITS) {
  Deno.test(`AssumeRole refuses ${JSON.stringify(parameters)}`, async () => {
    await using aws = startLocalAws({ now });
    const { accessKey } = aws.addUser({ name: "ann" });
    const answer = await assumeRole(aws, accessKey, parameters);
    deepStrictEqual(refusalOf(answer), [400, "ValidationError", message]);
  });
}
