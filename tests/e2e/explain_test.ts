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
    /cached: until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in 1[45] minutes\), for arn:aws:iam::123456789012:user\/ann\n$/,
  );
  const json = JSON.parse((await mfa.run(["--explain", "--json"])).stdout);
  const { expiresAt, identity } = json.variables[0].cached;
  assert.ok(Date.parse(expiresAt) - Date.now() < 900_000);
  assert.equal(identity, mfa.user.arn);
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
