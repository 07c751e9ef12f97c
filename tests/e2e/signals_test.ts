/**
 * Signals and terminals, on every path, with real processes.
 */

import assert from "node:assert/strict";
import { Sandbox } from "../support/program.ts";
import { type Pty, quote } from "../support/pty.ts";
import { BECOME, RUN_PATHS, type RunPath, SPAWN } from "../support/run_paths.ts";
import { SHELL } from "../support/shell.ts";

const ignore = Deno.build.os !== "linux";

function test(path: RunPath, what: string, fn: (sandbox: Sandbox) => Promise<void>): void {
  Deno.test({
    name: `${path.name}: ${what}`,
    ignore,
    async fn() {
      using sandbox = new Sandbox();
      await fn(sandbox);
    },
  });
}

/** Runs a shell script by wev without a terminal. */
function start(sandbox: Sandbox, { prefix }: RunPath, script: string): Pty {
  return sandbox.startWithoutTerminal([...prefix, "sh", "-c", script]);
}

/** Opens an interactive shell on a terminal and waits for its prompt. */
async function openShell(sandbox: Sandbox): Promise<Pty> {
  const shell = sandbox.startCommand(SHELL);
  await shell.waitFor("PROMPT ");
  return shell;
}

function words(argv: readonly string[]): string {
  return argv.map(quote).join(" ");
}

/**
 * Returns a script that counts signals until it reads a line. What it prints does not stand in it, lest
 * a terminal's echo be taken for it.
 */
function counting(...signals: string[]): string {
  const traps = signals.map((name) => `trap "n=\\$((n+1)); echo go''t ${name}" ${name}`).join("; ");
  // A trap ends `read`, so it reads again; but not for ever, should the input have ended.
  const wait = "until read line || [ $((i=i+1)) -gt 9 ]; do :; done";
  return `n=0; i=0; ${traps}; echo rea''dy; ${wait}; sleep 0.2; echo total $n; exit 7`;
}

for (const path of RUN_PATHS) {
  for (const signal of ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "WINCH", "ALRM", "CONT"]) {
    test(
      path,
      `SIG${signal} reaches the command once, which decides what it does`,
      async (sandbox) => {
        await using process = start(sandbox, path, counting(signal));
        await process.waitFor("ready");
        process.kill(`SIG${signal}` as Deno.Signal);
        await process.waitFor(`got ${signal}`);
        await process.type("\n");
        await process.waitFor("total 1\n");
        assert.equal(await process.end(), 7);
      },
    );
  }

  test(
    path,
    "a signal that the command does not catch ends it, and is seen to",
    async (sandbox) => {
      await using process = start(sandbox, path, "echo ready; exec sleep 60");
      await process.waitFor("ready");
      process.kill("SIGTERM");
      assert.equal((await process.status()).signal, "SIGTERM");
    },
  );

  test(
    path,
    "Ctrl-C and Ctrl-\\ reach the command once, which decides what it does",
    async (sandbox) => {
      await using terminal = sandbox.startCommand([
        ...path.prefix,
        "sh",
        "-c",
        counting("INT", "QUIT"),
      ]);
      await terminal.waitFor("ready");
      await terminal.type("\x03");
      await terminal.waitFor("got INT");
      await terminal.type("\x1c");
      await terminal.waitFor("got QUIT");
      await terminal.type("\n");
      await terminal.waitFor("total 2\r\n");
      assert.equal(await terminal.end(), 7);
    },
  );

  test(
    path,
    "Ctrl-C ends a command that does not catch it, and the shell's loop",
    async (sandbox) => {
      await using shell = await openShell(sandbox);
      const command = `${words(path.prefix)} sh -c "echo rea''dy; exec sleep 60"`;
      await shell.type(`for i in 1 2 3; do ${command}; done; echo status''=$?\n`);
      await shell.waitFor("ready");
      await shell.type("\x03");
      await shell.waitFor("PROMPT ");
      assert.equal(shell.shown.match(/ready/g)?.length, 1);
      await shell.type("echo status''=$?\n");
      await shell.waitFor("status=130");
    },
  );

  test(path, "Ctrl-Z stops the command and wev, fg continues both", async (sandbox) => {
    await using shell = await openShell(sandbox);
    const command = `${words(path.prefix)} sh -c "echo rea''dy; read x; echo rea''d; exit 3"`;
    await shell.type(`${command}\n`);
    await shell.waitFor("ready");
    await shell.type("\x1a");
    await shell.waitFor("Stopped  ");
    await shell.waitFor("PROMPT ");
    await shell.type("ps -o stat= -s $$ | grep -c T | sed 's/^/stopped=/'\n");
    await shell.waitFor(path === BECOME ? "stopped=1" : "stopped=2");
    await shell.type("fg\n");
    await shell.waitFor("fg\r\n");
    await shell.waitFor("\n");
    await shell.type("line\n");
    await shell.waitFor("read");
    await shell.waitFor("PROMPT ");
    await shell.type("echo status''=$?\n");
    await shell.waitFor("status=3");
  });

  test(path, "a command in the background is continued with wev", async (sandbox) => {
    await using shell = await openShell(sandbox);
    const command = `${words(path.prefix)} sh -c "echo rea''dy; sleep 1; exit 4"`;
    await shell.type(`${command}\n`);
    await shell.waitFor("ready");
    // A shell that is stopped while it makes its child waits for it without being stopped itself.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await shell.type("\x1a");
    await shell.waitFor("Stopped  ");
    await shell.type("bg; wait %1; echo status''=$?\n");
    await shell.waitFor("status=4");
  });
}

// Only libc tells which signals are ignored, which group is the foreground, and what has stopped.
for (const path of [BECOME, SPAWN]) {
  test(path, "a signal that the caller ignored is ignored by the command", async (sandbox) => {
    await using process = sandbox.startWithoutTerminal([
      "sh",
      "-c",
      `trap '' HUP; exec ${words(path.prefix)} sh -c 'echo ready; sleep 0.5; echo alive'`,
    ]);
    await process.waitFor("ready");
    // The handlers are set just after the command has started if a signal is ignored.
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill("SIGHUP");
    await process.waitFor("alive");
    assert.equal(await process.end(), 0);
  });

  test(path, "a command with its streams elsewhere still gets Ctrl-C once", async (sandbox) => {
    const wait = "until [ $n -gt 0 ]; do sleep 0.1; done; sleep 0.3";
    const script = `n=0; trap 'n=$((n+1))' INT; echo ready >&2; ${wait}; echo total $n >&2`;
    const command = `${words([...path.prefix, "sh", "-c", script])} </dev/null 2>&1 >/dev/null`;
    await using terminal = sandbox.startCommand([
      "bash",
      "-c",
      `trap : INT; (trap '' INT; cat) < <(${command})`,
    ]);
    await terminal.waitFor("ready");
    await terminal.type("\x03");
    await terminal.waitFor("total 1");
  });

  test(
    path,
    "a command that stops itself is seen to have stopped, and continued by fg",
    async (sandbox) => {
      for (const signal of ["STOP", "TSTP"]) {
        await using shell = await openShell(sandbox);
        const script = `echo rea''dy; kill -${signal} $$; echo con''tinued; exit 5`;
        await shell.type(`${words([...path.prefix, "sh", "-c", script])}\n`);
        await shell.waitFor("Stopped");
        await shell.waitFor("PROMPT ");
        await shell.type("fg\n");
        await shell.waitFor("continued\r");
        await shell.waitFor("PROMPT ");
        await shell.type("echo status''=$?\n");
        await shell.waitFor("status=5");
      }
    },
  );

  test(path, "a command that does not stop on Ctrl-Z goes on, and so does wev", async (sandbox) => {
    await using shell = await openShell(sandbox);
    await shell.type(`${words([...path.prefix, "sh", "-c", counting("TSTP")])}\n`);
    await shell.waitFor("ready\r");
    await shell.type("\x1a");
    await shell.waitFor("got TSTP\r");
    await shell.type("\n");
    await shell.waitFor("total 1\r");
    await shell.waitFor("PROMPT ");
    assert.doesNotMatch(shell.shown, /Stopped/);
  });
}

test(BECOME, "the command has wev's process ID and parent", async (sandbox) => {
  await using process = sandbox.startWithoutTerminal([
    ...BECOME.prefix,
    "sh",
    "-c",
    "echo $$ $PPID",
  ]);
  assert.equal(await process.waitFor("\n"), `${process.pid} ${Deno.pid}`);
  await process.end();
});

test(SPAWN, "the command is wev's child, in its process group", async (sandbox) => {
  await using process = start(sandbox, SPAWN, "echo $PPID $(ps -o pgid= -p $$)");
  assert.equal(await process.waitFor("\n"), `${process.pid} ${process.pid}`);
  await process.end();
});

test(
  SPAWN,
  "a signal from outside is passed on to a background job of a terminal",
  async (sandbox) => {
    await using shell = await openShell(sandbox);
    const script = "trap 'echo got INT; exit 6' INT; echo rea''dy; while :; do sleep 0.1; done";
    await shell.type(`${words([...SPAWN.prefix, "sh", "-c", script])} </dev/null &\n`);
    await shell.waitFor("ready\r");
    await shell.type("kill -INT $!; wait $!; echo status''=$?\n");
    await shell.waitFor("status=6");
  },
);
