import assert from "node:assert/strict";
import { checkedIdentity, sessionOf, type StsCredentials } from "../../src/aws/sts.ts";

const USER = "arn:aws:iam::123456789012:user/ann";
const NOT_AWS = /^WevError: The response is not from AWS, or it is corrupt: /;

for (
  const arn of [
    USER,
    "arn:aws:iam::123456789012:root",
    "arn:aws-cn:sts::123456789012:assumed-role/admin/ann@x.org",
    "arn:aws-us-gov:sts::123456789012:federated-user/ann",
  ]
) {
  Deno.test(`checkedIdentity() accepts ${arn}`, () => assert.equal(checkedIdentity(arn), arn));
}

for (
  const [what, arn] of [
    ["no ARN", "ann"],
    ["another service", "arn:aws:s3::123456789012:user/ann"],
    ["a region", "arn:aws:iam:us-east-1:123456789012:user/ann"],
    ["no account", "arn:aws:iam:::user/ann"],
    ["another partition", "arn:gcp:iam::123456789012:user/ann"],
    ["no name", "arn:aws:iam::123456789012:user/"],
    ["no resource", "arn:aws:iam::123456789012:"],
    ["a space", `${USER} b`],
    ["an escape sequence", `${USER}\x1b[2J`],
    ["more than 2048 characters", USER + "a".repeat(2_048)],
  ] as const
) {
  Deno.test(`checkedIdentity() refuses ${what}`, () => {
    assert.throws(() => checkedIdentity(arn), NOT_AWS);
  });
}

const NOW = new Date("2026-01-31T12:00:00Z");
const CLOCKS = { clockOffset: 0, now: NOW, times: { exactly: (at: Date) => at.toISOString() } };
const CREDENTIALS: StsCredentials = {
  AccessKeyId: "ASIAEXAMPLEEXAMPLE00",
  SecretAccessKey: "secret",
  SessionToken: "token",
  Expiration: new Date("2026-01-31T13:00:00.500Z"),
};

Deno.test("sessionOf() returns the values in the order of the names, and when they expire", () => {
  assert.deepEqual(sessionOf(CREDENTIALS, USER, CLOCKS), {
    values: ["ASIAEXAMPLEEXAMPLE00", "secret", "token", "2026-01-31T13:00:00Z"],
    expiresAt: CREDENTIALS.Expiration,
    identity: USER,
  });
});

Deno.test("sessionOf() returns the expiration by this computer's clock, and AWS's as a value", () => {
  // AWS's clock is two minutes ahead.
  const session = sessionOf(CREDENTIALS, USER, { ...CLOCKS, clockOffset: 120_000 });
  assert.equal(session.expiresAt.toISOString(), "2026-01-31T12:58:00.500Z");
  assert.equal(session.values[3], "2026-01-31T13:00:00Z");
});

for (
  const [what, changes] of [
    ["no access key ID", { AccessKeyId: undefined }],
    ["an empty secret", { SecretAccessKey: "" }],
    ["no session token", { SessionToken: undefined }],
    ["no expiration", { Expiration: undefined }],
    ["an expiration that is no time", { Expiration: new Date(NaN) }],
    ["a line feed in the token", { SessionToken: "a\nb" }],
  ] as const
) {
  Deno.test(`sessionOf() refuses credentials with ${what}`, () => {
    assert.throws(() => sessionOf({ ...CREDENTIALS, ...changes }, USER, CLOCKS), NOT_AWS);
  });
}

Deno.test("sessionOf() refuses a response without credentials, and credentials that expire now", () => {
  assert.throws(() => sessionOf(undefined, USER, CLOCKS), /it has no credentials/);
  assert.throws(() => sessionOf({ ...CREDENTIALS, Expiration: NOW }, USER, CLOCKS), /too soon/);
});
