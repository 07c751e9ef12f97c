/**
 * Signals that come while wev asks, and what the command gets of it all.
 */

import assert from "node:assert/strict";
import { MfaSandbox } from "../support/mfa_sandbox.ts";
import type { Pty } from "../support/pty.ts";
import { wevWords } from "../support/program.ts";

/** Starts `script` in sh(1), in which `$WEV` is wev; `$$` of its last command is written to a file. */
function startScript(mfa: MfaSandbox, script: string): Pty {
  const words = script.replaceAll("$WEV", wevWords());
  return mfa.sandbox.startCommand(["bash", "-c", words], { env: mfa.environment() });
}

function readProject(mfa: MfaSandbox, name: string): string {
  return Deno.readTextFileSync(`${mfa.sandbox.project}/${name}`);
}

// Every signal that ends a process: Linux's, by number, with two of the real-time ones.
const ENDING = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 15, 16, 24, 25, 26, 27, 29, 30, 31, 34, 64];

for (const part of [0, 1, 2, 3]) {
  const numbers = ENDING.filter((_, at) => at % 4 === part);
  Deno.test({
    name: `signals ${numbers.join(", ")} end wev at the question and leave the terminal as it was`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      for (const number of numbers) {
        await using mfa = new MfaSandbox();
        await using pty = startScript(
          mfa,
          "stty -a >before; (echo $BASHPID >pid; exec $WEV true); echo status $?; stty -a >after; " +
            "echo over",
        );
        await pty.waitFor("Token: ");
        await pty.type("12");
        await pty.waitFor("**");
        await new Deno.Command("bash", {
          args: ["-c", `kill -${number} ${readProject(mfa, "pid")}`],
        }).output();
        await pty.waitFor(`status ${128 + number}\r\n`);
        await pty.waitFor("over");
        assert.equal(readProject(mfa, "after"), readProject(mfa, "before"), `${number}`);
      }
    },
  });
}

for (const spawn of ["", "WEV_SPAWN=1 "]) {
  const path = spawn === "" ? "exec" : "spawn";

  Deno.test({
    name: `${path}: what the caller ignored is ignored at the question and by the command`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await using mfa = new MfaSandbox();
      const signals = ["HUP", "INT", "QUIT", "TERM", "USR1", "ALRM", "TSTP", "TTIN", "TTOU"];
      const command = "sh -c 'grep SigIgn /proc/self/status >ignored; echo over'";
      await using pty = startScript(
        mfa,
        `trap '' ${signals.join(" ")}; grep SigIgn /proc/self/status >expected; echo $$ >pid; ` +
          `${spawn}exec $WEV ${command}`,
      );
      await pty.waitFor("Token: ");
      for (const signal of signals) {
        Deno.kill(Number(readProject(mfa, "pid")), `SIG${signal}` as Deno.Signal);
      }
      await pty.type(`${mfa.user.device.code()}\r`);
      await pty.waitFor("over");
      assert.equal(await pty.end(), 0);
      // glibc itself ignores signals 32 and 33 in what it spawns.
      const own = ~(3n << 31n);
      const mask = (name: string) =>
        BigInt(`0x${readProject(mfa, name).trim().split(/\s+/)[1]}`) & own;
      assert.equal(mask("ignored"), mask("expected"));
    },
  });

  Deno.test({
    name: `${path}: what the caller ignored is ignored by the command of a run that asks nobody`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await using mfa = new MfaSandbox();
      const command = "sh -c 'grep SigIgn /proc/self/status >ignored; echo over'";
      await using pty = startScript(
        mfa,
        "trap '' HUP INT QUIT TERM USR1; grep SigIgn /proc/self/status >expected; " +
          `${spawn}$WEV --token ${mfa.user.device.code()} ${command}`,
      );
      await pty.waitFor("over");
      const mask = (name: string) =>
        BigInt(`0x${readProject(mfa, name).trim().split(/\s+/)[1]}`) & ~(3n << 31n);
      assert.equal(mask("ignored"), mask("expected"));
    },
  });

  Deno.test(`${path}: what is typed ahead behind the code reaches the command`, async () => {
    await using mfa = new MfaSandbox();
    await using pty = startScript(
      mfa,
      `${spawn}$WEV sh -c 'read one; read two; echo "<$one> <$two>"'`,
    );
    await pty.waitFor("Token: ");
    await pty.type(`${mfa.user.device.code()}\ra line\ranother\r`);
    await pty.waitFor("<a line> <another>");
    assert.equal(await pty.end(), 0);
  });
}

Deno.test("a second question still catches signals", async () => {
  await using mfa = new MfaSandbox();
  await using pty = startScript(
    mfa,
    "stty -a >before; (echo $BASHPID >pid; exec $WEV true); echo status $?; stty -a >after; echo over",
  );
  await pty.waitFor("Token: ");
  await pty.type(`${mfa.user.device.wrongCode()}\r`);
  await pty.waitFor("AWS refused that code");
  await pty.waitFor("Token: ");
  Deno.kill(Number(readProject(mfa, "pid")), "SIGTERM");
  await pty.waitFor("status 143");
  await pty.waitFor("over");
  assert.equal(readProject(mfa, "after"), readProject(mfa, "before"));
});

Deno.test({
  name: "wev asks on the standard streams where a terminal controls no session (setsid)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    for (const elsewhere of ["", ">out.txt", "2>err.txt"]) {
      await using mfa = new MfaSandbox();
      await using pty = startScript(
        mfa,
        `stty -a >before; setsid --wait $WEV sh -c 'echo ran with $AWS_ACCESS_KEY_ID >ran.txt' ` +
          `${elsewhere}; echo status $?; stty -a >after; echo over`,
      );
      await pty.waitFor("Token: ");
      await pty.type(`${mfa.user.device.code()}\r`);
      await pty.waitFor("status 0");
      await pty.waitFor("over");
      assert.match(readProject(mfa, "ran.txt"), /ran with ASIA/);
      assert.equal(readProject(mfa, "after"), readProject(mfa, "before"));
      assert.ok(!pty.shown.includes(mfa.codes[0]!));
    }
  },
});

/** Words that run a command as process 1 of a namespace of its own, where that is allowed. */
function asProcessOne(): string | undefined {
  return ["unshare --pid --fork", "unshare --user --map-root-user --pid --fork"].find((words) => {
    try {
      const [program = "", ...args] = words.split(" ");
      return new Deno.Command(program, { args: [...args, "true"], stderr: "null" })
        .outputSync().success;
    } catch {
      return false;
    }
  });
}

const processOne = asProcessOne();

Deno.test({
  name: "process 1 of a container ends at the question with 128 + N (needs unshare)",
  ignore: processOne === undefined,
  async fn() {
    for (const [signal, status] of [["TERM", 143], ["HUP", 129], ["QUIT", 131]] as const) {
      await using mfa = new MfaSandbox();
      await using pty = startScript(
        mfa,
        `stty -a >before; ${processOne} sh -c 'read pid rest </proc/self/stat; echo $pid >pid; ` +
          `exec "$@"' sh $WEV true; echo status $?; stty -a >after; echo over`,
      );
      await pty.waitFor("Token: ");
      Deno.kill(Number(readProject(mfa, "pid")), `SIG${signal}`);
      await pty.waitFor(`status ${status}\r\n`);
      await pty.waitFor("over");
      assert.equal(readProject(mfa, "after"), readProject(mfa, "before"));
    }
  },
});

Deno.test({
  name: "process 1 of a container exits with 128 + N as its command did (needs unshare)",
  ignore: processOne === undefined,
  async fn() {
    await using mfa = new MfaSandbox();
    await mfa.login();
    for (const [signal, status] of [["TERM", 143], ["SEGV", 139], ["KILL", 137]] as const) {
      await using pty = startScript(
        mfa,
        `WEV_SPAWN=1 ${processOne} $WEV sh -c 'kill -${signal} $$'; echo status $?`,
      );
      await pty.waitFor(`status ${status}\r\n`);
    }
  },
});
