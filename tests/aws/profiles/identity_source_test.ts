import assert from "node:assert/strict";
import { ConfigError, WevError } from "../../../src/errors.ts";
import {
  findIdentitySource,
  type SourceOptions,
} from "../../../src/aws/profiles/identity_source.ts";
import { explainContext } from "../../support/explain_context.ts";
import { CONFIG, KEYS, ROLE, USERS } from "../../support/profiles.ts";

/** Files below the home directory, and the profile. */
interface Case {
  readonly config?: string;
  readonly credentials?: string;
  readonly profile?: string;
  readonly says: RegExp;
  readonly hint?: RegExp;
  readonly suggest?: string;
}

function find(
  { config, credentials, profile }: Omit<Case, "says">,
  environment: Record<string, string> = {},
) {
  const files = {
    ...(config === undefined ? {} : { "/home/ann/.aws/config": config }),
    ...(credentials === undefined ? {} : { "/home/ann/.aws/credentials": credentials }),
  };
  const variables = {
    AWS_EC2_METADATA_DISABLED: "true",
    ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
    ...environment,
  };
  return findIdentitySource({}, explainContext({ files, environment: variables }));
}

const MISTAKES: Record<string, Case> = {
  "a profile in the configuration file without its prefix": {
    config: "\n[prod]\nregion = x\n",
    profile: "prod",
    says: /^There is no profile "prod" in \/home\/ann\/.aws\/credentials and /,
    hint: /^\/home\/ann\/.aws\/config:2:1 has \[prod\]: in this file write \[profile prod\]\.$/,
  },
  "a name in blanks": {
    config: "[ default ]\nregion = x\n",
    says: /^No AWS credentials found/,
    hint: /config:1:1 has \[ default \]: write \[default\]\.$/,
  },
  "a profile in the credentials file with a prefix": {
    credentials: `[profile my prod]\n${KEYS}`,
    profile: "my prod",
    says: /^There is no profile "my prod"/,
    hint: /credentials:1:1 has \[profile my prod\]: in this file write \[my prod\]\.$/,
  },
  "a name that is almost right": {
    credentials: `[prod]\n${KEYS}`,
    profile: "prdo",
    says: /^There is no profile "prdo"/,
    hint: /aws configure --profile prdo$/,
    suggest: "prdo",
  },
  "a name with a blank": {
    profile: "my keys",
    says: /^There is no profile "my keys"/,
    hint: /aws configure --profile 'my keys'$/,
    suggest: "my keys",
  },
  "a source that there is not": {
    config: `[profile r]\n${ROLE}source_profile = bbo\n`,
    credentials: `[bob]\n${KEYS}`,
    profile: "r",
    says: /^\/home\/ann\/.aws\/config:3:1: The profile "r" has source_profile "bbo"/,
    suggest: "bbo",
  },
  "half a key": {
    credentials: "[default]\n\naws_access_key_id = AKIA\n",
    says:
      /^\/home\/ann\/.aws\/credentials:3:1: The profile "default" has no aws_secret_access_key$/,
  },
  "no key": {
    config: "\n[default]\nregion = us-east-1\n",
    says: /^\/home\/ann\/.aws\/config:2:1: The profile "default" has no aws_access_key_id$/,
  },
  "a key that is indented below another": {
    credentials: "[default]\naws_access_key_id = AKIA\n aws_secret_access_key = secret\n",
    says: /credentials:3:2: this line belongs to aws_access_key_id of the profile "default"/,
    hint: /^Remove the indentation/,
  },
  "a role that has settings below it": {
    credentials: `[default]\n${KEYS}role_arn =\n  a = b\n`,
    says: /credentials:5:3: this line belongs to role_arn of the profile "default"/,
  },
  "a value that is wrong": {
    config:
      `[default]\n  ${ROLE}  source_profile = b\n  duration_seconds = 1h\n[profile b]\n${KEYS}`,
    says: /^\/home\/ann\/.aws\/config:4:3: duration_seconds of the profile "default" must/,
  },
  "a session of IAM Identity Center that there is not": {
    config: "[sso-session work]\n[default]\nsso_session = wrok\nsso_account_id = 1\n",
    says: /config:3:15: The profile "default" has sso_session "wrok", but there is no section/,
    suggest: "wrok",
  },
  "a session of IAM Identity Center that lacks something": {
    config: "[sso-session w]\nsso_region = x\n" +
      "[default]\nsso_session = w\nsso_account_id = 1\nsso_role_name = x\n",
    says: /config:1:1: The section \[sso-session w\] has no sso_start_url$/,
  },
  "a profile of IAM Identity Center that lacks something": {
    config: "[sso-session w]\nsso_region = x\nsso_start_url = y\n[default]\nsso_session = w\n",
    says: /config:4:1: The profile "default" has no sso_account_id$/,
  },
  "two regions of IAM Identity Center": {
    config:
      "[sso-session w]\nsso_region = x\n[default]\nsso_session = w\nsso_region = y\nsso_account_id = 1\n",
    says:
      /config:5:1: sso_region of the profile "default" differs from that of its sso_session \(line 2\)/,
  },
  "a section twice": {
    credentials: `[default]\n${KEYS}[a]\n[default]\n${KEYS}`,
    says: /^\/home\/ann\/.aws\/credentials:5:1: duplicate section \[default\]/,
  },
};

for (const [what, { says, hint = /(?:)/, suggest, ...files }] of Object.entries(MISTAKES)) {
  Deno.test(`findIdentitySource() tells of ${what}`, () => {
    assert.throws(() => find(files), (error) => {
      assert.ok(error instanceof WevError);
      assert.match(error.message, says);
      assert.match(error.hint ?? "", hint);
      assert.equal(error.suggest?.word, suggest);
      assert.ok(!/secret(?!_)/.test(error.message));
      return true;
    });
  });
}

Deno.test("findIdentitySource() refuses a file that the AWS CLI refuses, whatever is wanted of it", () => {
  const environment = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "x" };
  assert.throws(() => find({ config: "[a\n" }, environment), ConfigError);
});

Deno.test("findIdentitySource() reads a file that its variable names with ~ and variables", () => {
  const context = explainContext({
    files: { "/home/ann/x/keys": `[default]\n${KEYS}` },
    environment: { AWS_SHARED_CREDENTIALS_FILE: "~/${WHERE}/keys", WHERE: "x" },
  });
  const { base, shared } = findIdentitySource({}, context);
  assert.equal(base.kind, "keys");
  assert.deepEqual(shared.files, ["/home/ann/x/keys", "/home/ann/.aws/config"]);
});

Deno.test("findIdentitySource() says which file it can't read instead of what is missing", () => {
  const denied = Object.assign(new Error("no"), { code: "EACCES" });
  for (
    const config of ["", `[profile r]\n${ROLE}source_profile = b\n`, "[profile r]\nregion = x\n"]
  ) {
    const context = explainContext({
      environment: { AWS_PROFILE: "r", AWS_EC2_METADATA_DISABLED: "true" },
      files: { "/home/ann/.aws/config": config, "/home/ann/.aws/credentials": KEYS },
    });
    const { files } = context;
    const read = files.read.bind(files);
    files.read = (path, limit) => {
      if (path.endsWith("credentials")) throw denied;
      return read(path, limit);
    };
    assert.throws(() => findIdentitySource({}, context), {
      hint: "Can't read /home/ann/.aws/credentials: permission denied.",
    });
  }
});

Deno.test("findIdentitySource() opens nothing but regular files, and no endless one", () => {
  const context = explainContext({ environment: { AWS_EC2_METADATA_DISABLED: "true" } });
  const { files } = context;
  const read = files.read.bind(files);
  const opened: string[] = [];
  files.read = (path, limit) => {
    opened.push(path);
    return read(path, limit);
  };
  files.attributes.set("/home/ann/.aws/config", { kind: "other" });
  files.attributes.set("/home/ann/.aws/credentials", { kind: "directory" });
  assert.throws(() => findIdentitySource({}, context), {
    hint: "Can't read /home/ann/.aws/credentials: it is a directory.\n" +
      "Can't read /home/ann/.aws/config: it is not a regular file.",
  });
  assert.deepEqual(opened, []);

  files.attributes.clear();
  files.content.set("/home/ann/.aws/config", "#".repeat(16 * 1024 * 1024 + 1));
  assert.throws(
    () => findIdentitySource({}, context),
    /config:1:1: the file is larger than 16 MiB/,
  );
});

Deno.test("findIdentitySource() takes an empty variable for no file, as the AWS CLI does", () => {
  const context = explainContext({
    files: { "/home/ann/.aws/credentials": `[default]\n${KEYS}` },
    environment: {
      AWS_SHARED_CREDENTIALS_FILE: "",
      AWS_CONFIG_FILE: "",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  });
  assert.throws(
    () => findIdentitySource({}, context),
    /^WevError: No AWS credentials found \(searched the environment\)/,
  );
});

Deno.test("findIdentitySource() refuses a region of two lines beside keys of the environment", () => {
  const environment = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "x" };
  const config = "[default]\nregion = us-east-1\n  output = json\n";
  assert.throws(() => find({ config }, environment), /config:3:3: this line belongs to region/);
});

const KEYS_OF_ENVIRONMENT = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "x" };

function source(options: SourceOptions = {}, environment: Record<string, string> = {}) {
  const files = { "/home/ann/.aws/config": CONFIG, "/home/ann/.aws/credentials": USERS };
  const variables = { AWS_EC2_METADATA_DISABLED: "true", ...environment };
  return findIdentitySource(options, explainContext({ files, environment: variables }));
}

for (
  const [what, options, environment, profile, key] of [
    ["the default profile", {}, {}, "default", "AKIAEXAMPLEEXAMPLE00"],
    [
      "the profile of AWS_DEFAULT_PROFILE",
      {},
      { AWS_DEFAULT_PROFILE: "bob" },
      "bob",
      "AKIAEXAMPLEEXAMPLE11",
    ],
    [
      "the profile of AWS_PROFILE first",
      {},
      { AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "default" },
      "bob",
      "AKIAEXAMPLEEXAMPLE11",
    ],
    [
      "no profile of an empty AWS_PROFILE",
      {},
      { AWS_PROFILE: "", AWS_DEFAULT_PROFILE: "bob" },
      "bob",
      "AKIAEXAMPLEEXAMPLE11",
    ],
    [
      "the keys of the environment before a profile that it names",
      {},
      { AWS_PROFILE: "bob", ...KEYS_OF_ENVIRONMENT },
      "bob",
      "AKIAENV",
    ],
    [
      "a profile that the options name before all",
      { profile: "bob" },
      { AWS_PROFILE: "default", ...KEYS_OF_ENVIRONMENT },
      "bob",
      "AKIAEXAMPLEEXAMPLE11",
    ],
  ] as const
) {
  Deno.test(`findIdentitySource() takes ${what}`, () => {
    const { base, profile: found, profiles } = source(options, environment);
    assert.equal(base.kind === "keys" ? base.accessKeyId : base.kind, key);
    assert.equal(found, profile);
    assert.deepEqual(profiles, key === "AKIAENV" ? [] : [profile]);
  });
}

Deno.test("findIdentitySource() needs no secret of the environment that a wev around this one took", () => {
  const context = explainContext({ environment: { AWS_ACCESS_KEY_ID: "AKIAENV" } });
  assert.throws(() => findIdentitySource({}, context), /AWS_SECRET_ACCESS_KEY/);
  const { base } = findIdentitySource({}, context, { needsSecret: false });
  assert.equal(base.kind === "keys" && base.accessKeyId, "AKIAENV");
});

for (
  const [what, options, environment, region, says] of [
    ["of the option", { region: "a" }, { AWS_REGION: "b" }, "a", "the option region"],
    ["of AWS_REGION", {}, { AWS_REGION: "b", AWS_DEFAULT_REGION: "c" }, "b", "AWS_REGION"],
    [
      "of AWS_DEFAULT_REGION",
      {},
      { AWS_REGION: "", AWS_DEFAULT_REGION: "c" },
      "c",
      "AWS_DEFAULT_REGION",
    ],
    [
      "of the nearest profile",
      {},
      { AWS_PROFILE: "writer" },
      "eu-west-1",
      'region of the profile "bob" (/home/ann/.aws/config:4:10)',
    ],
    [
      "of the profile beside keys of the environment",
      {},
      KEYS_OF_ENVIRONMENT,
      "us-east-1",
      'region of the profile "default" (/home/ann/.aws/config:2:10)',
    ],
  ] as const
) {
  Deno.test(`findIdentitySource() takes the region ${what}`, () => {
    const { region: found, namedRegion } = source(options, environment);
    assert.equal(found, region);
    assert.deepEqual(namedRegion, { name: region, source: says });
  });
}

Deno.test("findIdentitySource() knows of no region where nobody names one", () => {
  const { region, namedRegion } = find({ credentials: `[default]\n${KEYS}` });
  assert.deepEqual([region, namedRegion], [undefined, undefined]);
});

Deno.test("findIdentitySource() knows the roles in order, with what the options say of the last", () => {
  const roles = (options: SourceOptions, profile = "writer") =>
    source(options, { AWS_PROFILE: profile }).roles;
  const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
  const other = { role_arn: arn("other") };
  const [reader, writer] = roles({});
  assert.deepEqual([reader?.arn, reader?.profile], [arn("reader"), "reader"]);
  assert.deepEqual([writer?.arn, writer?.profile], [arn("writer"), "writer"]);
  assert.deepEqual(roles({ role_duration: 1000, role_session_name: "x" }), [
    reader,
    { ...writer, duration: 1000, sessionName: "x" },
  ]);
  assert.deepEqual(roles({ ...other, external_id: "y" }, "bob"), [
    { arn: arn("other"), duration: 3600, externalId: "y" },
  ]);
  assert.equal(roles(other).length, 3);
  assert.deepEqual(roles({}, "bob"), []);
  assert.throws(() => roles({ role_session_name: "x" }, "bob"), WevError);
});

Deno.test("findIdentitySource() takes endpoints of the profile, and of the environment first", () => {
  const profile = { AWS_PROFILE: "writer" };
  const { endpoints, endpointKind } = source({}, profile);
  assert.deepEqual(new Set(Object.values(endpoints)), new Set(["http://127.0.0.1:1"]));
  assert.deepEqual(endpointKind, {
    ignoreConfiguredEndpointUrls: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: true,
  });
  const environment = {
    ...profile,
    AWS_ENDPOINT_URL_STS: "http://127.0.0.1:2",
    AWS_USE_FIPS_ENDPOINT: "false",
    AWS_USE_DUALSTACK_ENDPOINT: "true",
  };
  const other = source({}, environment);
  assert.equal(other.endpoints.sts, "http://127.0.0.1:2");
  assert.equal(other.endpoints.iam, "http://127.0.0.1:1");
  assert.equal(other.endpointKind.useFipsEndpoint, false);
  assert.equal(other.endpointKind.useDualstackEndpoint, true);
});
