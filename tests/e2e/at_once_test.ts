/**
 * The question stands before anything is asked of AWS, and what is typed counts once all checks pass.
 */

import assert from "node:assert/strict";
import { failures, type LocalUser } from "../support/aws/mod.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { until } from "../support/until.ts";

/** Makes AWS keep its answer to `action` until it is let go. */
function hold(mfa: MfaSandbox, action: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  mfa.aws.failures.add(action, failures.hold(promise));
  return resolve;
}

/** Waits until AWS has been asked for `action`. */
async function untilAsked(mfa: MfaSandbox, action: string): Promise<void> {
  await until(action, () => mfa.actions.includes(action));
}

for (
  const [what, options] of [
    ["of a device that is looked up", {}],
    ["of a named device", { mfa_device: "arn:aws:iam::123456789012:mfa/ann" }],
  ] as const
) {
  Deno.test(`the question stands before AWS has answered, and a code ${what} waits for it`, async () => {
    await using mfa = new MfaSandbox({ options });
    const letGo = hold(mfa, "GetCallerIdentity");
    await using run = mfa.start();
    await run.waitFor("Token: ");
    await run.type(`${mfa.user.device.code()}\r`);
    await untilAsked(mfa, "GetCallerIdentity");
    assert.deepEqual(mfa.codes, []);
    letGo();
    assert.equal(await run.end(), 0, run.shown);
    assert.match(run.shown, /ran with ASIA/);
    assert.equal(mfa.codes.length, 1);
    assert.equal(mfa.actions.filter((action) => action === "GetCallerIdentity").length, 1);
  });
}

Deno.test("a code that is complete before a check fails is not spent", async () => {
  await using mfa = new MfaSandbox({ options: { account: '"999999999999"' } });
  const letGo = hold(mfa, "GetCallerIdentity");
  await using run = mfa.start();
  await run.waitFor("Token: ");
  const code = mfa.user.device.code();
  await run.type(`${code}\r`);
  await untilAsked(mfa, "GetCallerIdentity");
  letGo();
  assert.equal(await run.end(), 125, run.shown);
  assert.match(run.shown, /error:.* account 123456789012/);
  assert.deepEqual(mfa.codes, []);
  // Nor is it taken for used.
  Deno.writeTextFileSync(mfa.config, `${NAMES}: {plugin: {id: wev-awsmfa}}\n`);
  const { code: status, stderr } = await mfa.run(["--token", code, ...COMMAND]);
  assert.equal(status, 0, stderr);
  assert.deepEqual(mfa.codes, [code]);
});

Deno.test("a check that fails takes the question back, and the error stands in its place", async () => {
  await using mfa = new MfaSandbox({ options: { account: '"999999999999"' } });
  const letGo = hold(mfa, "GetCallerIdentity");
  await using run = mfa.start();
  await run.waitFor("Token: ");
  await run.type("123");
  await run.waitFor("***");
  letGo();
  assert.equal(await run.end(), 125, run.shown);
  assert.ok(run.shown.includes("Token: ***\r\x1b[K"), run.shown);
  assert.match(run.shown, /error:.* account 123456789012/);
  assert.deepEqual(mfa.codes, []);
});

Deno.test("another variable that fails meanwhile ends the question", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/.aws/credentials",
    "[bad]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n" +
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
  );
  Deno.writeTextFileSync(
    mfa.config,
    `${NAMES}: {plugin: {id: wev-awsmfa}}\n[A, B, C]: {plugin: {id: wev-awsmfa, profile: bad}}\n`,
  );
  await using run = mfa.start();
  await run.waitFor("Token: ");
  assert.equal(await run.end(), 125, run.shown);
  assert.match(run.shown, /error:.* does not know the access key/);
  assert.deepEqual(mfa.codes, []);
});

Deno.test("a code that is typed before another variable fails is not spent", async () => {
  await using mfa = new MfaSandbox();
  const go = `${mfa.sandbox.root}/go`;
  const script = mfa.sandbox.write(
    "keys.sh",
    `#!/bin/sh\nwhile ! test -e ${go}; do sleep 0.05; done\nexit 1\n`,
  );
  Deno.chmodSync(script, 0o755);
  mfa.sandbox.write("home/.aws/config", `[profile bad]\ncredential_process = ${script}\n`);
  Deno.writeTextFileSync(
    mfa.config,
    `${NAMES}: {plugin: {id: wev-awsmfa}}\n[A, B, C]: {plugin: {id: wev-awsmfa, profile: bad}}\n`,
  );
  await using run = mfa.start();
  await run.waitFor("Token: ");
  await run.type(`${mfa.user.device.code()}\r`);
  await untilAsked(mfa, "ListMFADevices");
  // A code that counted would be sent by then.
  await run.waitFor("wev: Waiting for ");
  mfa.sandbox.write("go", "");
  assert.equal(await run.end(), 125, run.shown);
  assert.match(run.shown, /error:.*credential_process/);
  assert.deepEqual(mfa.codes, []);
});

Deno.test("the choice of a device takes the place of the question, and drops what was typed", async () => {
  await using mfa = new MfaSandbox({ user: { devices: [{ name: "phone" }, { name: "key" }] } });
  const letGo = hold(mfa, "ListMFADevices");
  await using run = mfa.start();
  await run.waitFor("Token: ");
  await run.type("2");
  await run.waitFor("*");
  letGo();
  await run.waitFor("Which one shows the code?");
  await run.type("2");
  await run.waitFor("Token: ");
  await run.type(`${mfa.user.devices[1]!.code()}\r`);
  assert.equal(await run.end(), 0, run.shown);
  assert.equal(mfa.codes.length, 1);
});

/** Two variables, whose sessions belong to two users. `bob`'s keys come from a program, late the first time. */
function configureTwo(mfa: MfaSandbox): { readonly bob: LocalUser; readonly onlyBob: string } {
  const { sandbox, user: { accessKey: ann } } = mfa;
  const bob = mfa.aws.addUser({ name: "bob" });
  const { accessKeyId, secretAccessKey } = bob.accessKey;
  const keys = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
  const program = sandbox.write(
    "home/keys.sh",
    `#!/bin/sh\nmkdir "$HOME/late" 2>/dev/null && while [ ! -e "$HOME/go" ]; do sleep 0.1; done\n` +
      `echo '${JSON.stringify(keys)}'\n`,
  );
  Deno.chmodSync(program, 0o755);
  sandbox.write(
    "home/.aws/config",
    `[profile ann]\naws_access_key_id = ${ann.accessKeyId}\n` +
      `aws_secret_access_key = ${ann.secretAccessKey}\n` +
      `[profile bob]\ncredential_process = ${program}\n`,
  );
  const variable = (names: string, profile: string, more = "") =>
    `${names}: {plugin: {id: wev-awsmfa, profile: ${profile}, ` +
    `mfa_device: "arn:aws:iam::123456789012:mfa/${profile}"${more}}}\n`;
  Deno.writeTextFileSync(mfa.config, variable("[A, B, C]", "ann") + variable("[D, E, F]", "bob"));
  // Another variable, of the same session.
  const { arn } = mfa.aws.addRole({ name: "deploy", mfa: true });
  const onlyBob = `${sandbox.home}/other`;
  sandbox.write("home/other/wev.yml", variable("[G, H, I]", "bob", `, role_arn: "${arn}"`));
  return { bob, onlyBob };
}

const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

Deno.test("a given code does not wait for a variable that waits for its turn", async () => {
  await using mfa = new MfaSandbox();
  configureTwo(mfa);
  Deno.mkdirSync(`${mfa.sandbox.home}/late`);
  const { code, stderr } = await mfa.run(["--token", mfa.user.device.code(), "true"], {
    env: NO_KEYS,
  });
  // The code was ann's, not bob's.
  assert.equal(code, 125);
  assert.match(stderr, /error: /);
  assert.ok(mfa.codes.length > 0);
});

Deno.test("a code does not wait for another run that waits for its question", async () => {
  await using mfa = new MfaSandbox();
  const { bob, onlyBob } = configureTwo(mfa);
  await using first = mfa.start(["true"], NO_KEYS);
  await first.waitFor("Token: ");
  // It takes the session of bob, and waits for the question of the first.
  await using second = mfa.sandbox.start(["true"], {
    cwd: onlyBob,
    env: mfa.environment(NO_KEYS),
  });
  await second.waitFor("Waiting for another run of wev");
  mfa.sandbox.write("home/go", "");
  const codes = [mfa.user.device.code(), bob.device.code()];
  await first.type(`${codes[0]}\r`);
  await second.waitFor("Token: ");
  await second.type(`${codes[1]}\r`);
  assert.equal(await second.end(), 0, second.shown);
  assert.equal(await first.end(), 0, first.shown);
  assert.deepEqual(mfa.codes, codes);
});

for (const order of ["first", "second"] as const) {
  Deno.test(`two variables of one session ask once, where the ${order} has to look the device up`, async () => {
    await using mfa = new MfaSandbox();
    const lookedUp = "[A, B, C]: {plugin: {id: wev-awsmfa}}\n";
    const named = `${NAMES}: {plugin: {id: wev-awsmfa, ` +
      `mfa_device: "arn:aws:iam::123456789012:mfa/ann"}}\n`;
    Deno.writeTextFileSync(mfa.config, order === "first" ? lookedUp + named : named + lookedUp);
    await using run = mfa.start();
    await run.waitFor("Token: ");
    await untilAsked(mfa, "ListMFADevices");
    // The question may be taken back, and stand again for the other variable.
    const questions = order === "first" ? 2 : 1;
    await until("the question", () => run.shown.split("Token: ").length > questions);
    await run.type(`${mfa.user.device.code()}\r`);
    assert.equal(await run.end(), 0, run.shown);
    assert.match(run.shown, /ran with ASIA/);
    assert.equal(mfa.codes.length, 1);
  });
}

for (const [value, rings] of [["1", true], ["", false], [undefined, false]] as const) {
  Deno.test(`with WEV_BELL=${value} the bell ${rings ? "rings" : "does not ring"}`, async () => {
    await using mfa = new MfaSandbox();
    await using run = mfa.start(COMMAND, value === undefined ? {} : { WEV_BELL: value });
    await run.waitFor("Token: ");
    assert.equal(run.shown.includes("\x07"), rings);
    await run.type("\x03");
    assert.equal(await run.end(), 130);
  });
}
