/**
 * What docs/before-wev-starts.md says of the compiled program: where the runtime ends before wev starts,
 * and where it does not.
 */

import assert from "node:assert/strict";
import { hasProgram } from "../support/has_program.ts";
import { rawExec, rawText, UNSUPPORTED } from "../support/raw_exec.ts";
import { type RunResult, Sandbox } from "../support/program.ts";

const executable = Deno.env.get("WEV_BIN") ?? "";
const root = Deno.uid() === 0;
const FOO = "FOO: {plugin: {id: wev-echo, value: bar}}\n";
const COMMAND = ["sh", "-c", "echo ran $FOO"];
const RAN = { code: 0, stdout: "ran bar\n", stderr: "" };

/** A test of the compiled program on Linux. */
function test(name: string, run: (sandbox: Sandbox) => Promise<void>, on = true): void {
  const ignore = executable === "" || Deno.build.os !== "linux" || !on;
  Deno.test({
    name,
    ignore,
    async fn() {
      using sandbox = new Sandbox();
      sandbox.write("home/project/wev.yml", FOO);
      await run(sandbox);
    },
  });
}

/** Runs wev by a shell's script, in which `"$@"` is wev. */
async function runIn(sandbox: Sandbox, script: string): Promise<RunResult> {
  return await sandbox.run(COMMAND, { before: ["bash", "-c", script, "bash"] });
}

/** Checks that the runtime ends with `status`, and that its message has `text` in it. */
function assertEnded(result: RunResult, status: number, text: string): void {
  assert.deepEqual({ code: result.code, stdout: result.stdout }, { code: status, stdout: "" });
  assert.ok(result.stderr.includes(text), result.stderr);
}

test("a TMPDIR that is no absolute path ends the runtime, any other one does not", async (sandbox) => {
  const run = (directory: string) => sandbox.run(COMMAND, { env: { TMPDIR: directory } });
  for (const directory of ["", "relative", ".", "./x"]) {
    assertEnded(await run(directory), 1, "Could not convert path to URL");
  }
  assertEnded(await run("/tmp/../tmp"), 1, "Module not found");
  for (
    const directory of ["/no/such/directory", "/dev/null", "/proc", "/a b", "/a#b%20?c", "/tmp/"]
  ) {
    assert.deepEqual(await run(directory), RAN, directory);
  }
});

test("an argument that is not UTF-8 ends the runtime, a variable does not", async (sandbox) => {
  assertEnded(await runIn(sandbox, `"$@" $'a\\xff'`), 101, "panicked at cli/rt/binary.rs");
  const { stdout } = await sandbox.run(["sh", "-c", 'printf %s "$FILE" | od -An -tx1'], {
    before: ["bash", "-c", `FILE=$'a\\xff' exec "$@"`, "bash"],
  });
  assert.equal(stdout, " 61 ff\n");
});

test("a deleted working directory ends the runtime", async (sandbox) => {
  const script = 'mkdir gone; cd gone; rmdir ../gone; exec "$@"';
  assertEnded(await runIn(sandbox, script), 1, "No such file or directory");
});

test("little address space ends the runtime, little data does not", async (sandbox) => {
  const little = await runIn(sandbox, 'ulimit -c 0; ulimit -v 20000000; "$@"; exit $?');
  assertEnded(little, 133, "out of memory");
  assert.deepEqual(await runIn(sandbox, 'ulimit -v 64000000; exec "$@"'), RAN);
  assert.deepEqual(await runIn(sandbox, 'ulimit -d 200000; exec "$@"'), RAN);
});

test("few open files end the runtime", async (sandbox) => {
  assertEnded(await runIn(sandbox, 'ulimit -n 8; exec "$@"'), 101, "Too many open files");
  assert.deepEqual(await runIn(sandbox, 'ulimit -n 32; exec "$@"'), RAN);
});

test("the executable makes no machine code", async (sandbox) => {
  const environment = Object.entries(sandbox.environment()).map((entry) => entry.join("="));
  const argv = [executable, ...COMMAND].map(rawText);
  const [program = "", ...args] = rawExec({
    argv,
    environment: environment.map(rawText),
    noMachineCode: true,
  });
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: sandbox.project,
  }).output();
  if (code === UNSUPPORTED) return;
  const decoder = new TextDecoder();
  const result = { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  assert.deepEqual(result, RAN);
});

const unshare = root && hasProgram("unshare") && await canMount();

test("the runtime needs /proc, and no /dev", async (sandbox) => {
  const without = (directory: string, redirection = "") =>
    sandbox.run(COMMAND, {
      before: [
        ...["unshare", "-m", "sh", "-c"],
        `mount -t tmpfs none ${directory} && ulimit -c 0 && "$@" ${redirection}; exit $?`,
        "sh",
      ],
    });
  assertEnded(await without("/proc"), 1, "no /proc/self/exe available");
  assert.deepEqual(await without("/dev"), RAN);
  assert.equal((await without("/dev", ">&-")).code, 134);
}, unshare);

test("a closed stream is /dev/null in the command", async (sandbox) => {
  const { stdout } = await sandbox.run(["sh", "-c", "readlink /proc/$$/fd/0 /proc/$$/fd/2"], {
    before: ["bash", "-c", 'exec "$@" <&- 2>&-', "bash"],
  });
  assert.equal(stdout, "/dev/null\n/dev/null\n");
});

/** Whether a test may mount something of its own. */
async function canMount(): Promise<boolean> {
  const { success } = await new Deno.Command("unshare", {
    args: ["-m", "sh", "-c", "mount -t tmpfs none /mnt"],
    stderr: "null",
  }).output();
  return success;
}
