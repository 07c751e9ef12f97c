/**
 * Where nothing happens, wev says why.
 *
 * @module
 */

import assert from "node:assert/strict";
import { MfaSandbox } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";

const VARIABLE = "A:\n  plugin:\n    id: wev-echo\n    value: one\n";
const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

/** Returns whether the file system takes names in other letter cases for the same. */
function ignoresCase(sandbox: Sandbox): boolean {
  sandbox.write("case", "");
  try {
    return Deno.statSync(`${sandbox.root}/CASE`).isFile;
  } catch {
    return false;
  }
}

for (
  const [name, meant] of [
    ["wev.yaml", "wev.yml"],
    [".wev.yaml", ".wev.yml"],
    [".wev.user.yaml", ".wev.user.yml"],
    [".wev.yml.txt", ".wev.yml"],
    ["wev.json", "wev.yml"],
    [".Wev.yml", ".wev.yml"],
    ["WEV.YML", "wev.yml"],
  ] as const
) {
  for (const place of ["project", "above", "home"]) {
    Deno.test(`wev says once that it reads no ${name}: ${place}`, async () => {
      using sandbox = new Sandbox();
      const cwd = `${sandbox.project}/a/b`;
      Deno.mkdirSync(cwd, { recursive: true });
      const directory = place === "project"
        ? cwd
        : place === "home"
        ? sandbox.home
        : sandbox.project;
      const file = sandbox.write(`${directory}/${name}`, VARIABLE);
      if (name.toLowerCase() === meant && ignoresCase(sandbox)) {
        assert.equal((await sandbox.run(["sh", "-c", "echo $A"], { cwd })).stdout, "one\n");
        return;
      }
      const line = `wev: warning: ${file} is not read: its name should be ${meant}\n`;
      const first = await sandbox.run(["sh", "-c", "echo ${A-none}"], { cwd });
      assert.deepEqual(first, { code: 0, stdout: "none\n", stderr: line });
      assert.equal((await sandbox.run(["true"], { cwd })).stderr, "");
      assert.equal((await sandbox.run(["--explain"], { cwd })).stderr, line);
      const json = await sandbox.run(["--explain", "--json"], { cwd });
      assert.equal(json.stderr, "");
      const problem = `is not read: its name should be ${meant}`;
      assert.deepEqual(JSON.parse(json.stdout).unread, [{ file, problem }]);
      const env = { GITHUB_ENV: sandbox.write("env", "") };
      const exported = await sandbox.run(["--export", "github"], { cwd, env });
      assert.ok(exported.stderr.startsWith(line), exported.stderr);
    });
  }
}

Deno.test("wev says that a file is empty, or has comments only", async () => {
  using sandbox = new Sandbox();
  const empty = sandbox.write("home/.wev.yml", "");
  const comments = sandbox.write("home/project/wev.yml", "# A: nothing yet\n");
  const { code, stderr } = await sandbox.run(["true"]);
  assert.equal(code, 0);
  assert.equal(stderr, `wev: warning: ${empty} is empty; ${comments} is empty but for comments\n`);
  assert.equal((await sandbox.run(["true"])).stderr, "");
});

Deno.test("wev says so beside a configuration, too", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", VARIABLE);
  const file = sandbox.write("home/project/wev.yaml", "B: 1\n");
  const { stdout, stderr } = await sandbox.run(["sh", "-c", "echo $A"]);
  assert.equal(stdout, "one\n");
  assert.equal(stderr, `wev: warning: ${file} is not read: its name should be wev.yml\n`);
});

Deno.test("wev says so before an error that comes of it", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", "A: {plugin: {value: two}}\n");
  const file = sandbox.write("home/.wev.yaml", VARIABLE);
  const { code, stderr } = await sandbox.run(["true"]);
  assert.equal(code, 125);
  assert.ok(stderr.startsWith(`wev: warning: ${file} is not read`), stderr);
  assert.match(stderr, /"plugin" of A has no "id"/);
});

Deno.test("wev sees a file with a wrong name that comes after a run without any", async () => {
  using sandbox = new Sandbox();
  assert.equal((await sandbox.run(["true"])).stderr, "");
  const file = sandbox.write("home/project/wev.yaml", VARIABLE);
  const line = `wev: warning: ${file} is not read: its name should be wev.yml\n`;
  assert.equal((await sandbox.run(["true"])).stderr, line);
  sandbox.write("home/project/other", "");
  assert.equal((await sandbox.run(["true"])).stderr, "");
});

Deno.test("wev says nothing of a directory, of links to a file that it reads, and of other files", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", VARIABLE);
  sandbox.write("home/project/dev.yml", "");
  sandbox.write("home/project/wev.yml.bak", "");
  Deno.mkdirSync(`${sandbox.project}/.wev`);
  Deno.symlinkSync("wev.yml", `${sandbox.project}/wev.yaml`);
  Deno.symlinkSync("nowhere", `${sandbox.project}/.wev.yaml`);
  const { stdout, stderr } = await sandbox.run(["sh", "-c", "echo $A"]);
  assert.deepEqual([stdout, stderr], ["one\n", ""]);
});

Deno.test({
  name: "wev names the usual mistakes in a directory that it may not list (needs no root)",
  ignore: isRoot || Deno.build.os === "windows",
  async fn() {
    using sandbox = new Sandbox();
    const file = sandbox.write("home/project/wev.yaml", VARIABLE);
    Deno.mkdirSync(`${sandbox.project}/below`);
    Deno.chmodSync(sandbox.project, 0o311);
    const { code, stderr } = await sandbox.run(["true"], { cwd: `${sandbox.project}/below` });
    Deno.chmodSync(sandbox.project, 0o755);
    assert.equal(code, 0);
    assert.match(stderr, new RegExp(`${file} is not read`));
  },
});

Deno.test("wev --explain says which names are looked for, and where", async () => {
  using sandbox = new Sandbox();
  const { stdout, stderr } = await sandbox.run(["--explain"]);
  assert.equal(stderr, "");
  assert.match(
    stdout,
    /^Looked for \.wev\.yml, wev\.yml, \.wev\.user\.yml, wev\.user\.yml in\n {2}\//m,
  );
  assert.ok(stdout.includes(`  ${sandbox.home}\n  ${sandbox.project}\n`), stdout);
  const { lookedFor } = JSON.parse((await sandbox.run(["--explain", "--json"])).stdout);
  assert.deepEqual(lookedFor.names, [".wev.yml", "wev.yml", ".wev.user.yml", "wev.user.yml"]);
  assert.equal(lookedFor.directories.at(-1), sandbox.project);
});

Deno.test("WEV_REQUIRE fails where nothing is configured, with a kept plan too", async () => {
  using sandbox = new Sandbox();
  const file = sandbox.write("home/project/wev.yaml", VARIABLE);
  for (const value of ["1", "true", "TRUE", "1"]) {
    const { code, stdout, stderr } = await sandbox.run(["echo", "ran"], {
      env: { WEV_REQUIRE: value },
    });
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(
      stderr,
      /^wev: error: No variable is configured, and WEV_REQUIRE is set\n/,
    );
    assert.match(
      stderr,
      /Looked for \.wev\.yml, wev\.yml, \.wev\.user\.yml and wev\.user\.yml in: \//,
    );
    assert.ok(stderr.includes(sandbox.project), stderr);
    assert.equal(stderr.split(`${file} is not read`).length, 2, stderr);
  }
  const env = { WEV_REQUIRE: "1", GITHUB_ENV: sandbox.write("env", "") };
  const exported = await sandbox.run(["--export=github"], { env });
  assert.equal(exported.code, 125, exported.stderr);
  const explained = await sandbox.run(["--explain"], { env });
  assert.equal(explained.code, 0);
  assert.match(explained.stdout, /WEV_REQUIRE is set: a run fails here\.\n$/);
});

Deno.test("WEV_REQUIRE names a file that is empty, and not a link to one that is not", async () => {
  using sandbox = new Sandbox();
  const file = sandbox.write("home/.wev.yml", "");
  sandbox.write("home/project/real", "__base__: 1\n");
  Deno.symlinkSync("real", `${sandbox.project}/wev.yml`);
  const { code, stderr } = await sandbox.run(["true"], { env: { WEV_REQUIRE: "1" } });
  assert.equal(code, 125);
  assert.ok(stderr.endsWith(`\n  ${file} is empty\n`), stderr);
});

Deno.test("WEV_REQUIRE lets a configured run go on, and is nothing where it says no", async () => {
  using sandbox = new Sandbox();
  for (const value of ["0", "false", "False", ""]) {
    const { code, stdout } = await sandbox.run(["echo", "ran"], { env: { WEV_REQUIRE: value } });
    assert.deepEqual([code, stdout], [0, "ran\n"]);
  }
  sandbox.write("home/.wev.yml", VARIABLE);
  for (const value of ["1", "true", "True", "1"]) {
    const run = await sandbox.run(["sh", "-c", "echo $A"], { env: { WEV_REQUIRE: value } });
    assert.deepEqual(run, { code: 0, stdout: "one\n", stderr: "" });
  }
});

Deno.test("WEV_REQUIRE is refused where it says neither yes nor no", async () => {
  using sandbox = new Sandbox();
  for (const configured of [false, false, true, true]) {
    if (configured) sandbox.write("home/.wev.yml", VARIABLE);
    for (const value of ["yes", "2", "\x1b[1m"]) {
      const { code, stdout, stderr } = await sandbox.run(["echo"], { env: { WEV_REQUIRE: value } });
      assert.deepEqual([code, stdout], [125, ""]);
      const shown = value.replace("\x1b", "\\x1b");
      assert.ok(
        stderr.startsWith(
          `wev: error: WEV_REQUIRE must be 1, 0, true or false: it is "${shown}"\n`,
        ),
        stderr,
      );
    }
    await sandbox.run(["true"]);
  }
});

for (
  const [option, meant] of [
    ["mfa_serial", "mfa_device"],
    ["serial", "mfa_device"],
    ["mfa-device", "mfa_device"],
    ["role", "role_arn"],
    ["role-arn", "role_arn"],
    ["session_name", "role_session_name"],
    ["ttl", "duration"],
    ["source_profile", "profile"],
    ["Duration-Seconds", "duration"],
  ]
) {
  Deno.test(`wev asks whether ${option} was meant to be ${meant}`, async () => {
    await using mfa = new MfaSandbox({ options: { [option!]: "x" } });
    const { code, stderr } = await mfa.run();
    assert.equal(code, 125);
    assert.match(stderr, new RegExp(`no option "${option}"\\n {2}Did you mean "${meant}"\\?\\n`));
  });
}

for (
  const [id, meant] of [["aws-mfa", "wev-awsmfa"], ["mfa", "wev-awsmfa"], ["sts", "wev-awsmfa"], [
    "env",
    "wev-echo",
  ]]
) {
  Deno.test(`wev asks whether the plugin ${id} was meant to be ${meant}`, async () => {
    using sandbox = new Sandbox();
    sandbox.write("home/project/wev.yml", `A: {plugin: {id: ${id}}}\n`);
    const { stderr } = await sandbox.run(["true"]);
    assert.match(stderr, new RegExp(`no plugin "${id}"\\n {2}Did you mean "${meant}"\\?\\n`));
  });
}

const SESSION = "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:";

for (
  const text of [
    `${SESSION}\n  id: wev-awsmfa\n`,
    `${SESSION}\n  plugin: wev-awsmfa\n`,
    `${SESSION}\n  plugin:\n    duration: 3600\n`,
    `${SESSION} wev-awsmfa\n`,
    `${SESSION}\n  duration: 3600\n`,
    `AWS:\n  plugin: wev-awsmfa\n`,
    `- wev-awsmfa\n`,
  ]
) {
  Deno.test(`wev shows an example of the plugin at hand: ${JSON.stringify(text)}`, async () => {
    using sandbox = new Sandbox();
    sandbox.write("home/project/wev.yml", text);
    const { code, stderr } = await sandbox.run(["true"]);
    assert.equal(code, 125);
    assert.ok(stderr.includes(SESSION), stderr);
    assert.match(stderr, /id: wev-awsmfa\n {6,}duration: 43200\n/);
    assert.doesNotMatch(stderr, /wev-echo/);
  });
}

Deno.test("wev shows an example of wev-echo, with the name at hand", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", "GREETING: hello\n");
  const { stderr } = await sandbox.run(["true"]);
  assert.match(stderr, / GREETING:\n +plugin:\n +id: wev-echo\n +value: text\n/);
});

for (const option of ["duration", "role_duration", "min_remaining"]) {
  Deno.test(`wev gives no example that nobody should follow: ${option}`, async () => {
    await using mfa = new MfaSandbox({ options: { [option]: "often" } });
    const { stderr } = await mfa.run();
    assert.match(stderr, new RegExp(`Write, for example, ${option}: \\d+\\n`));
    assert.doesNotMatch(stderr, new RegExp(`${option}: (?:900|0)\\n`));
  });
}

/** What a first code with the default duration is answered with. */
const SHORT =
  /wev: This session lasts 15 minutes\. For one code a day, add "duration: 43200" below "id: wev-awsmfa" \(.*wev\.yml:1:1\)/;

Deno.test("wev says once for an access key that a session is short", async () => {
  await using mfa = new MfaSandbox();
  {
    await using pty = mfa.start();
    assert.equal(await mfa.answer(pty), 0);
    assert.match(pty.shown, SHORT);
    assert.equal(pty.shown.split("15 minutes").length, 2);
    assert.ok(pty.shown.indexOf("15 minutes") < pty.shown.indexOf("ran with"), pty.shown);
  }
  mfa.aws.clock.advance(60);
  {
    await using pty = mfa.start(["--refresh", "true"]);
    assert.equal(await mfa.answer(pty), 0);
    assert.doesNotMatch(pty.shown, /15 minutes/);
  }
  assert.equal((await mfa.run()).stderr, "");
});

Deno.test("wev says nothing of a duration that is configured, 900 too", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "900" } });
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 0);
  assert.doesNotMatch(pty.shown, /15 minutes/);
});

Deno.test("wev says it once a run where nothing can be remembered", async () => {
  await using mfa = new MfaSandbox();
  const block = mfa.sandbox.write("home/cache-is-a-file", "");
  const text = Deno.readTextFileSync(mfa.config);
  mfa.sandbox.write(mfa.config, `${text}${text.replaceAll("AWS_", "MY_")}    region: eu-west-1\n`);
  await using pty = mfa.start(["true"], { XDG_CACHE_HOME: block });
  await pty.waitFor("Token: ");
  await pty.type(`${mfa.user.device.code()}\r`);
  await pty.waitFor("15 minutes");
  await pty.waitFor("Token: ");
  mfa.aws.clock.advance(60);
  await pty.type(`${mfa.user.device.code()}\r`);
  assert.equal(await pty.end(), 0, pty.shown);
  assert.equal(pty.shown.split("15 minutes").length, 2, pty.shown);
});

Deno.test("wev says that a profile of the configuration is used and AWS_PROFILE is not", async () => {
  await using mfa = new MfaSandbox({ options: { profile: "work", duration: "3600" } });
  const { accessKeyId, secretAccessKey } = mfa.user.accessKey;
  mfa.sandbox.write(
    "home/.aws/credentials",
    `[work]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  const keys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const line = 'Uses the profile "work" of the configuration, not "home" of AWS_PROFILE.';
  const env = { ...keys, AWS_PROFILE: "home" };
  assert.ok((await mfa.run(["--explain"], { env })).stdout.includes(`  ${line}\n`));
  {
    await using pty = mfa.start(["true"], env);
    assert.equal(await mfa.answer(pty), 0, pty.shown);
    assert.equal(pty.shown.split(`wev: ${line}`).length, 2, pty.shown);
  }
  assert.deepEqual(await mfa.run(["true"], { env }), { code: 0, stdout: "", stderr: "" });
  for (const AWS_PROFILE of ["work", undefined]) {
    const { stdout } = await mfa.run(["--explain"], { env: { ...keys, AWS_PROFILE } });
    assert.doesNotMatch(stdout, /of the configuration, not/);
  }
});
