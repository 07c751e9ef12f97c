/**
 * A question, and a shell that stops, continues and puts into the background the run that asks it.
 */

import assert from "node:assert/strict";
import { MfaSandbox } from "../support/mfa_sandbox.ts";
import { Shell } from "../support/shell.ts";
import { until } from "../support/until.ts";

const COMMAND = `sh -c 'echo "ran with" $AWS_ACCESS_KEY_ID'`;

/** Starts wev, and waits for its question. */
async function ask(shell: Shell): Promise<void> {
  await shell.type(`$WEV ${COMMAND}`);
  await shell.pty.waitFor("Token: ");
}

/** Waits until the shell says that wev is stopped. */
async function waitForStop(shell: Shell): Promise<void> {
  await shell.pty.waitFor("Stopped");
  await shell.prompt();
}

/** Continues wev, answers its question, and expects that nothing of it stayed. */
async function continueAndAnswer(shell: Shell, mfa: MfaSandbox): Promise<void> {
  assert.ok(await shell.isTerminalAsBefore());
  await shell.type("fg");
  await answer(shell, mfa);
  assert.ok(await shell.isTerminalAsBefore());
  // The path of the sandbox may have any digits.
  const shown = shell.pty.shown.replaceAll(mfa.sandbox.root, "");
  assert.doesNotMatch(shown, /123/);
  assert.ok(!shown.includes(mfa.codes[0]!));
}

/** Answers the question that is asked next, and waits for the command and the prompt after it. */
async function answer(shell: Shell, mfa: MfaSandbox): Promise<void> {
  await shell.pty.waitFor("Token: ");
  await shell.pty.type(`${mfa.user.device.code()}\r`);
  await shell.pty.waitFor("ran with ASIA");
  await shell.prompt();
}

Deno.test("Ctrl-Z at the question stops wev, fg asks again, and no code is shown", async () => {
  await using mfa = new MfaSandbox();
  await using shell = await Shell.start(mfa);
  await ask(shell);
  await shell.pty.type("123\x1a");
  await waitForStop(shell);
  await continueAndAnswer(shell, mfa);
});

Deno.test("Ctrl-Z at the code does not have the device chosen again", async () => {
  await using mfa = new MfaSandbox({ user: { devices: [{ name: "phone" }, { name: "tablet" }] } });
  await using shell = await Shell.start(mfa);
  await shell.type(`$WEV ${COMMAND}`);
  await shell.pty.waitFor("Which one shows the code?");
  await shell.pty.type("1");
  await shell.pty.waitFor("Token: ");
  await shell.pty.type("\x1a");
  await waitForStop(shell);
  await shell.type("fg");
  await answer(shell, mfa);
  assert.equal(shell.pty.shown.split("Which one").length, 2);
});

for (const signal of ["SIGTSTP", "SIGSTOP"] as const) {
  Deno.test(`${signal} at the question stops wev, and fg asks again`, async () => {
    await using mfa = new MfaSandbox();
    await using shell = await Shell.start(mfa);
    await ask(shell);
    await shell.pty.type("123");
    await shell.pty.waitFor("***");
    Deno.kill(shell.wev, signal);
    await waitForStop(shell);
    await continueAndAnswer(shell, mfa);
  });
}

Deno.test("a run that Ctrl-Z stopped at the question holds nobody up, and uses what came since", async () => {
  await using mfa = new MfaSandbox();
  await using shell = await Shell.start(mfa);
  await ask(shell);
  await shell.pty.type("\x1a");
  await shell.pty.waitFor("Stopped");
  await using other = mfa.start();
  assert.equal(await mfa.answer(other), 0);
  assert.doesNotMatch(other.shown, /Waiting/);
  await shell.prompt();
  await shell.type("fg");
  await shell.pty.waitFor("ran with ASIA");
  assert.equal(mfa.codes.length, 1);
});

Deno.test("a job in the background does not ask: it says so and stops, until fg", async () => {
  await using mfa = new MfaSandbox();
  await using shell = await Shell.start(mfa);
  await shell.run(`$WEV ${COMMAND} &`);
  await shell.pty.waitFor("is in the background. It stops until you continue it");
  // The shell says so at its next prompt.
  await until("the stop", async () => (await shell.run("jobs")).includes("Stopped"));
  assert.doesNotMatch(shell.pty.shown, /Token:/);
  assert.ok(await shell.isTerminalAsBefore());
  await using other = mfa.start(["true"]);
  await other.waitFor("Token: ");
  await other.type("\x03");
  assert.equal(await other.end(), 130);
  await shell.type("fg");
  await answer(shell, mfa);
  assert.ok(await shell.isTerminalAsBefore());
});

Deno.test("a job in the background goes on with its own code", async () => {
  await using mfa = new MfaSandbox();
  await using shell = await Shell.start(mfa);
  await shell.run(`$WEV --token ${mfa.user.device.code()} ${COMMAND} &`);
  await shell.pty.waitFor("ran with ASIA");
});

Deno.test("a job that nobody can bring to the foreground fails, and says what would have answered", async () => {
  await using mfa = new MfaSandbox();
  await using shell = await Shell.start(mfa);
  // What starts it has ended before it asks.
  mfa.sandbox.write("home/project/err", "");
  await shell.run("(set -m; $WEV true 2>>err & ) ");
  const error = await until("the error", () => {
    const text = Deno.readTextFileSync(`${mfa.sandbox.project}/err`);
    return text.includes("WEV_AWSMFA_TOKEN") ? text : undefined;
  });
  assert.match(error, /Cannot ask for the code: wev runs in the background\n {2}Run the command/);
  assert.ok(await shell.isTerminalAsBefore());
});

Deno.test("a run says that the one it waits for is stopped, and how to go on", async () => {
  await using mfa = new MfaSandbox();
  await using shell = await Shell.start(mfa);
  await shell.type("$WEV true");
  await shell.pty.waitFor("Token: ");
  Deno.kill(shell.wev, "SIGSTOP");
  await using other = mfa.start(["true"]);
  await other.waitFor("Waiting for another run of wev (process ");
  await other.waitFor(`and is stopped. Continue it (fg, or kill -CONT ${shell.wev})`);
  const { code, stderr } = await mfa.run();
  assert.equal(code, 125);
  assert.match(stderr, /there is no terminal/);
});
