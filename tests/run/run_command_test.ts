import assert from "node:assert/strict";
import { WevError } from "../../src/errors.ts";
import { runCommand, type RunOptions, type RunRuntime } from "../../src/run/run_command.ts";
import {
  type Command,
  type CommandStatus,
  ExecutionError,
  type FileInfo,
} from "../../src/runtime.ts";

/** What a fake system holds. */
interface FakeSystem {
  /** Content by path. @default {{}} */
  readonly files?: Readonly<Record<string, string>>;
  /** wev's own environment. @default {{}} */
  readonly environment?: Readonly<Record<string, string>>;
  /** The error by which the system refuses to execute a path. @default {{}} */
  readonly refuses?: Readonly<Record<string, string>>;
  /** Whether execve can be had. @default {false} */
  readonly canBecome?: boolean;
  /** How a command ends. @default {{ code: 0 }} */
  readonly status?: CommandStatus;
}

class Become extends Error {}

/** A system that notes what it executes: `became`, `spawned` and `endedBy`. */
function fakeRuntime(system: FakeSystem) {
  const { files = {}, environment = {}, refuses = {}, status = { code: 0 } } = system;
  const spawned: Command[] = [];
  const became: Command[] = [];
  const endedBy: string[] = [];
  const refuse = (path: string) => {
    const code = refuses[path] ?? (path in files ? undefined : "ENOENT");
    if (code !== undefined) throw new ExecutionError(code, code);
  };
  const become = (command: Command) => {
    refuse(command.path);
    became.push(command);
    throw new Become();
  };
  const runtime: RunRuntime = {
    system: "linux",
    environment: { get: (name) => environment[name], names: () => Object.keys(environment) },
    files: {
      stat(path): FileInfo | undefined {
        const info = { size: 1, device: 1, inode: 1, mode: 0o100755, uid: 0 } as const;
        return path in files
          ? {
            ...info,
            kind: files[path] === "<directory>" ? "directory" : "file",
            modified: undefined,
          }
          : undefined;
      },
      realPath: (path) => path in files ? path : undefined,
    },
    processes: {
      ...system.canBecome === true ? { execute: become } : {},
      spawn(command) {
        refuse(command.path);
        spawned.push(command);
        return Promise.resolve(status);
      },
      endBy(signal) {
        endedBy.push(signal);
        return Promise.resolve();
      },
    },
  };
  return { runtime, spawned, became, endedBy };
}

const UNCHANGED = { set: new Map<string, string>(), unset: [] };

async function failure(
  argv: string[],
  system: FakeSystem,
  options: RunOptions = {},
): Promise<WevError> {
  try {
    await runCommand(argv, UNCHANGED, fakeRuntime(system).runtime, options);
  } catch (error) {
    assert(error instanceof WevError, String(error));
    return error;
  }
  throw new Error("It ran");
}

Deno.test("runCommand() becomes the command where it can", async () => {
  const { runtime, became, spawned } = fakeRuntime({ files: { "/bin/tool": "" }, canBecome: true });
  const environment = { set: new Map([["A", "1"]]), unset: ["B"] };
  await assert.rejects(runCommand(["tool", "x"], environment, runtime), Become);
  assert.deepEqual(became, [{ path: "/bin/tool", argv: ["tool", "x"], environment }]);
  assert.deepEqual(spawned, []);
});

Deno.test("runCommand() spawns the command where it can't become it, and returns its code", async () => {
  const { runtime, spawned } = fakeRuntime({ files: { "/bin/tool": "" }, status: { code: 7 } });
  assert.equal(await runCommand(["tool"], UNCHANGED, runtime), 7);
  assert.equal(spawned[0]?.path, "/bin/tool");
});

Deno.test("runCommand() spawns the command where WEV_SPAWN is 1", async () => {
  const system = { files: { "/bin/tool": "" }, canBecome: true };
  const forced = fakeRuntime({ ...system, environment: { WEV_SPAWN: "1" } });
  assert.equal(await runCommand(["tool"], UNCHANGED, forced.runtime), 0);
  assert.deepEqual(forced.became, []);
  const { runtime } = fakeRuntime({ ...system, environment: { WEV_SPAWN: "" } });
  await assert.rejects(runCommand(["tool"], UNCHANGED, runtime), Become);
});

Deno.test("runCommand() ends as the command did where a signal ended it", async () => {
  const status = { code: 143, signal: "SIGTERM" };
  const { runtime, endedBy } = fakeRuntime({ files: { "/bin/tool": "" }, status });
  assert.equal(await runCommand(["tool"], UNCHANGED, runtime), 143);
  assert.deepEqual(endedBy, ["SIGTERM"]);
});

Deno.test("runCommand() searches the PATH that the command will have", async () => {
  const files = { "/outer/tool": "", "/own/tool": "", "/bin/tool": "" };
  const { runtime, spawned } = fakeRuntime({ files, environment: { PATH: "/outer" } });
  await runCommand(["tool"], UNCHANGED, runtime);
  await runCommand(["tool"], { set: new Map([["PATH", "/own"]]), unset: [] }, runtime);
  await runCommand(["tool"], { set: new Map(), unset: ["PATH"] }, runtime);
  assert.deepEqual(spawned.map(({ path }) => path), ["/outer/tool", "/own/tool", "/bin/tool"]);
});

Deno.test("runCommand() takes Path for PATH on Windows", async () => {
  const { runtime, spawned } = fakeRuntime({ files: { "C:\\own\\tool.EXE": "" } });
  const environment = { set: new Map([["Path", "C:\\own"]]), unset: [] };
  await runCommand(["tool"], environment, { ...runtime, system: "windows" });
  assert.equal(spawned[0]?.path, "C:\\own\\tool.EXE");
});

Deno.test("runCommand() searches on where one may not be executed", async () => {
  const files = { "/a/tool": "", "/b/tool": "", "/c/tool": "" };
  const refuses = { "/a/tool": "EACCES", "/b/tool": "ENOENT" };
  const environment = { PATH: "/a:/b:/c" };
  const { runtime, spawned } = fakeRuntime({ files, refuses, environment });
  await runCommand(["tool"], UNCHANGED, runtime);
  assert.equal(spawned[0]?.path, "/c/tool");
});

Deno.test("runCommand() does not search on where one can't be executed", async () => {
  const files = { "/a/tool": "", "/b/tool": "" };
  const error = await failure(["tool"], {
    files,
    refuses: { "/a/tool": "E2BIG" },
    environment: { PATH: "/a:/b" },
  });
  assert.equal(error.exitStatus, 126);
  assert.match(error.message, /"\/a\/tool": its arguments and environment are longer/);
});

Deno.test("runCommand() fails with 126 where all that is there may not be executed", async () => {
  const files = { "/a/tool": "", "/b/tool": "" };
  const refuses = { "/a/tool": "EACCES", "/b/tool": "ENOENT" };
  const error = await failure(["tool"], { files, refuses, environment: { PATH: "/a:/b" } });
  assert.equal(error.exitStatus, 126);
  assert.equal(error.message, 'Cannot execute "/a/tool": permission denied');
  assert.equal(error.hint, "If it is meant to be executed: chmod +x /a/tool");
});

Deno.test("runCommand() says that a directory is one", async () => {
  const files = { "/a/tool": "<directory>" };
  const refuses = { "/a/tool": "EACCES" };
  const error = await failure(["tool"], { files, refuses, environment: { PATH: "/a" } });
  assert.equal(error.exitStatus, 126);
  assert.equal(error.message, 'Cannot execute "/a/tool": it is a directory');
});

Deno.test("runCommand() fails with 127 where there is no such command", async () => {
  const error = await failure(["tool\x1b[31m"], {});
  assert.equal(error.exitStatus, 127);
  assert.equal(error.message, 'Cannot find command "tool\\x1b[31m"');
  assert.equal(error.hint, "It is in no directory of PATH");
});

Deno.test("runCommand() names the option that was meant", async () => {
  const options = { optionNames: ["--list", "--explain"] };
  const error = await failure(["explain"], {}, options);
  assert.equal(error.exitStatus, 127);
  assert.equal(error.hint, "wev's own options begin with dashes: wev --explain");
  assert.doesNotMatch((await failure(["exp"], {}, options)).hint ?? "", /--/);
});

Deno.test("runCommand() fails with 127 for an empty name", async () => {
  const error = await failure([""], { files: { "./": "", "/bin/": "" } });
  assert.equal(error.exitStatus, 127);
  assert.equal(error.message, "Cannot find the command: its name is empty");
});

Deno.test("runCommand() fails with 127 where a path is not there", async () => {
  const error = await failure(["./tool"], {});
  assert.equal(error.exitStatus, 127);
  assert.equal(error.message, 'Cannot find command "./tool": there is no such file');
});

Deno.test("runCommand() fails with 127 where the interpreter is not there", async () => {
  const system = { files: { "./tool": "#!/none\n" }, refuses: { "./tool": "ENOENT" } };
  const error = await failure(["./tool"], system);
  assert.equal(error.exitStatus, 127);
  assert.match(error.message, /its interpreter is missing/);
});

Deno.test("runCommand() fails with 126 where a part of a path is not a directory", async () => {
  const error = await failure(["./tool/x"], { refuses: { "./tool/x": "ENOTDIR" } });
  assert.equal(error.exitStatus, 126);
});

Deno.test("runCommand() passes over a part of PATH that is not a directory", async () => {
  const files = { "/a/tool": "" };
  const environment = { PATH: "/a" };
  const error = await failure(["tool"], { files, environment, refuses: { "/a/tool": "ENOTDIR" } });
  assert.equal(error.exitStatus, 127);
});

Deno.test("runCommand() has the shell run a script without a shebang", async () => {
  const { runtime, spawned } = fakeRuntime({
    files: { "/a/tool": "echo\n\0", "/bin/sh": "" },
    refuses: { "/a/tool": "ENOEXEC" },
    environment: { PATH: "/a" },
  });
  await runCommand(["tool", "x"], UNCHANGED, runtime);
  const argv = ["/bin/sh", "/a/tool", "x"];
  assert.deepEqual(spawned, [{ path: "/bin/sh", argv, environment: UNCHANGED }]);
});

Deno.test("runCommand() does not hide another failure", async () => {
  const { runtime } = fakeRuntime({ files: { "/bin/tool": "" } });
  const processes = { spawn: () => Promise.reject(new RangeError("a bug")) };
  await assert.rejects(runCommand(["tool"], UNCHANGED, { ...runtime, processes }), RangeError);
});

Deno.test("runCommand() rejects a NUL, which would end an argument or a value early", async () => {
  const { runtime, spawned } = fakeRuntime({ files: { "/bin/tool": "" } });
  const run = (argv: string[], set: [string, string][], unset: string[]) =>
    runCommand(argv, { set: new Map(set), unset }, runtime);
  await assert.rejects(run(["tool", "a\0b"], [], []), /Argument 1 holds a NUL/);
  await assert.rejects(run(["tool"], [["A", "secret\0"]], []), {
    message: 'Cannot run the command: Variable "A" holds a NUL character',
    exitStatus: 125,
  });
  await assert.rejects(run(["tool"], [], ["A\0"]), /Variable "A\\x00" holds a NUL/);
  assert.deepEqual(spawned, []);
});
