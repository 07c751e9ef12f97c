/**
 * Running the command, as env(1) does: this process becomes the command if the system
 * can do that, and waits for it as its parent otherwise.
 *
 * @module
 */

import { escapeControls, WevError } from "../errors.ts";
import {
  type Command,
  type EnvironmentChanges,
  ExecutionError,
  type Files,
  isUnreadable,
  type Processes,
  type Runtime,
} from "../runtime.ts";
import { cannotExecute, type FailedExecution, isMissing, notFound } from "./failure.ts";
import { isPath, lookUp } from "./lookup.ts";
import { physicalPath } from "./physical_path.ts";

/** The parts of the runtime that running a command needs. */
export type RunRuntime = Pick<Runtime, "system" | "environment"> & {
  /** Runs commands. */
  readonly processes: Omit<Processes, "capture">;
  /** The file system. */
  readonly files: Pick<Files, "stat" | "realPath">;
};

/** How a command is run. */
export interface RunOptions {
  /**
   * wev's own options, such as `--explain`: a hint names one if the command is called like it.
   *
   * @default {[]}
   */
  readonly optionNames?: readonly string[];
}

/** The interpreter of a script that names none. */
const SHELL = "/bin/sh";

/**
 * Finds the command `argv` and runs it with the environment changed. Returns the status with which wev
 * has to exit; does not return if wev becomes the command. `WEV_SPAWN=1` makes the command a child.
 *
 * @throws {WevError} if there is no such command (127) or it can't be executed (126).
 */
export async function runCommand(
  argv: readonly string[],
  environment: EnvironmentChanges,
  runtime: RunRuntime,
  { optionNames = [] }: RunOptions = {},
): Promise<number> {
  rejectNul(argv, environment);
  const [name = ""] = argv;
  const path = searchPath(name, environment, runtime);
  if (path === UNREADABLE) {
    return await runByBytes({ path: name, argv, environment }, runtime, optionNames);
  }
  const pathExtensions = variable("PATHEXT", environment, runtime);
  const failures: FailedExecution[] = [];
  for (
    const file of lookUp(name, filesOf(runtime), { system: runtime.system, path, pathExtensions })
  ) {
    try {
      return await runFile({ path: file, argv, environment }, runtime);
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      if (error.code === "EILSEQ") {
        throw new WevError(`Cannot run the command as a child: ${escapeControls(error.message)}`);
      }
      // An element of PATH that is no directory is not worth a word; a part of a given path is.
      if (error.code === "ENOTDIR" && file !== name) continue;
      failures.push({ path: file, code: error.code, message: error.message });
      if (!continuesSearch(error)) break;
    }
  }
  // As in execvp(3): "permission denied" says more than "no such file".
  const failure = failures.findLast(({ code }) => !isMissing(code)) ?? failures[0];
  if (failure === undefined) {
    throw notFound(name, { path, optionNames });
  }
  throw cannotExecute(failure, filesOf(runtime));
}

/** Lets the system look a command up on a PATH that is not UTF-8: only it can enter all directories. */
async function runByBytes(
  command: Command,
  runtime: RunRuntime,
  optionNames: readonly string[],
): Promise<number> {
  try {
    await becomeIfPossible(command, runtime);
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    const { code, message } = error;
    if (isMissing(code)) throw notFound(command.path, { path: undefined, optionNames });
    throw cannotExecute({ path: command.path, code, message }, filesOf(runtime));
  }
  throw new WevError(`Cannot look for "${escapeControls(command.path)}": PATH is not UTF-8`, {
    hint: "Name the command by its path, or remove the directory that is not UTF-8 from PATH.",
  });
}

/**
 * Checks that the command `argv` exists, before a question is asked on its behalf. Only executing it
 * tells whether it can be executed.
 *
 * @throws {WevError} if there is none (127).
 */
export function checkCommand(
  argv: readonly string[],
  environment: EnvironmentChanges,
  runtime: RunRuntime,
  { optionNames = [] }: RunOptions = {},
): void {
  const { system } = runtime;
  const files = filesOf(runtime);
  const [name = ""] = argv;
  const path = searchPath(name, environment, runtime);
  // The system looks it up when it is executed.
  if (path === UNREADABLE) return;
  const pathExtensions = variable("PATHEXT", environment, runtime);
  const [first] = lookUp(name, files, { system, path, pathExtensions });
  if (first === undefined) throw notFound(name, { path, optionNames });
  // A name with a slash is not looked up, so the file may be missing.
  const failure = { path: first, code: "ENOENT", message: "" };
  if (first === name && !isThere(first, files)) throw cannotExecute(failure, files);
}

/** Returns the files, with paths followed as the system follows them. */
function filesOf({ system, files }: RunRuntime): Pick<Files, "stat"> {
  return system === "windows" ? files : { stat: (path) => files.stat(physicalPath(path, files)) };
}

function isThere(path: string, files: Pick<Files, "stat">): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch {
    // The system gives the reason when the file is executed.
    return true;
  }
}

/** A C string ends at its first NUL, so the system would silently drop the rest. */
function rejectNul(argv: readonly string[], { set, unset }: EnvironmentChanges): void {
  const index = argv.findIndex((argument) => argument.includes("\0"));
  const bad = [...set].find((variable) => variable.some((text) => text.includes("\0")))?.[0] ??
    unset.find((name) => name.includes("\0"));
  if (index < 0 && bad === undefined) return;
  const holder = bad === undefined ? `Argument ${index}` : `Variable "${escapeControls(bad)}"`;
  throw new WevError(`Cannot run the command: ${holder} holds a NUL character`);
}

/** Returns whether the search on PATH goes on after `error`. The list is that of execvp in glibc. */
function continuesSearch({ code }: ExecutionError): boolean {
  return ["EACCES", "ENOENT", "ENOTDIR", "ENODEV", "ESTALE", "ETIMEDOUT"].includes(code);
}

/** Runs the file of `command`. The shell runs a script that names no interpreter, as in execvp(3). */
async function runFile(command: Command, runtime: RunRuntime): Promise<number> {
  try {
    return await becomeOrSpawn(command, runtime);
  } catch (error) {
    if (!(error instanceof ExecutionError) || error.code !== "ENOEXEC") throw error;
    const argv = [SHELL, command.path, ...command.argv.slice(1)];
    return await becomeOrSpawn({ ...command, path: SHELL, argv }, runtime);
  }
}

async function becomeOrSpawn(command: Command, runtime: RunRuntime): Promise<number> {
  const { processes } = runtime;
  await becomeIfPossible(command, runtime);
  const status = await processes.spawn({ ...command, path: pathForChild(command.path, runtime) });
  if (status.signal !== undefined) await processes.endBy?.(status.signal);
  return status.code;
}

/** Returns if this process is not to become the command, or can't become any here. */
async function becomeIfPossible(
  command: Command,
  { environment, processes }: RunRuntime,
): Promise<void> {
  if (environment.get("WEV_SPAWN") !== "1") await processes.execute?.(command);
}

/** Returns a path by which the runtime finds the same file as the system. */
function pathForChild(path: string, { system, files }: RunRuntime): string {
  if (system === "windows") return path;
  try {
    return physicalPath(path, files);
  } catch (error) {
    // An error without a code is the runtime's: it can't use a path that is not UTF-8.
    const { code = "EILSEQ", message } = error as Error & { code?: string };
    throw new ExecutionError(code, message);
  }
}

/** Stands for a PATH that is not UTF-8. */
const UNREADABLE = Symbol("not UTF-8");

/** Returns the PATH that the command will have, if `name` is looked up there. */
function searchPath(
  name: string,
  environment: EnvironmentChanges,
  runtime: RunRuntime,
): string | undefined | typeof UNREADABLE {
  if (isPath(name, runtime.system === "windows")) return undefined;
  try {
    return variable("PATH", environment, runtime);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return UNREADABLE;
  }
}

/** Returns the value that a variable will have in the command. */
function variable(
  name: string,
  { set, unset }: EnvironmentChanges,
  { system, environment }: RunRuntime,
): string | undefined {
  // On Windows, PATH and Path are one variable.
  const isSame = system === "windows"
    ? (other: string) => other.toUpperCase() === name
    : (other: string) => other === name;
  const changed = [...set].find(([other]) => isSame(other))?.[1];
  return changed ?? (unset.some(isSame) ? undefined : environment.get(name));
}
