/**
 * Signals and terminals, on every path, with real processes.
 */

import assert from "node:assert/strict";
import { Conversation, openTerminal } from "../support/conversation.ts";
import {
  BECOME,
  quote,
  RUN_PATHS,
  type RunPath,
  SPAWN,
  SPAWN_WITHOUT_LIBC,
} from "../support/run_paths.ts";

const ignore = Deno.build.os !== "linux";

function test(path: RunPath, what: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${path.name}: ${what}`, ignore, fn });
}

/** Starts a shell script in a session of its own, so without the terminal these tests may run in. */
function start({ prefix }: RunPath, script: string): Conversation {
  return new Conversation(["setsid", ...prefix, "sh", "-c", script]);
}

/** Opens an interactive shell in a terminal. Its prompt is `PROMPT`. */
function openShell(): Conversation {
  return openTerminal(["env", "PS1=PROMPT ", "HISTFILE=", "bash", "--norc", "--noediting", "-i"]);
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
    test(path, `SIG${signal} reaches the command once, which decides what it does`, async () => {
      await using process = start(path, counting(signal));
      await process.until(/ready/);
      process.signal(`SIG${signal}` as Deno.Signal);
      await process.until(new RegExp(`got ${signal}`));
      await process.type("\n");
      await process.until(/total 1\n/);
      assert.equal((await process.end()).code, 7);
    });
  }

  test(path, "a signal that the command does not catch ends it, and is seen to", async () => {
    await using process = start(path, "echo ready; exec sleep 60");
    await process.until(/ready/);
    process.signal("SIGTERM");
    assert.equal((await process.end()).signal, "SIGTERM");
  });

  test(path, "a signal that the caller ignored is ignored by the command", async () => {
    await using process = new Conversation([
      "setsid",
      "sh",
      "-c",
      `trap '' HUP; exec ${quote(path.prefix)} sh -c 'echo ready; sleep 0.5; echo alive'`,
    ]);
    await process.until(/ready/);
    // Without libc, what holds the signal back is set just after the command has started.
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.signal("SIGHUP");
    await process.until(/alive/);
    assert.equal((await process.end()).code, 0);
  });

  test(path, "Ctrl-C and Ctrl-\\ reach the command once, which decides what it does", async () => {
    await using terminal = openTerminal([...path.prefix, "sh", "-c", counting("INT", "QUIT")]);
    await terminal.until(/ready/);
    await terminal.type("\x03");
    await terminal.until(/got INT/);
    await terminal.type("\x1c");
    await terminal.until(/got QUIT/);
    await terminal.type("\n");
    await terminal.until(/total 2\r\n/);
    assert.equal((await terminal.end()).code, 7);
  });

  test(path, "Ctrl-C ends a command that does not catch it, and the shell's loop", async () => {
    await using shell = openShell();
    await shell.until(/PROMPT /);
    const command = `${quote(path.prefix)} sh -c "echo rea''dy; exec sleep 60"`;
    await shell.type(`for i in 1 2 3; do ${command}; done; echo status''=$?\n`);
    await shell.until(/ready/);
    await shell.type("\x03");
    await shell.until(/PROMPT /);
    assert.equal(shell.printed.match(/ready/g)?.length, 1);
    await shell.type("echo status''=$?\n");
    await shell.until(/status=130/);
  });

  test(path, "a command with its streams elsewhere still gets Ctrl-C once", async () => {
    const wait = "until [ $n -gt 0 ]; do sleep 0.1; done; sleep 0.3";
    const script = `n=0; trap 'n=$((n+1))' INT; echo ready >&2; ${wait}; echo total $n >&2`;
    const command = `${quote([...path.prefix, "sh", "-c", script])} </dev/null 2>&1 >/dev/null`;
    await using terminal = openTerminal([
      "bash",
      "-c",
      `trap : INT; (trap '' INT; cat) < <(${command})`,
    ]);
    await terminal.until(/ready/);
    await terminal.type("\x03");
    await terminal.until(/total 1/);
  });

  test(path, "Ctrl-Z stops the command and wev, fg continues both", async () => {
    await using shell = openShell();
    await shell.until(/PROMPT /);
    const command = `${quote(path.prefix)} sh -c "echo rea''dy; read x; echo rea''d; exit 3"`;
    await shell.type(`${command}\n`);
    await shell.until(/ready/);
    await shell.type("\x1a");
    await shell.until(/Stopped {2}/);
    await shell.until(/PROMPT /);
    await shell.type("ps -o stat= -s $$ | grep -c T | sed 's/^/stopped=/'\n");
    await shell.until(path === BECOME ? /stopped=1/ : /stopped=2/);
    await shell.type("fg\n");
    await shell.until(/fg\r\n[^\n]+\n/);
    await shell.type("line\n");
    await shell.until(/read/);
    await shell.until(/PROMPT /);
    await shell.type("echo status''=$?\n");
    await shell.until(/status=3/);
  });

  test(path, "a command in the background is continued with wev", async () => {
    await using shell = openShell();
    await shell.until(/PROMPT /);
    const command = `${quote(path.prefix)} sh -c "echo rea''dy; sleep 1; exit 4"`;
    await shell.type(`${command}\n`);
    await shell.until(/ready/);
    // A shell that is stopped while it makes its child waits for it without being stopped itself.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await shell.type("\x1a");
    await shell.until(/Stopped {2}/);
    await shell.type("bg; wait %1; echo status''=$?\n");
    await shell.until(/status=4/);
  });
}

for (const path of [BECOME, SPAWN]) {
  test(
    path,
    "a command that stops itself is seen to have stopped, and continued by fg",
    async () => {
      for (const signal of ["STOP", "TSTP"]) {
        await using shell = openShell();
        await shell.until(/PROMPT /);
        const script = `echo rea''dy; kill -${signal} $$; echo con''tinued; exit 5`;
        await shell.type(`${quote([...path.prefix, "sh", "-c", script])}\n`);
        await shell.until(/Stopped/);
        await shell.until(/PROMPT /);
        await shell.type("fg\n");
        await shell.until(/continued\r/);
        await shell.until(/PROMPT /);
        await shell.type("echo status''=$?\n");
        await shell.until(/status=5/);
      }
    },
  );

  test(path, "a command that does not stop on Ctrl-Z goes on, and so does wev", async () => {
    await using shell = openShell();
    await shell.until(/PROMPT /);
    await shell.type(`${quote([...path.prefix, "sh", "-c", counting("TSTP")])}\n`);
    await shell.until(/ready\r/);
    await shell.type("\x1a");
    await shell.until(/got TSTP\r/);
    await shell.type("\n");
    await shell.until(/total 1\r/);
    await shell.until(/PROMPT /);
    assert.doesNotMatch(shell.printed, /Stopped/);
  });
}

test(BECOME, "the command has wev's process ID and parent", async () => {
  await using process = new Conversation([...BECOME.prefix, "sh", "-c", "echo $$ $PPID"]);
  await process.until(new RegExp(`^${process.pid} ${Deno.pid}\n`));
  await process.end();
});

test(SPAWN, "the command is wev's child, in its process group", async () => {
  await using process = start(SPAWN, "echo $PPID $(ps -o pgid= -p $$)");
  await process.until(new RegExp(`^${process.pid} ${process.pid}\n`));
  await process.end();
});

for (const path of [SPAWN, SPAWN_WITHOUT_LIBC]) {
  test(path, "a signal from outside is passed on to a background job of a terminal", async () => {
    await using shell = openShell();
    await shell.until(/PROMPT /);
    const script = "trap 'echo got INT; exit 6' INT; echo rea''dy; while :; do sleep 0.1; done";
    await shell.type(`${quote([...path.prefix, "sh", "-c", script])} </dev/null &\n`);
    await shell.until(/ready\r/);
    await shell.type("kill -INT $!; wait $!; echo status''=$?\n");
    await shell.until(/status=6/);
  });
}
