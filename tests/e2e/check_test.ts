import assert from "node:assert/strict";
import { age, entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";
import { SecretTool } from "../support/secret_tool.ts";

const LISTED = "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN";

/** What stands in a directory, with the times of change. */
function stateOf(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    const { mtime, ino } = Deno.lstatSync(path);
    return [`${path} ${ino} ${mtime?.getTime()}`, ...isDirectory ? stateOf(path) : []];
  }).sort();
}

Deno.test("wev --check is quiet and exits with 0 if everything is cached, else says what is not", async () => {
  await using mfa = new MfaSandbox();
  const before = stateOf(mfa.sandbox.root);
  const { failure, ...missing } = await mfa.run(["--check"]);
  assert.deepEqual(missing, { code: 1, stdout: "", stderr: `wev: error: ${LISTED}: not cached\n` });
  assert.equal(failure?.kind, "input-needed");
  // It keeps no plan either.
  assert.deepEqual(stateOf(mfa.sandbox.root), before);
  await mfa.login();
  mfa.aws.clearRequests();
  const kept = stateOf(mfa.sandbox.root);
  assert.deepEqual(await mfa.run(["--check"]), { code: 0, stdout: "", stderr: "" });
  // The cold path says the same.
  for (const args of [["--check", "--log-level", "info"], ["--min-remaining=60", "--check"]]) {
    assert.deepEqual(await mfa.run(args), { code: 0, stdout: "", stderr: "" });
  }
  assert.deepEqual(stateOf(mfa.sandbox.root), kept);
  assert.deepEqual(mfa.actions, []);
});

Deno.test("wev --check says that too little life is left, on both paths", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "3600" } });
  await mfa.login();
  age(entryIn(mfa.sandbox.cache), 600);
  for (const seconds of ["0", "2900"]) {
    assert.equal((await mfa.run(["--check", "--min-remaining", seconds])).code, 0, seconds);
    assert.equal((await mfa.run(["--min-remaining", seconds, "--check"])).code, 0, seconds);
  }
  // The last is more than any session of these options has; a run would use it all the same.
  for (const seconds of ["3100", "7200"]) {
    for (
      const args of [
        ["--check", "--min-remaining", seconds],
        [`--min-remaining=${seconds}`, "--check"],
      ]
    ) {
      const { code, stdout, stderr } = await mfa.run(args);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(
        stderr,
        /^wev: error: AWS_.*: less life left than min_remaining, expires .* \(in (?:49|50) minutes\)\n$/,
      );
    }
  }
  age(entryIn(mfa.sandbox.cache), 3000);
  assert.match((await mfa.run(["--check"])).stderr, /: expired, expires .* ago\)\n$/);
});

Deno.test("wev --check agrees with a run about min_remaining of the configuration", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "900", min_remaining: "7200" } });
  await mfa.login();
  assert.equal((await mfa.run(["true"])).code, 0);
  assert.equal((await mfa.run(["--check"])).code, 0);
  assert.equal((await mfa.run(["--check", "--log-level=info"])).code, 0);
});

Deno.test("wev --check --json shows the same to programs", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write("home/wev.yml", "PLAIN: {plugin: {id: wev-echo, value: a-value}}\n");
  const plain = { names: ["PLAIN"], ok: true, expiresAt: null, reason: null };
  const names = LISTED.split(", ");
  const before = await mfa.run(["--check", "--json"]);
  assert.deepEqual([before.code, before.stderr], [1, ""]);
  assert.deepEqual(JSON.parse(before.stdout), {
    wev: 1,
    ok: false,
    variables: [plain, { names, ok: false, reason: "not cached", expiresAt: null }],
  });
  await mfa.login();
  const { expiresAt } = readEntry(entryIn(mfa.sandbox.cache)).resolution;
  const after = await mfa.run(["--check", "--json"]);
  assert.deepEqual([after.code, after.stderr], [0, ""]);
  assert.deepEqual(JSON.parse(after.stdout), {
    wev: 1,
    ok: true,
    variables: [plain, { names, ok: true, reason: null, expiresAt: expiresAt.toISOString() }],
  });
});

Deno.test("wev --check exits with 1 for a wrong configuration, and with 2 for a wrong command line", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", "A: {plugin: {id: nothing}}\n");
  const wrong = await sandbox.run(["--check"]);
  assert.deepEqual([wrong.code, wrong.stdout], [1, ""]);
  assert.match(wrong.stderr, /wev\.yml:1:\d+: There is no plugin "nothing"/);
  for (
    const args of [
      ["--check", "true"],
      ["--check", "--min-remaining"],
      ["--check", "--min-remaining", "-1"],
      ["--check", "--refresh"],
    ]
  ) assert.equal((await sandbox.run(args)).code, 2, args.join(" "));
});

Deno.test("wev --check is content where nothing is configured, unless WEV_REQUIRE is set", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yaml", "A: 1\n");
  assert.deepEqual(await sandbox.run(["--check"]), { code: 0, stdout: "", stderr: "" });
  await sandbox.run(["true"]);
  assert.deepEqual(await sandbox.run(["--check"]), { code: 0, stdout: "", stderr: "" });
  const { code, stderr } = await sandbox.run(["--check"], { env: { WEV_REQUIRE: "1" } });
  assert.equal(code, 1);
  assert.match(stderr, /No variable is configured, and WEV_REQUIRE is set/);
});

Deno.test("wev --check is content with constants where nothing can be cached, and says nothing", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", "A: {plugin: {id: wev-echo, value: x}}\n");
  const env = { XDG_CACHE_HOME: "/dev/null/no-directory" };
  assert.deepEqual(await sandbox.run(["--check"], { env }), { code: 0, stdout: "", stderr: "" });
});

Deno.test("wev --check finds what other variables, files that say the same, and other names lead to", async () => {
  await using mfa = new MfaSandbox({ options: { profile: "work" } });
  const { accessKeyId, secretAccessKey } = mfa.user.accessKey;
  const keys =
    `[work]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  mfa.sandbox.write("home/.aws/credentials", keys);
  await mfa.login();
  mfa.sandbox.write("home/.aws/credentials", `# A comment.\n${keys}`);
  assert.equal((await mfa.run(["--check"])).code, 0);
  assert.match(
    (await mfa.run(["--check"], { env: { AWS_REGION: "eu-west-1" } })).stderr,
    /not cached/,
  );
  mfa.sandbox.write("home/.aws/credentials", keys.replace(accessKeyId, "AKIAANOTHERONEABCDEF"));
  assert.match((await mfa.run(["--check"])).stderr, /the files it depends on have changed/);
});

Deno.test("wev --check counts the session that another variable's options share", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const account = /\d{12}/.exec(mfa.user.arn)![0];
  mfa.sandbox.write(
    "home/other/wev.yml",
    `${NAMES}: {plugin: {id: wev-awsmfa, account: ${account}}}\n`,
  );
  const cwd = `${mfa.sandbox.home}/other`;
  mfa.aws.clearRequests();
  assert.deepEqual(await mfa.run(["--check"], { cwd }), { code: 0, stdout: "", stderr: "" });
  // A run needs no request either.
  assert.equal((await mfa.run(["true"], { cwd })).code, 0);
  assert.deepEqual(mfa.actions, []);
});

Deno.test({
  name: "wev --check counts sealed values, and does not ask the keyring (Linux)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using mfa = new MfaSandbox();
    const keyring = new SecretTool(`${mfa.sandbox.root}/bin`);
    const PATH = `${keyring.directory}:${Deno.env.get("PATH")}`;
    const env = { WEV_KEYRING: "auto", PATH };
    await mfa.login(COMMAND, env);
    keyring.clear();
    assert.deepEqual(await mfa.run(["--check"], { env }), { code: 0, stdout: "", stderr: "" });
    const off = await mfa.run(["--check"], { env: { PATH } });
    assert.equal(off.code, 1);
    assert.match(off.stderr, /its values can't be used as they are cached/);
    assert.deepEqual(keyring.calls, []);
  },
});
