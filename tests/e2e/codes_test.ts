import assert from "node:assert/strict";
import { failures } from "../support/aws/mod.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import type { RunResult } from "../support/program.ts";

/** Prints what a command has of wev's own variables. */
const LEAK = ["sh", "-c", 'echo "leaked: ${WEV_AWSMFA_TOKEN-nothing}"'];

Deno.test("wev takes the code of --token, without a terminal", async () => {
  await using mfa = new MfaSandbox();
  const { code, stdout } = await mfa.run(["--token", mfa.user.device.code(), ...COMMAND]);
  assert.equal(code, 0);
  assert.match(stdout, /^ran with ASIA/);
});

Deno.test("wev refuses a --token that is no code, and does not repeat it", async () => {
  await using mfa = new MfaSandbox();
  const { code, stderr } = await mfa.run(["--token", "1234567", ...COMMAND]);
  assert.equal(code, 2);
  assert.match(stderr, /--token must be a code of six digits/);
  assert.doesNotMatch(stderr, /1234567/);
});

/** Returns `code` as apps show it. */
function grouped(code: string, separator = " "): string {
  return `${code.slice(0, 3)}${separator}${code.slice(3)}`;
}

for (
  const [where, separator, run] of [
    ["--token", " ", (mfa, code) => mfa.run(["--token", code, ...COMMAND])],
    ["--token=", "-", (mfa, code) => mfa.run([`--token=${code}`, ...COMMAND])],
    [
      "WEV_AWSMFA_TOKEN",
      "-",
      (mfa, code) => mfa.run(COMMAND, { env: { WEV_AWSMFA_TOKEN: ` ${code} ` } }),
    ],
    [
      "token_command",
      " ",
      (mfa, code) => {
        withCommand(mfa, `echo "Your code: ${code}"`);
        return mfa.run();
      },
    ],
  ] as [string, string, (mfa: MfaSandbox, code: string) => Promise<RunResult>][]
) {
  Deno.test(`wev takes a code in two groups with "${separator}" from ${where}`, async () => {
    await using mfa = new MfaSandbox();
    const code = mfa.user.device.code();
    const { code: status, stderr } = await run(mfa, grouped(code, separator));
    assert.equal(status, 0, stderr);
    assert.deepEqual(mfa.codes, [code]);
  });
}

Deno.test("wev takes a code in two groups at the question, and shows a star for each key", async () => {
  await using mfa = new MfaSandbox();
  const code = mfa.user.device.code();
  await using pty = mfa.start();
  await pty.waitFor("Token: ");
  await pty.type(`${grouped(code)}\r`);
  assert.equal(await pty.end(), 0, pty.shown);
  assert.ok(pty.shown.includes("Token: *******\r\n"), pty.shown);
  assert.deepEqual(mfa.codes, [code]);
});

Deno.test("wev takes the same code in other groups for the same", async () => {
  await using mfa = new MfaSandbox();
  const code = mfa.user.device.wrongCode();
  await mfa.run(["--token", code, ...COMMAND]);
  const { stderr } = await mfa.run(["--token", grouped(code), ...COMMAND]);
  assert.match(stderr, /The code of --token can't be used: .*sent before/);
  assert.deepEqual(mfa.codes, [code]);
});

Deno.test("wev takes the code of WEV_AWSMFA_TOKEN and never passes it on", async () => {
  await using mfa = new MfaSandbox();
  const env = { WEV_AWSMFA_TOKEN: mfa.user.device.code() };
  const first = await mfa.run(LEAK, { env });
  assert.deepEqual([first.code, first.stdout], [0, "leaked: nothing\n"], first.stderr);
  // Not when everything is cached either, nor from a wev within.
  const second = await mfa.run(LEAK, { env });
  assert.equal(second.stdout, "leaked: nothing\n");
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev never passes WEV_AWSMFA_TOKEN on, whatever its variables are called", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/project/wev.yml",
    "[A_ID, A_SECRET, A_TOKEN]:\n  plugin:\n    id: wev-awsmfa\n",
  );
  const env = { WEV_AWSMFA_TOKEN: mfa.user.device.code() };
  const { stdout, stderr } = await mfa.run(LEAK, { env });
  assert.equal(stdout, "leaked: nothing\n", stderr);
});

Deno.test("wev sends a code that AWS refused no second time, in this run or the next", async () => {
  await using mfa = new MfaSandbox();
  const code = mfa.user.device.wrongCode();
  const env = { WEV_AWSMFA_TOKEN: code };
  const first = await mfa.run(COMMAND, { env });
  assert.equal(first.code, 125);
  assert.match(first.stderr, /no terminal[^]*AWS refused the code of WEV_AWSMFA_TOKEN/);
  const second = await mfa.run(["--token", code, ...COMMAND], { env });
  assert.equal(second.code, 125);
  assert.match(second.stderr, /The code of --token can't be used: .*sent before[^]*\d seconds?\./);
  assert.deepEqual(mfa.codes, [code]);
});

Deno.test("wev refuses a code that was used a moment ago, and says when the next one comes", async () => {
  await using mfa = new MfaSandbox();
  const code = mfa.user.device.code();
  await mfa.run(["--token", code, ...COMMAND]);
  await using pty = mfa.start(["--refresh", ...COMMAND]);
  await pty.waitFor("Token: ");
  await pty.type(`${code}\r`);
  await pty.waitFor(
    "That code was sent before, and a code works only once. Wait for the next one: ",
  );
  assert.match(await pty.waitFor("Token: "), /^\d+ seconds?\./);
  mfa.aws.clock.advance(30);
  await pty.type(`${mfa.user.device.code()}\r`);
  assert.equal(await pty.end(), 0, pty.shown);
  assert.equal(mfa.codes.length, 2);
  assert.notEqual(mfa.codes[0], mfa.codes[1]);
});

Deno.test("wev sends a code whose answer was lost no second time", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetSessionToken", failures.dropAfter);
  const code = mfa.user.device.code();
  const { stderr } = await mfa.run(["--token", code, ...COMMAND]);
  assert.match(stderr, /The response from AWS was lost, and the code may be used up/);
  const again = await mfa.run(["--token", code, ...COMMAND]);
  assert.match(again.stderr, /The code of --token can't be used/);
  assert.deepEqual(mfa.codes, [code]);
});

/** Has a program of the home directory print `output`. */
function withCommand(mfa: MfaSandbox, script: string): void {
  const program = mfa.sandbox.write("home/code.sh", `#!/bin/sh\n${script}\n`);
  Deno.chmodSync(program, 0o755);
  Deno.removeSync(mfa.config);
  mfa.sandbox.write(
    "home/.wev.yml",
    `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    token_command: [${program}, one two]\n`,
  );
}

Deno.test("wev takes the code that token_command prints", async () => {
  await using mfa = new MfaSandbox();
  withCommand(mfa, `echo "Touch the key, $1" >&2; echo "aws: ${mfa.user.device.code()}"`);
  const { code, stdout, stderr } = await mfa.run();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ran with ASIA/);
  assert.match(stderr, /Touch the key, one two/);
});

Deno.test("wev leaves standard input to the command when token_command reads", async () => {
  await using mfa = new MfaSandbox();
  withCommand(mfa, `read -r touched; echo ${mfa.user.device.code()}`);
  const { stdout, stderr } = await mfa.run(["cat"], { stdin: "for the command" });
  assert.equal(stdout, "for the command", stderr);
});

Deno.test("wev puts token_command on the terminal", async () => {
  await using mfa = new MfaSandbox();
  withCommand(mfa, `echo "Touch it" >&2; read -r touched; echo ${mfa.user.device.code()}`);
  await using pty = mfa.start(["sh", "-c", "echo ran"]);
  await pty.waitFor("Touch it");
  await pty.type("\r");
  assert.equal(await pty.end(), 0, pty.shown);
});

for (
  const [script, problem] of [
    ["exit 3", /token_command \(".*code\.sh"\) failed with exit status 3/],
    ["echo 1234567", /printed no code of six digits/],
    ["echo 123456 654321", /printed more than one code/],
  ] as const
) {
  Deno.test(`wev tells what is wrong with a token_command that does "${script}"`, async () => {
    await using mfa = new MfaSandbox();
    withCommand(mfa, script);
    const { code, stderr } = await mfa.run();
    assert.equal(code, 125);
    assert.match(stderr, problem);
    assert.doesNotMatch(stderr, /123456|654321/);
    assert.deepEqual(mfa.codes, []);
  });
}

for (
  const [script, problem] of [
    ["exit 3", "failed with exit status 3"],
    ["echo sorry", "printed no code of six digits"],
    ["echo 123456 654321", "printed more than one code of six digits"],
  ] as const
) {
  Deno.test(`wev asks at the terminal when token_command does "${script}"`, async () => {
    await using mfa = new MfaSandbox();
    withCommand(mfa, script);
    await using pty = mfa.start();
    const program = `token_command ("${mfa.sandbox.home}/code.sh")`;
    await pty.waitFor(`${program} ${problem}. Please enter your MFA token to authenticate.\r\n`);
    assert.equal(await mfa.answer(pty), 0, pty.shown);
    assert.equal(mfa.codes.length, 1);
    assert.doesNotMatch(pty.shown, /error/);
  });
}

Deno.test("wev asks at the terminal when token_command is not there", async () => {
  await using mfa = new MfaSandbox();
  withCommand(mfa, "");
  Deno.removeSync(`${mfa.sandbox.home}/code.sh`);
  await using pty = mfa.start();
  await pty.waitFor('code.sh") is not found. Please enter');
  await pty.waitFor("Token: ");
  // What was wrong before is not what is wrong now.
  await pty.type(`${mfa.user.device.wrongCode()}\r`);
  await pty.waitFor("AWS refused that code: it is wrong");
  assert.equal(await mfa.answer(pty), 0, pty.shown);
});

Deno.test("wev asks at the terminal when AWS refuses the code of token_command", async () => {
  await using mfa = new MfaSandbox();
  withCommand(mfa, `echo ${mfa.user.device.wrongCode()}`);
  await using pty = mfa.start();
  await pty.waitFor("AWS refused the code of token_command");
  assert.equal(await mfa.answer(pty), 0);
  assert.equal(mfa.codes.length, 2);
});

Deno.test("wev runs no token_command of a file outside of home", async () => {
  await using mfa = new MfaSandbox({ options: { token_command: "[touch, ran]" } });
  const { code, stderr } = await mfa.run();
  assert.equal(code, 125);
  assert.ok(stderr.includes(`${mfa.config}:4:5: "token_command" of wev-awsmfa is allowed only in`));
  assert.throws(() => Deno.statSync(`${mfa.sandbox.project}/ran`), Deno.errors.NotFound);
  assert.deepEqual(mfa.actions, []);
});
