/**
 * `wev --lock`: nothing without a code that a person gives.
 */

import assert from "node:assert/strict";
import { failures } from "../support/aws/mod.ts";
import { entriesIn } from "../support/entry_file.ts";
import { COMMAND, type Environment, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import type { Pty } from "../support/pty.ts";
import { until } from "../support/until.ts";

const LOCKED = /wev is locked since \d{4}-\d\d-\d\d \d\d:\d\d/;

/** Locks wev. */
async function lock(mfa: MfaSandbox): Promise<void> {
  const { code, stdout, stderr } = await mfa.run(["--lock"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^wev is locked\. /);
}

/** Whether wev is locked, as it says itself; then nothing is cached. */
async function isLocked(mfa: MfaSandbox): Promise<boolean> {
  const { locked, entries } = JSON.parse((await mfa.run(["--list", "--json"])).stdout);
  if (locked !== null) assert.deepEqual(entries, []);
  return locked !== null;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Has a program of the home directory print a code, after it has noted that it ran, and waited. */
function withProgram(mfa: MfaSandbox, script = ""): string {
  const ran = `${mfa.sandbox.home}/ran`;
  const program = mfa.sandbox.write(
    "home/code.sh",
    `#!/bin/sh\ntouch ${ran}\n${script}\ncat ${mfa.sandbox.home}/code\n`,
  );
  Deno.chmodSync(program, 0o755);
  mfa.sandbox.write("home/code", mfa.user.device.code());
  Deno.removeSync(mfa.config);
  mfa.sandbox.write(
    "home/.wev.yml",
    `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    token_command: [${program}]\n`,
  );
  return ran;
}

/** Returns the variables of a session, as a run hands them on: temporary keys. */
async function temporaryKeys(mfa: MfaSandbox): Promise<Environment> {
  const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
  const { stdout } = await mfa.run(["printenv", ...names]);
  const values = stdout.trim().split("\n");
  return Object.fromEntries(names.map((name, at) => [name, values[at]]));
}

Deno.test("wev --lock drops everything, and the next code unlocks wev", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const { code, stdout, stderr } = await mfa.run(["--lock"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^wev is locked\. Deleted cached sessions: 1\n/);
  const file = `${mfa.sandbox.cache}/lockout.json`;
  if (Deno.build.os !== "windows") assert.equal(Deno.lstatSync(file).mode! & 0o777, 0o600);
  const list = await mfa.run(["--list"]);
  assert.match(
    list.stdout,
    /^wev is locked since .*: the next code that you give unlocks it\.\nNothing is cached\.\n$/,
  );
  assert.match((await mfa.run(["--check"])).stderr, /: wev is locked\n$/);
  const refused = await mfa.run();
  assert.deepEqual([refused.code, refused.stdout], [125, ""]);
  assert.match(refused.stderr, LOCKED);
  await mfa.login();
  assert.equal(exists(file), false);
  assert.equal((await mfa.run()).code, 0);
  assert.equal(mfa.codes.length, 2);
});

Deno.test("wev --lock --json tells programs what it deleted, and since when wev is locked", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const { code, stdout, stderr } = await mfa.run(["--lock", "--json"]);
  assert.deepEqual([code, stderr], [0, ""]);
  const { wev, entries, locked } = JSON.parse(stdout);
  assert.equal(wev, 1);
  assert.deepEqual(entries.map(({ identity }: { identity: string }) => identity), [mfa.user.arn]);
  assert.ok(Math.abs(Date.parse(locked.since) - Date.now()) < 600_000, locked.since);
});

Deno.test("wev --lock leaves constants, and locks where nothing is configured or the configuration is wrong", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write("home/project/wev.yml", "A: {plugin: {id: wev-echo, value: x}}\n");
  await lock(mfa);
  assert.equal((await mfa.run(["sh", "-c", "echo $A"])).stdout, "x\n");
  mfa.sandbox.write("home/project/wev.yml", "A: [\n");
  await lock(mfa);
  assert.ok(await isLocked(mfa));
  assert.equal((await mfa.run(["--forget", "--all"])).code, 0);
  assert.ok(await isLocked(mfa));
});

for (const way of ["--token", "WEV_AWSMFA_TOKEN"]) {
  Deno.test(`wev is unlocked by the code of ${way}, if AWS accepts it`, async () => {
    await using mfa = new MfaSandbox();
    const run = (code: string) =>
      way === "--token"
        ? mfa.run(["--token", code, ...COMMAND])
        : mfa.run(COMMAND, { env: { [way]: code } });
    await lock(mfa);
    const right = mfa.user.device.code();
    const wrong = await run(right === "000000" ? "000001" : "000000");
    assert.equal(wrong.code, 125);
    assert.match(wrong.stderr, /AWS refused the code/);
    assert.ok(await isLocked(mfa));
    mfa.aws.clock.advance(60);
    const { code, stdout, stderr } = await run(mfa.user.device.code());
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ran with ASIA/);
    assert.equal(await isLocked(mfa), false);
    assert.equal((await mfa.run()).code, 0);
  });
}

Deno.test("wev runs no token_command while it is locked, and says so", async () => {
  await using mfa = new MfaSandbox();
  const ran = withProgram(mfa);
  await lock(mfa);
  const refused = await mfa.run();
  assert.equal(refused.code, 125);
  assert.match(
    refused.stderr,
    /wev is locked since .*: can't resolve AWS_ACCESS_KEY_ID, .* without a code/,
  );
  assert.equal(exists(ran), false);
  await using pty = mfa.start();
  const before = await pty.waitFor("Token: ");
  assert.match(before, LOCKED);
  await pty.type(`${mfa.user.device.code()}\r`);
  assert.equal(await pty.end(), 0);
  assert.equal(exists(ran), false);
  mfa.aws.clock.advance(60);
  mfa.sandbox.write("home/code", mfa.user.device.code());
  const { code, stderr } = await mfa.run(["--refresh", "true"]);
  assert.equal(code, 0, stderr);
  assert.ok(exists(ran));
});

Deno.test("wev uses no code of a token_command that ran while wev was locked", async () => {
  await using mfa = new MfaSandbox();
  const go = `${mfa.sandbox.home}/go`;
  const ran = withProgram(mfa, `while ! test -e ${go}; do sleep 0.05; done`);
  const inFlight = mfa.run();
  await until("the program", () => exists(ran));
  await lock(mfa);
  mfa.sandbox.write("home/go", "");
  const { code, stdout, stderr } = await inFlight;
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(stderr, LOCKED);
  assert.deepEqual(mfa.codes, []);
  assert.ok(await isLocked(mfa));
});

for (const place of ["on a terminal", "without a terminal"]) {
  Deno.test(`wev drops the session that AWS was asked for before wev was locked, ${place}`, async () => {
    await using mfa = new MfaSandbox();
    const locked = Promise.withResolvers<void>();
    mfa.aws.failures.add("GetSessionToken", failures.hold(locked.promise));
    const args = ["--token", mfa.user.device.code(), ...COMMAND];
    const pty = place === "on a terminal" ? mfa.start(args) : undefined;
    await using _ = pty;
    const run = pty === undefined
      ? mfa.run(args)
      : pty.end().then((code) => ({ code, stdout: "", stderr: pty.shown }));
    await until("GetSessionToken", () => mfa.codes.length === 1);
    await lock(mfa);
    locked.resolve();
    const { code, stdout, stderr } = await run;
    assert.deepEqual([code, stdout], [125, ""], stderr);
    assert.match(stderr, LOCKED);
    assert.doesNotMatch(stderr, /ran with/);
    assert.deepEqual(entriesIn(mfa.sandbox.cache), []);
    assert.ok(await isLocked(mfa));
  });
}

Deno.test("wev drops a role's session that was requested with a session from before wev was locked", async () => {
  await using mfa = new MfaSandbox();
  const role = mfa.aws.addRole({ name: "reader", mfa: true });
  await mfa.login();
  mfa.sandbox.write(
    "home/project/wev.yml",
    `${NAMES}: {plugin: {id: wev-awsmfa, role_arn: ${role.arn}}}\n`,
  );
  const locked = Promise.withResolvers<void>();
  mfa.aws.failures.add("AssumeRole", failures.hold(locked.promise));
  const inFlight = mfa.run();
  await until("AssumeRole", () => mfa.actions.includes("AssumeRole"));
  await lock(mfa);
  locked.resolve();
  const { code, stderr } = await inFlight;
  assert.equal(code, 125, stderr);
  assert.match(stderr, LOCKED);
  assert.ok(await isLocked(mfa));
});

Deno.test("a code unlocks wev that is typed after wev was locked, at a question from before", async () => {
  await using mfa = new MfaSandbox();
  await using pty = mfa.start();
  await pty.waitFor("Token: ");
  await lock(mfa);
  // Twice is as good.
  await lock(mfa);
  await pty.type(`${mfa.user.device.code()}\r`);
  assert.equal(await pty.end(), 0, pty.shown);
  assert.equal(await isLocked(mfa), false);
  assert.equal((await mfa.run()).code, 0);
});

Deno.test("wev hands out no keys that need no code while it is locked, and requests nothing", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const env = await temporaryKeys(mfa);
  assert.equal((await mfa.run(COMMAND, { env })).code, 0);
  await lock(mfa);
  mfa.aws.clearRequests();
  const { code, stdout, stderr } = await mfa.run(COMMAND, { env });
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(stderr, LOCKED);
  await using pty = mfa.start(COMMAND, env);
  assert.equal(await pty.end(), 125);
  assert.match(pty.shown, LOCKED);
  assert.doesNotMatch(pty.shown, /ran with|Token:/);
  assert.deepEqual(mfa.actions, []);
});

Deno.test("a code for one variable lets out another that needs none", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const keys = await temporaryKeys(mfa);
  const { accessKeyId, secretAccessKey } = mfa.user.accessKey;
  mfa.sandbox.write(
    "home/.aws/credentials",
    `[work]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n` +
      `[temporary]\naws_access_key_id = ${keys.AWS_ACCESS_KEY_ID}\n` +
      `aws_secret_access_key = ${keys.AWS_SECRET_ACCESS_KEY}\n` +
      `aws_session_token = ${keys.AWS_SESSION_TOKEN}\n`,
  );
  mfa.sandbox.write(
    "home/project/wev.yml",
    "[A_ID, A_SECRET, A_TOKEN]: {plugin: {id: wev-awsmfa, profile: temporary}}\n" +
      "[B_ID, B_SECRET, B_TOKEN]: {plugin: {id: wev-awsmfa, profile: work}}\n",
  );
  await lock(mfa);
  assert.equal((await mfa.run(["true"])).code, 125);
  await using pty = mfa.start(["sh", "-c", 'echo "ran with $A_ID and $B_ID"']);
  assert.equal(await mfa.answer(pty), 0, pty.shown);
  assert.match(pty.shown, new RegExp(`ran with ${keys.AWS_ACCESS_KEY_ID} and ASIA`));
  assert.equal(await isLocked(mfa), false);
});

Deno.test("one code serves twelve runs while wev is locked, and it is locked no more", async () => {
  await using mfa = new MfaSandbox();
  await lock(mfa);
  const runs = Array.from({ length: 12 }, () => mfa.start());
  const asked = await firstAsked(runs);
  await asked.type(`${mfa.user.device.code()}\r`);
  assert.deepEqual(await Promise.all(runs.map((run) => run.end())), runs.map(() => 0));
  assert.equal(new Set(runs.map(({ shown }) => /ran with (ASIA\w+)/.exec(shown)?.[1])).size, 1);
  assert.equal(mfa.codes.length, 1);
  assert.equal(await isLocked(mfa), false);
});

Deno.test("twelve runs that wait for a session get none if wev is locked before it is there", async () => {
  await using mfa = new MfaSandbox();
  const locked = Promise.withResolvers<void>();
  mfa.aws.failures.add("GetSessionToken", failures.hold(locked.promise));
  const code = mfa.user.device.code();
  const runs = Array.from({ length: 12 }, () => mfa.run(["--token", code, ...COMMAND]));
  await until("GetSessionToken", () => mfa.codes.length === 1);
  await lock(mfa);
  locked.resolve();
  for (const { code, stdout } of await Promise.all(runs)) {
    assert.deepEqual([code, stdout], [125, ""]);
  }
  assert.ok(await isLocked(mfa));
});

Deno.test("wev is locked by a file that is damaged, or a directory in its place, and is unlocked", async () => {
  await using mfa = new MfaSandbox();
  const file = `${mfa.sandbox.cache}/lockout.json`;
  await mfa.login();
  await mfa.run(["--forget", "--all"]);
  for (
    const damage of [
      () => Deno.writeTextFileSync(file, "{"),
      () => Deno.mkdirSync(file),
    ]
  ) {
    damage();
    const refused = await mfa.run();
    assert.equal(refused.code, 125);
    assert.match(refused.stderr, /wev is locked\./);
    await mfa.login();
    assert.equal(exists(file), false);
    assert.equal((await mfa.run()).code, 0);
    await mfa.run(["--forget", "--all"]);
  }
  Deno.mkdirSync(file);
  await lock(mfa);
  assert.ok(exists(file));
});

for (
  const [what, env] of [
    ["without a home directory", { HOME: "" }],
    ["where the cache can't be made", { XDG_CACHE_HOME: "/dev/null/no-directory" }],
  ] as const
) {
  Deno.test(`wev --lock fails ${what}`, async () => {
    await using mfa = new MfaSandbox();
    const { code, stdout, stderr } = await mfa.run(["--lock"], { env });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /wev: error: Cannot lock wev: /);
  });
}

Deno.test("wev --lock fails where the cache is open to others, and changes nothing", async () => {
  if (Deno.build.os === "windows") return;
  await using mfa = new MfaSandbox();
  await mfa.login();
  Deno.chmodSync(mfa.sandbox.cache, 0o755);
  const { code, stderr } = await mfa.run(["--lock"]);
  assert.equal(code, 1);
  assert.match(stderr, /is open to other users[^]*wev: error: Cannot lock wev: /);
});

/** Waits until one of `runs` asks, and returns it. */
async function firstAsked(runs: readonly Pty[]): Promise<Pty> {
  return await Promise.any(runs.map(async (run) => {
    await run.waitFor("Token: ");
    return run;
  }));
}
