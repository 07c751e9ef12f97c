/**
 * What weaker files set, and a stronger one switches off.
 *
 * @module
 */

import assert from "node:assert/strict";
import { MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";

const ECHO = "plugin: {id: wev-echo, value: one}";

Deno.test("an empty variable switches off the one that it would inherit", async () => {
  using sandbox = new Sandbox();
  const home = sandbox.write("home/wev.yml", `A: {${ECHO}}\nB: {${ECHO}}\n`);
  const file = sandbox.write("home/project/wev.yml", "A:\n");
  const show = ["sh", "-c", 'echo "${A-none} ${B-none}"'];
  assert.deepEqual(await sandbox.run(show), { code: 0, stdout: "none one\n", stderr: "" });
  assert.equal((await sandbox.run(show, { env: { A: "outer" } })).stdout, "outer one\n");
  const { stdout } = await sandbox.run(["--explain"]);
  assert.ok(
    stdout.endsWith(`\nA\n  switched off: ${file}:1:1 is empty, and overrides ${home}:1:1\n`),
    stdout,
  );
  const { variables, switchedOff } = JSON.parse(
    (await sandbox.run(["--explain", "--json"])).stdout,
  );
  assert.equal(variables.length, 1);
  assert.deepEqual(switchedOff, [{
    names: ["A"],
    location: { file, line: 1, column: 1 },
    overrides: [{ file: home, line: 1, column: 1 }],
  }]);
});

Deno.test("a variable that is switched off can be set again, without what it had", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/wev.yml", "A: {plugin: {id: wev-echo, value: [a, b], separator: '-'}}\n");
  sandbox.write("home/project/wev.yml", "A:\n");
  const below = sandbox.write(
    "home/project/below/wev.yml",
    "A: {plugin: {id: wev-echo, value: [x, y]}}\n",
  );
  const cwd = below.replace("/wev.yml", "");
  assert.equal((await sandbox.run(["sh", "-c", "echo $A"], { cwd })).stdout, "x y\n");
});

Deno.test("where everything is switched off, nothing is configured", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/wev.yml", `A: {${ECHO}}\n`);
  sandbox.write("home/project/wev.yml", "A:\n");
  assert.equal((await sandbox.run(["true"], { env: { WEV_REQUIRE: "1" } })).code, 125);
  assert.equal((await sandbox.run(["true"])).code, 0);
});

Deno.test("an empty variable is a mistake where it inherits nothing", async () => {
  using sandbox = new Sandbox();
  const file = sandbox.write("home/project/wev.yml", "A:\n");
  const { code, stderr } = await sandbox.run(["true"]);
  assert.equal(code, 125);
  assert.ok(stderr.startsWith(`wev: error: ${file}:1:1: A must be a mapping`), stderr);
  assert.match(stderr, /There is no inherited variable to switch off/);
});

Deno.test("an empty value switches off an inherited option", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "", mfa_device: "" } });
  const above = mfa.sandbox.write(
    "home/wev.yml",
    `${NAMES}:\n  plugin:\n    duration: 43200\n    mfa_device: arn:aws:iam::123456789012:mfa/ann\n`,
  );
  const { stdout, stderr, code } = await mfa.run(["--explain"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /a session of 900 seconds/);
  assert.match(stdout, /Looks up the user's MFA device/);
  assert.ok(
    stdout.includes(`  duration: ${mfa.config}:4:5 is empty, and switches off ${above}:3:5\n`),
    stdout,
  );
});

Deno.test("an empty value switches off an option of a merged mapping", async () => {
  await using mfa = new MfaSandbox();
  const config = (region: string) =>
    `__base__: &base {id: wev-awsmfa, region: eu-west-1}\n${NAMES}:\n  plugin:\n` +
    `    <<: *base\n${region}`;
  mfa.sandbox.write(mfa.config, config(""));
  assert.match((await mfa.run(["--explain"])).stdout, /in the region eu-west-1/);
  mfa.sandbox.write(mfa.config, config("    region:\n"));
  const { code, stdout, stderr } = await mfa.run(["--explain"]);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout, /in the region eu-west-1/);
});

Deno.test("an empty value is a mistake where it inherits nothing", async () => {
  for (const option of ["profile", "duration", "mfa_device", "region"]) {
    await using mfa = new MfaSandbox({ options: { [option]: "" } });
    const { code, stderr } = await mfa.run();
    assert.equal(code, 125);
    assert.ok(
      stderr.startsWith(`wev: error: ${mfa.config}:4:5: "${option}" of wev-awsmfa `),
    );
  }
});

Deno.test("an empty value of wev-echo is a text", async () => {
  using sandbox = new Sandbox();
  sandbox.write(
    "home/wev.yml",
    "A: {plugin: {id: wev-echo, value: [a, b], separator: '-'}}\nB: {plugin: {id: wev-echo, value: b}}\n",
  );
  sandbox.write("home/project/wev.yml", "A: {plugin: {separator: }}\nB: {plugin: {value: }}\n");
  const { stdout } = await sandbox.run(["sh", "-c", 'echo "$A,${B-none}"']);
  assert.equal(stdout, "ab,\n");
  assert.match((await sandbox.run(["--explain"])).stdout, /separator: \S+ overrides \S+\n/);
});

for (
  const [option, value] of [
    ["profile", "work"],
    ["account", '"123456789012"'],
    ["min_remaining", "3600"],
    ["token_command", "[/bin/code]"],
  ]
) {
  for (const [what, text] of [["value", `plugin:\n    ${option}:\n`], ["variable", "\n"]]) {
    Deno.test(`a project can't switch off ${option} of the user's own file: empty ${what}`, async () => {
      await using mfa = new MfaSandbox();
      const own = mfa.sandbox.write(
        "home/.wev.yml",
        `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    ${option}: ${value}\n`,
      );
      mfa.sandbox.write(mfa.config, what === "variable" ? `${NAMES}:\n` : `${NAMES}:\n  ${text}`);
      for (const args of [["true"], ["--explain"]]) {
        const { code, stderr } = await mfa.run(args);
        assert.notEqual(code, 0);
        assert.ok(stderr.includes(`${mfa.config}:${what === "variable" ? 1 : 3}:`), stderr);
        assert.ok(
          stderr.includes(`"${option}" of your own configuration file (${own}:4:5)`),
          stderr,
        );
      }
    });
  }
}

Deno.test("the user's own files may switch off what they say, and a project what nothing guards", async () => {
  await using mfa = new MfaSandbox();
  const options = "  plugin:\n    id: wev-awsmfa\n    profile: work\n";
  mfa.sandbox.write("home/.wev.yml", `${NAMES}:\n${options}`);
  mfa.sandbox.write("home/wev.yml", `${NAMES}:\n  plugin:\n    profile:\n`);
  Deno.removeSync(mfa.config);
  assert.match((await mfa.run(["--explain"])).stdout, /from AWS_ACCESS_KEY_ID/);
  mfa.sandbox.write(mfa.config, `${NAMES}:\n`);
  const run = await mfa.run(["sh", "-c", "echo $AWS_ACCESS_KEY_ID"]);
  assert.deepEqual(run, { code: 0, stdout: `${mfa.user.accessKey.accessKeyId}\n`, stderr: "" });
});

Deno.test("a project can't switch off a variable that tells wev what to do", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/.wev.yml", "WEV_KEYRING: {plugin: {id: wev-echo, value: auto}}\n");
  const file = sandbox.write("home/project/wev.yml", "WEV_KEYRING:\n");
  const { code, stderr } = await sandbox.run(["true"]);
  assert.equal(code, 125);
  assert.ok(stderr.includes(`${file}:1:1: WEV_KEYRING configures wev`), stderr);
});
