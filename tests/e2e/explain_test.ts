import assert from "node:assert/strict";
import { MfaSandbox } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";

Deno.test("wev --explain shows what would be set, by what, from where, and what that overrides", async () => {
  using sandbox = new Sandbox();
  const home = sandbox.write(
    "home/wev.yml",
    "# mine\nNAME:\n  plugin:\n    id: wev-echo\n    separator: '-'\n    value: [Bobby, Pringles]\n",
  );
  const project = sandbox.write(
    "home/project/wev.yml",
    "OTHER: {plugin: {id: wev-echo, value: 1}}\nNAME:\n  plugin:\n    separator: _\n",
  );
  const { code, stdout, stderr } = await sandbox.run(["--explain"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(
    stdout,
    `NAME
  plugin: wev-echo 1.0.0
  from: ${project}:2:1
  merged into: ${home}:2:1
  separator: ${project}:4:5 overrides ${home}:5:5
  Sets "Bobby_Pringles".
  cached: no

OTHER
  plugin: wev-echo 1.0.0
  from: ${project}:1:1
  Sets "1".
  cached: no
`,
  );
});

Deno.test("wev --explain --json shows the same to programs", async () => {
  using sandbox = new Sandbox();
  const home = sandbox.write("home/wev.yml", "A: {plugin: {id: wev-echo, value: 1}}\n");
  const file = sandbox.write("home/project/wev.yml", "A: {plugin: {value: 2}}\n");
  const { code, stdout } = await sandbox.run(["--explain", "--json"]);
  assert.equal(code, 0);
  const { files, variables } = JSON.parse(stdout);
  assert.deepEqual(files, [home, file]);
  assert.equal(variables.length, 1);
  const [variable] = variables;
  assert.deepEqual(variable.names, ["A"]);
  assert.deepEqual(variable.plugin, { id: "wev-echo", version: "1.0.0" });
  assert.deepEqual(variable.location, { file, line: 1, column: 1 });
  assert.deepEqual(variable.overrides, [{ file: home, line: 1, column: 1 }]);
  assert.deepEqual(variable.explanation, ['Sets "2".']);
  assert.equal(variable.cached, null);
});

Deno.test("wev --explain says that there is nothing to explain", async () => {
  using sandbox = new Sandbox();
  const none = await sandbox.run(["--explain"]);
  assert.deepEqual([none.code, none.stderr], [0, ""]);
  assert.match(none.stdout, /^No variables: there is no configuration file/);
  const file = sandbox.write("home/project/wev.yml", "__name__: 1\n");
  assert.equal((await sandbox.run(["--explain"])).stdout, `No variables in ${file}.\n`);
});

Deno.test("wev --explain asks nobody, contacts nothing and runs nothing", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "3600" } });
  const { code, stdout, stderr } = await mfa.run(["--explain", "touch", "ran"], { before: [] });
  assert.deepEqual([code, stderr], [0, ""]);
  const keyId = mfa.user.accessKey.accessKeyId;
  assert.match(
    stdout,
    /^AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN\n {2}plugin: wev-awsmfa /,
  );
  assert.ok(stdout.includes(`  from: ${mfa.config}:1:1\n`));
  assert.ok(stdout.includes(`access key …${keyId.slice(-4)} from AWS_ACCESS_KEY_ID`), stdout);
  assert.match(stdout, /Looks up the user's MFA device/);
  assert.match(stdout, /a session of 3600 seconds/);
  assert.match(stdout, /cached: no\n$/);
  assert.deepEqual(mfa.actions, []);
  assert.throws(() => Deno.statSync(`${mfa.sandbox.project}/ran`), Deno.errors.NotFound);
});

Deno.test("wev --explain says until when a session is cached, and whose it is", async () => {
  await using mfa = new MfaSandbox({
    options: { mfa_device: "arn:aws:iam::123456789012:mfa/ann" },
  });
  await mfa.login();
  mfa.aws.clearRequests();
  const { stdout } = await mfa.run(["--explain"]);
  assert.match(stdout, /Uses the MFA device arn:aws:iam::123456789012:mfa\/ann\./);
  assert.match(
    stdout,
    /cached: until \d{4}-\d\d-\d\d \d\d:\d\d \S+ \(in 1[45] minutes\), for arn:aws:iam::123456789012:user\/ann\n$/,
  );
  const json = JSON.parse((await mfa.run(["--explain", "--json"])).stdout);
  const { expiresAt, identity } = json.variables[0].cached;
  assert.ok(Date.parse(expiresAt) - Date.now() < 900_000);
  assert.equal(identity, mfa.user.arn);
  assert.ok(
    json.variables[0].explanation.includes(
      `The cached session lasts until ${expiresAt.replace(/\.\d+Z$/, "Z")}.`,
    ),
  );
  assert.deepEqual(mfa.actions, []);
});

Deno.test("wev --explain works with credentials that are missing, broken or temporary", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write("home/.aws/credentials", "\0 no [ini = file\n[work\n");
  for (
    const env of [
      { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      { AWS_ACCESS_KEY_ID: undefined, AWS_PROFILE: "none" },
      { AWS_SECRET_ACCESS_KEY: undefined },
      { AWS_SESSION_TOKEN: "temporary" },
      { AWS_ENDPOINT_URL: "nonsense" },
    ]
  ) {
    const { code, stdout, stderr } = await mfa.run(["--explain"], { env });
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    assert.match(stdout, /Takes the access key/);
  }
});

Deno.test("wev --explain points at a mistake and exits with 1, since there is no command", async () => {
  using sandbox = new Sandbox();
  const file = sandbox.write("home/project/wev.yml", "A: {plugin: {id: wev-nope}}\n");
  const { code, stdout, stderr } = await sandbox.run(["--explain"]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.ok(stderr.startsWith(`wev: error: ${file}:1:14: There is no plugin "wev-nope"\n`), stderr);
});

const DEVICE = "arn:aws:iam::123456789012:mfa/ann";
const NO_ENDPOINT = { AWS_ENDPOINT_URL: undefined };

for (
  const [what, options, env, contacts] of [
    ["the region", {}, NO_ENDPOINT, "sts.us-east-1.amazonaws.com, iam.amazonaws.com"],
    ["no IAM", { mfa_device: DEVICE }, NO_ENDPOINT, "sts.us-east-1.amazonaws.com"],
    [
      "no region",
      { mfa_device: DEVICE },
      { ...NO_ENDPOINT, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined },
      "sts.amazonaws.com",
    ],
    [
      "FIPS",
      { mfa_device: DEVICE },
      { ...NO_ENDPOINT, AWS_USE_FIPS_ENDPOINT: "true" },
      "sts-fips.us-east-1.amazonaws.com",
    ],
    [
      "dual-stack",
      {},
      { ...NO_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT: "true", AWS_REGION: "eu-west-1" },
      "sts.eu-west-1.api.aws, iam.global.api.aws",
    ],
    [
      "another partition",
      {},
      { ...NO_ENDPOINT, AWS_REGION: "us-iso-east-1" },
      "sts.us-iso-east-1.c2s.ic.gov, iam.us-iso-east-1.c2s.ic.gov",
    ],
    [
      "an endpoint on this computer",
      {},
      { AWS_ENDPOINT_URL: "http://localhost:4566" },
      "http://localhost:4566",
    ],
  ] as const
) {
  Deno.test(`wev --explain names the hosts that a run would contact: ${what}`, async () => {
    await using mfa = new MfaSandbox({ options });
    const { code, stdout, stderr } = await mfa.run(["--explain"], { env });
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes(`\n  Contacts ${contacts}.\n`), stdout);
    const { variables } = JSON.parse((await mfa.run(["--explain", "--json"], { env })).stdout);
    assert.ok(variables[0].explanation.includes(`Contacts ${contacts}.`));
    assert.deepEqual(mfa.actions, []);
  });
}

Deno.test("wev --explain names the host of IAM Identity Center, and sends it nothing", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/.aws/config",
    "[profile sso]\nsso_session = here\nsso_account_id = 123456789012\nsso_role_name = admin\n" +
      "region = eu-west-1\n[sso-session here]\nsso_region = eu-west-1\n" +
      "sso_start_url = https://here.awsapps.com/start\n",
  );
  const token = { accessToken: "planted", expiresAt: "2099-01-01T00:00:00Z" };
  mfa.sandbox.write(
    "home/.aws/sso/cache/0154c0dabe7145db37e0b81bf667e7224abec0ba.json",
    JSON.stringify(token),
  );
  const { stdout } = await mfa.run(["--explain"], {
    env: {
      ...NO_ENDPOINT,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
      AWS_PROFILE: "sso",
    },
  });
  assert.ok(
    stdout.includes("Contacts portal.sso.eu-west-1.amazonaws.com, sts.eu-west-1.amazonaws.com"),
    stdout,
  );
});

Deno.test("wev --explain tells that a run would fail for the endpoint", async () => {
  await using mfa = new MfaSandbox();
  const env = { AWS_ENDPOINT_URL: "http://localstack:4566" };
  const { code, stdout } = await mfa.run(["--explain"], { env });
  assert.equal(code, 0);
  assert.ok(
    stdout.includes(
      "It would fail: wev sends no credentials to localstack: it is not a host of AWS",
    ),
    stdout,
  );
  assert.ok(stdout.includes("http://localhost:PORT"), stdout);
});
