import assert from "node:assert/strict";
import { ConfigError, WevError } from "../../../src/errors.ts";
import {
  type CredentialChain,
  findCredentialChain,
  UnknownProfileError,
} from "../../../src/aws/profiles/credential_chain.ts";
import { parseSharedConfig } from "../../../src/aws/profiles/shared_config.ts";
import { KEYS, ROLE } from "../../support/profiles.ts";

type Variables = Readonly<Record<string, string>>;

/** The files, the environment and the name of a profile. */
interface Inputs {
  readonly config?: string;
  readonly credentials?: string;
  readonly environment?: Variables;
  readonly named?: string;
  readonly isOption?: boolean;
}

const KEY_VARIABLES: Variables = {
  AWS_ACCESS_KEY_ID: "AKIAENVIRONMENT00000",
  AWS_SECRET_ACCESS_KEY: "secret",
};

function chain(
  { config = "", credentials = "", environment = {}, named, isOption = false }: Inputs,
): CredentialChain {
  return findCredentialChain({
    named,
    isOption,
    get: (name) => environment[name],
    needsSecret: true,
    config: parseSharedConfig(
      { file: "/config", text: config },
      { file: "/credentials", text: credentials },
    ),
    files: ["/credentials", "/config"],
  });
}

/** Returns the source of the first credentials, and the roles in order. */
function summary(inputs: Inputs): string {
  const { base, roles } = chain(inputs);
  return [base.kind === "provider" ? base.provider : base.source, ...roles].join(" → ");
}

/** The settings of a profile that its file lists in ascending precedence, and the provider of each. */
const PRECEDENCE: readonly (readonly [settings: string, source: string])[] = [
  ["credential_process = /bin/true\n", "credential_process"],
  ["login_session = x\n", "login_session"],
  ["sso_session = s\nsso_account_id = 1\nsso_role_name = r\n", "sso"],
  [`web_identity_token_file = /token\n${ROLE}`, "web_identity"],
];

Deno.test("findCredentialChain() has the order of the AWS CLI in one profile", () => {
  let config = `[default]\n${KEYS}`;
  assert.equal(summary({ config }), 'the profile "default"');
  for (const [settings, source] of PRECEDENCE) {
    config += settings;
    assert.equal(summary({ config }), source);
  }
});

Deno.test("findCredentialChain() prefers a key of the credentials file to a sign-in and a program", () => {
  const config = "[default]\nlogin_session = x\ncredential_process = /bin/true\n";
  assert.equal(summary({ config, credentials: `[default]\n${KEYS}` }), 'the profile "default"');
  assert.equal(
    summary({
      config: "[default]\nsso_account_id = 1\nsso_role_name = r\n",
      credentials: `[default]\n${KEYS}`,
    }),
    "sso",
  );
});

Deno.test("findCredentialChain() prefers the environment's keys, unless an option names the profile", () => {
  const inputs = { config: `[profile p]\n${KEYS}`, environment: KEY_VARIABLES, named: "p" };
  assert.equal(summary(inputs), "AWS_ACCESS_KEY_ID");
  assert.deepEqual(chain(inputs).profiles, []);
  assert.equal(summary({ ...inputs, isOption: true }), 'the profile "p"');
});

Deno.test("findCredentialChain() has the web identity of the environment, unless an option names the profile", () => {
  const environment = {
    AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
    AWS_ROLE_SESSION_NAME: "build",
  };
  const inputs = { config: `[profile p]\n${KEYS}`, environment, named: "p" };
  const { base } = chain(inputs);
  assert.ok(base.kind === "provider" && base.webIdentity !== undefined);
  assert.equal(base.source, "AWS_WEB_IDENTITY_TOKEN_FILE");
  assert.equal(base.profile, undefined);
  assert.deepEqual(
    [base.webIdentity.roleArn.value, base.webIdentity.sessionName?.value],
    ["arn:aws:iam::123456789012:role/ci", "build"],
  );
  assert.equal(summary({ ...inputs, isOption: true }), 'the profile "p"');
});

Deno.test("findCredentialChain() follows source_profile, and assumes the chosen role last", () => {
  const config =
    `[profile a]\n${ROLE}source_profile = b\n[profile b]\n${ROLE}source_profile = c\n` +
    `[profile c]\n${KEYS}`;
  assert.equal(summary({ config, named: "a" }), 'the profile "c" → b → a');
  assert.deepEqual(chain({ config, named: "a" }).profiles, ["a", "b", "c"]);
});

Deno.test("findCredentialChain() prefers the key of a source profile to its role, not that of the chosen one", () => {
  const both = `[profile b]\n${ROLE}source_profile = c\n${KEYS}[profile c]\n${KEYS}`;
  const config = `[profile a]\n${ROLE}source_profile = b\n${both}`;
  assert.equal(summary({ config, named: "a" }), 'the profile "b" → a');
  assert.equal(summary({ config: both, named: "b" }), 'the profile "c" → b');
  const itself = `[profile b]\n${ROLE}source_profile = b\n${KEYS}`;
  assert.equal(summary({ config: itself, named: "b" }), 'the profile "b" → b');
});

Deno.test("findCredentialChain() has the credentials that credential_source names", () => {
  const of = (source: string, environment: Variables = {}) =>
    summary({
      config: `[profile a]\n${ROLE}credential_source = ${source}\n`,
      environment,
      named: "a",
      isOption: true,
    });
  assert.equal(of("Environment", KEY_VARIABLES), "AWS_ACCESS_KEY_ID → a");
  assert.equal(of("Ec2InstanceMetadata"), "instance → a");
  const container = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" };
  assert.equal(of("EcsContainer", container), "container → a");
  assert.throws(() => of("Environment"), /There are no credentials from credential_source Environ/);
  assert.throws(() => of("EcsContainer"), /There are no credentials from credential_source EcsCon/);
  assert.throws(
    () => of("Ec2InstanceMetadata", { AWS_EC2_METADATA_DISABLED: "TRUE" }),
    /There are no credentials from credential_source Ec2Inst/,
  );
});

Deno.test("findCredentialChain() asks the machine last, and knows the error if it has no keys", () => {
  const { base } = chain({});
  assert.ok(base.kind === "provider" && base.provider === "instance");
  assert.match(base.otherwise?.message ?? "", /^No AWS credentials found \(searched the environm/);
  const environment = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost/" };
  assert.equal(summary({ environment }), "container");
  assert.throws(
    () => chain({ environment: { AWS_EC2_METADATA_DISABLED: "true" } }),
    /^WevError: No AWS credentials found/,
  );
});

Deno.test("findCredentialChain() tells an unknown profile from one without credentials", () => {
  assert.throws(
    () => chain({ named: "x" }),
    (error) =>
      error instanceof UnknownProfileError && error.profile === "x" &&
      error.message === 'There is no profile "x" in /credentials and /config',
  );
});

const MISTAKES: Readonly<Record<string, readonly [config: string, message: RegExp]>> = {
  "a circle": [
    `[profile a]\n${ROLE}source_profile = b\n[profile b]\n${ROLE}source_profile = a\n`,
    /^\/config:6:1: The profiles form a circle: "a" → "b" → "a"$/,
  ],
  "an unknown source profile": [
    `[profile a]\n${ROLE}source_profile = c\n`,
    /^\/config:3:1: .* has source_profile "c", but there is no such profile$/,
  ],
  "a role without a source": [
    `[profile a]\n${ROLE}`,
    /^\/config:2:1: .* has role_arn, but no source_profile/,
  ],
  "a role with two sources": [
    `[profile a]\n${ROLE}source_profile = b\ncredential_source = Environment\n`,
    /^\/config:4:1: .* has both source_profile and credential_source$/,
  ],
  "an unknown credential_source": [
    `[profile a]\n${ROLE}credential_source = environment\n`,
    /^\/config:3:21: credential_source of the profile "a" can't be "environment"$/,
  ],
  "a web identity without a role": [
    "[profile a]\nweb_identity_token_file = /token\n",
    /^\/config:2:\d+: .* is set but role_arn of the profile "a" is not$/,
  ],
  "a session of IAM Identity Center without an account": [
    "[profile a]\nsso_session = s\n",
    /^\/config:1:1: The profile "a" has no sso_account_id$/,
  ],
  "a secret without its ID": [
    "[profile a]\naws_secret_access_key = secret\n",
    /^\/config:2:1: The profile "a" has no aws_access_key_id$/,
  ],
  "a source profile without keys": [
    `[profile a]\n${ROLE}source_profile = b\n[profile b]\nregion = x\n`,
    /^\/config:4:1: The profile "b" has no aws_access_key_id$/,
  ],
};

for (const [what, [config, message]] of Object.entries(MISTAKES)) {
  Deno.test(`findCredentialChain() refuses ${what}, at its place and with a hint`, () => {
    const environment = { AWS_EC2_METADATA_DISABLED: "true" };
    assert.throws(() => chain({ config, named: "a", environment }), (error) => {
      assert.ok(error instanceof ConfigError && error instanceof WevError);
      assert.match(error.message, message);
      assert.ok(error.hint);
      return true;
    });
  });
}
