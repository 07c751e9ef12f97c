import assert from "node:assert/strict";
import { ConfigError } from "../../src/errors.ts";
import { awsMfa } from "../../src/plugins/aws_mfa/mod.ts";
import { sessionNameOf } from "../../src/plugins/aws_mfa/roles.ts";
import { optionsOf } from "../support/options.ts";

const NAMES = ["ID", "SECRET", "TOKEN"];
const LONG = "x".repeat(1225);

const WRONG: readonly [string, RegExp][] = [
  ["duration: 899", /"duration" .* from 900 to 129600/],
  ["duration: 129601", /"duration"/],
  ["role_duration: 899", /"role_duration" .* from 900 to 43200/],
  ["role_duration: 43201", /"role_duration"/],
  ["role_arn: arn:aws:iam::123456789012:user/ann", /"role_arn" .* ":role\/"/],
  ["role_arn: arn:aws:iam::12345:role/admin", /"role_arn" .* 12 digits/],
  ["role_arn: short", /"role_arn" .* 20 to 2048 characters: it has 5/],
  ["role_session_name: x", /"role_session_name" .* 2 to 64 characters: it has 1/],
  ["role_session_name: not this", /"role_session_name" .* must be letters, digits and/],
  [`external_id: ${LONG}`, /"external_id" .* 2 to 1224 characters: it has 1225/],
  ["external_id: a b", /"external_id"/],
  ["account: 12345", /"account" .* 12 digits/],
  ['account: "12345678901x"', /"account"/],
  ["region: Frankfurt", /"region" of wev-awsmfa must be the name of a region/],
  ["profile: ''", /"profile"/],
  ["token_command: ykman oath", /"token_command" .* must be a list of texts/],
  ["token_command: [ykman]", /"token_command" .* is allowed only in .* home directory/],
];

for (const [yaml, message] of WRONG) {
  Deno.test(`wev-awsmfa refuses ${yaml.slice(0, 50)} at its place`, () => {
    assert.throws(
      () => optionsOf(yaml, awsMfa, NAMES),
      (error) =>
        error instanceof ConfigError && message.test(error.message) &&
        error.message.startsWith("wev.yml:1:1: "),
    );
  });
}

Deno.test("wev-awsmfa takes each option at its limits", () => {
  const yaml = [
    "duration: 129600",
    "profile: work",
    "region: us-gov-west-1",
    "role_arn: arn:aws-us-gov:iam::123456789012:role/path/admin",
    "role_session_name: ab",
    "role_duration: 43200",
    "external_id: a/b:c",
    "account: 012345678901",
    "mfa_device: GAHT12345678",
  ].join("\n");
  assert.deepEqual(optionsOf(yaml, awsMfa, NAMES), {
    duration: 129600,
    mfa_device: "GAHT12345678",
    profile: "work",
    region: "us-gov-west-1",
    role_arn: "arn:aws-us-gov:iam::123456789012:role/path/admin",
    role_session_name: "ab",
    role_duration: 43200,
    external_id: "a/b:c",
    account: "012345678901",
  });
});

for (
  const [arn, name] of [
    ["arn:aws:iam::123456789012:user/ann", "ann"],
    ["arn:aws:iam::123456789012:user/team/ann@example.com", "ann@example.com"],
    ["arn:aws:iam::123456789012:user/x", "wev-x"],
    ["arn:aws:sts::123456789012:assumed-role/admin/i-0123", "i-0123"],
    ["arn:aws:iam::123456789012:root", "root"],
  ] as const
) {
  Deno.test(`sessionNameOf() makes "${name}" of ${arn}`, () => {
    assert.equal(sessionNameOf(arn), name);
  });
}
