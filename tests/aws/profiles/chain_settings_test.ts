import assert from "node:assert/strict";
import { WevError } from "../../../src/errors.ts";
import { parseSharedConfig, type Profile } from "../../../src/aws/profiles/shared_config.ts";
import { findCredentialChain } from "../../../src/aws/profiles/credential_chain.ts";
import { type ChainSettings, chainSettings } from "../../../src/aws/profiles/chain_settings.ts";

const KEYS = { aws_access_key_id: "AKIAEXAMPLEEXAMPLE00", aws_secret_access_key: "secret" };
const ROLE = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const PHONE = "arn:aws:iam::123456789012:mfa/ann";
const OTHER = "arn:aws:iam::123456789012:mfa/other";

/** Follows the profile "chosen" of a configuration file. */
function chainOf(profiles: Record<string, Profile>): ChainSettings {
  const text = Object.entries(profiles).map(([name, settings]) =>
    `[profile ${name}]\n${
      Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`).join("")
    }`
  );
  const config = parseSharedConfig(
    { file: "config", text: text.join("") },
    { file: "credentials", text: undefined },
  );
  const get = (name: string) => ({ AWS_EC2_METADATA_DISABLED: "true", ...ENVIRONMENT })[name];
  const files = ["credentials", "config"];
  return chainSettings(
    findCredentialChain({ named: "chosen", isOption: true, get, config, files, needsSecret: true }),
    config,
  );
}

const ENVIRONMENT: Record<string, string> = {
  AWS_ACCESS_KEY_ID: "AKIAENVIRONMENT00000",
  AWS_SECRET_ACCESS_KEY: "secret",
};

/** What a chain is to be, in one line: where the keys come from, the roles, the device, the region. */
function summary(profiles: Record<string, Profile>): string {
  const { base, roles, mfaSerial, region, nearestRegion } = chainOf(profiles);
  const path = roles.map(({ arn, duration }) => `${arn.split("/")[1]}:${duration}`);
  return [base.source, ...path, mfaSerial ?? "-", region ?? "-", nearestRegion ?? "-"].join(" | ");
}

const CHAINS: Record<string, [Record<string, Profile>, string]> = {
  "keys": [{ chosen: KEYS }, 'the profile "chosen" | - | - | -'],
  "keys with a device and a region": [
    { chosen: { ...KEYS, mfa_serial: PHONE, region: "eu-west-1" } },
    `the profile "chosen" | ${PHONE} | eu-west-1 | eu-west-1`,
  ],
  "a role of another profile's keys": [
    { chosen: { role_arn: ROLE("one"), source_profile: "base" }, base: KEYS },
    'the profile "base" | one:3600 | - | - | -',
  ],
  "roles in the order in which they are assumed, the device and the region inherited": [
    {
      chosen: { role_arn: ROLE("two"), source_profile: "middle", duration_seconds: "1800" },
      middle: { role_arn: ROLE("one"), source_profile: "base", region: "eu-west-1" },
      base: { ...KEYS, mfa_serial: PHONE },
    },
    `the profile "base" | one:3600 | two:1800 | ${PHONE} | - | eu-west-1`,
  ],
  "the nearest device": [
    {
      chosen: { role_arn: ROLE("one"), source_profile: "base", mfa_serial: PHONE },
      base: { ...KEYS, mfa_serial: OTHER },
    },
    `the profile "base" | one:3600 | ${PHONE} | - | -`,
  ],
  "a profile that is its own source": [
    { chosen: { ...KEYS, role_arn: ROLE("one"), source_profile: "chosen" } },
    'the profile "chosen" | one:3600 | - | - | -',
  ],
  "a source's keys before its role": [
    {
      chosen: { role_arn: ROLE("one"), source_profile: "base" },
      base: { ...KEYS, role_arn: ROLE("never"), source_profile: "nobody" },
    },
    'the profile "base" | one:3600 | - | - | -',
  ],
  "a program": [
    {
      chosen: { role_arn: ROLE("one"), source_profile: "base" },
      base: { credential_process: "x" },
    },
    'credential_process of the profile "base" | one:3600 | - | - | -',
  ],
  "IAM Identity Center": [
    { chosen: { sso_session: "work", sso_account_id: "123456789012" } },
    'sso_session of the profile "chosen" | - | - | -',
  ],
  "the machine's keys": [
    { chosen: { role_arn: ROLE("one"), credential_source: "Environment" } },
    "AWS_ACCESS_KEY_ID | one:3600 | - | - | -",
  ],
  "a web identity, whose role is not assumed a second time": [
    { chosen: { role_arn: ROLE("one"), web_identity_token_file: "/token" } },
    'web_identity_token_file of the profile "chosen" | - | - | -',
  ],
};

for (const [what, [profiles, expected]] of Object.entries(CHAINS)) {
  Deno.test(`chainSettings() follows ${what}`, () => assert.equal(summary(profiles), expected));
}

const MISTAKES: Record<string, [Record<string, Profile>, RegExp]> = {
  "a circle": [
    {
      chosen: { role_arn: ROLE("one"), source_profile: "other" },
      other: { role_arn: ROLE("two"), source_profile: "chosen" },
    },
    /: The profiles form a circle: "chosen" → "other" → "chosen"$/,
  ],
  "a profile that is its own source without keys": [
    { chosen: { role_arn: ROLE("one"), source_profile: "chosen" } },
    /circle: "chosen" → "chosen"/,
  ],
  "a source that there is not": [
    { chosen: { role_arn: ROLE("one"), source_profile: "nobody" } },
    /: The profile "chosen" has source_profile "nobody", but there is no such profile$/,
  ],
  "a role without a source": [{ chosen: { role_arn: ROLE("one") } }, /but no source_profile/],
  "two sources": [
    { chosen: { role_arn: ROLE("one"), source_profile: "a", credential_source: "Environment" } },
    /both source_profile and credential_source/,
  ],
  "half a key": [
    { chosen: { aws_access_key_id: "AKIA" } },
    /: The profile "chosen" has no aws_secret_access_key$/,
  ],
  "nothing": [{ chosen: {} }, /has no aws_access_key_id/],
  "a role that is none": [
    { chosen: { role_arn: "arn:aws:iam::1:user/ann", source_profile: "base" }, base: KEYS },
    /: role_arn of the profile "chosen" must/,
  ],
  "a duration that is none": [
    {
      chosen: { role_arn: ROLE("one"), source_profile: "base", duration_seconds: "1h" },
      base: KEYS,
    },
    /: duration_seconds of the profile "chosen" must be a whole number of seconds from 900 to 43200/,
  ],
  "a security key": [
    { chosen: { ...KEYS, mfa_serial: "arn:aws:iam::123456789012:u2f/user/ann/key" } },
    /: mfa_serial of the profile "chosen" is a FIDO security key/,
  ],
};

for (const [what, [profiles, message]] of Object.entries(MISTAKES)) {
  Deno.test(`chainSettings() tells of ${what}`, () => {
    assert.throws(
      () => chainOf(profiles),
      (error) => error instanceof WevError && message.test(error.message),
    );
  });
}
