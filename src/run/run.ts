/**
 * Running the command, as env(1) does: this process becomes it where the system can do that, and
 * waits for it otherwise.
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
import { isPath, lookUp } from "./lookup.ts";
import { physicalPath } from "./physical_path.ts";
import { cannotExecute, isMissing, notFound, type Refusal } from "./refusal.ts";

/** What running a command needs from outside. */
export type RunRuntime = Pick<Runtime, "system" | "environment"> & {
  /** Runs commands. */
  readonly processes: Omit<Processes, "capture">;
  /** The file system. */
  readonly files: Pick<Files, "stat" | "realPath">;
};

/** How a command is run. */
export interface RunOptions {
  /**
   * wev's own options, such as `--explain`: a hint names one where the command has its name.
   *
   * @default {[]}
   */
  readonly optionNames?: readonly string[];
}

/** What runs a script that does not say what runs it. */
const SHELL = "/bin/sh";

/**
 * Runs `argv` with the environment changed, and returns the status with which wev has to exit; where
 * wev becomes the command it does not return at all. `WEV_SPAWN=1` keeps it from becoming it.
 *
 * @throws {WevError} where there is no such command (127) or it can't be executed (126).
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
  const refusals: Refusal[] = [];
  for (
    const file of lookUp(name, filesOf(runtime), { system: runtime.system, path, pathExtensions })
  ) {
    try {
      return await execute({ path: file, argv, environment }, runtime);
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      if (error.code === "EILSEQ") {
        throw new WevError(`Cannot run the command as a child: ${escapeControls(error.message)}`);
      }
      // A part of PATH that is no directory is nothing to tell; a part of a given path is.
      if (error.code === "ENOTDIR" && file !== name) continue;
      refusals.push({ path: file, code: error.code, message: error.message });
      if (!mayBeElsewhere(error)) break;
    }
  }
  // As in execvp(3): permission denied says more than that something is not there.
  const refusal = refusals.findLast(({ code }) => !isMissing(code)) ?? refusals[0];
  if (refusal === undefined) {
    throw notFound(name, { path, optionNames });
  }
  throw cannotExecute(refusal, filesOf(runtime));
}

/**
 * Has the system look a command up on a PATH that is not UTF-8: only it can enter all the directories.
 */
async function runByBytes(
  command: Command,
  runtime: RunRuntime,
  optionNames: readonly string[],
): Promise<number> {
  const { processes, environment } = runtime;
  try {
    if (environment.get("WEV_SPAWN") !== "1") await processes.become?.(command);
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    const { code, message } = error;
    if (isMissing(code)) throw notFound(command.path, { path: undefined, optionNames });
    throw cannotExecute({ path: command.path, code, message }, filesOf(runtime));
  }
  throw new WevError(`Cannot look for "${escapeControls(command.path)}": PATH is not UTF-8`, {
    hint: "Name the command by its path, or take the odd directory out of PATH.",
  });
}

/**
 * Checks that there is a command `argv`, before anybody is asked for something on its behalf. Whether
 * it can be executed is found out by executing it.
 *
 * @throws {WevError} where there is none (127).
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
  // The system looks it up, when it is executed.
  if (path === UNREADABLE) return;
  const pathExtensions = variable("PATHEXT", environment, runtime);
  const [first] = lookUp(name, files, { system, path, pathExtensions });
  if (first === undefined) throw notFound(name, { path, optionNames });
  // A name with a slash is looked up nowhere, and so may be missing.
  const refusal = { path: first, code: "ENOENT", message: "" };
  if (first === name && !isThere(first, files)) throw cannotExecute(refusal, files);
}

/** Returns the files that paths lead to as the system follows them. */
function filesOf({ system, files }: RunRuntime): Pick<Files, "stat"> {
  return system === "windows" ? files : { stat: (path) => files.stat(physicalPath(path, files)) };
}

function isThere(path: string, files: Pick<Files, "stat">): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch {
    // The system says why when it is executed.
    return true;
  }
}

/** A C string ends at its first NUL: the system would lose what follows without a word. */
function rejectNul(argv: readonly string[], { set, unset }: EnvironmentChanges): void {
  const index = argv.findIndex((argument) => argument.includes("\0"));
  const bad = [...set].find((variable) => variable.some((text) => text.includes("\0")))?.[0] ??
    unset.find((name) => name.includes("\0"));
  if (index < 0 && bad === undefined) return;
  const holder = bad === undefined ? `Argument ${index}` : `Variable "${escapeControls(bad)}"`;
  throw new WevError(`Cannot run the command: ${holder} holds a NUL character`);
}

/** Whether the search goes on after `error`. The list is execvp's. */
function mayBeElsewhere({ code }: ExecutionError): boolean {
  return ["EACCES", "ENOENT", "ENOTDIR", "ENODEV", "ESTALE", "ETIMEDOUT"].includes(code);
}

/** Runs `command`; a script that does not say what runs it is run by the shell, as execvp does. */
async function execute(command: Command, runtime: RunRuntime): Promise<number> {
  try {
    return await start(command, runtime);
  } catch (error) {
    if (!(error instanceof ExecutionError) || error.code !== "ENOEXEC") throw error;
    const argv = [SHELL, command.path, ...command.argv.slice(1)];
    return await start({ ...command, path: SHELL, argv }, runtime);
  }
}

async function start(command: Command, runtime: RunRuntime): Promise<number> {
  const { processes } = runtime;
  if (runtime.environment.get("WEV_SPAWN") !== "1") await processes.become?.(command);
  const status = await processes.spawn({ ...command, path: pathForChild(command.path, runtime) });
  if (status.signal !== undefined) await processes.endBy?.(status.signal);
  return status.code;
}

/** Returns a path that is the same file to the runtime. */
function pathForChild(path: string, { system, files }: RunRuntime): string {
  if (system === "windows") return path;
  try {
    return physicalPath(path, files);
  } catch (error) {
    // Without a code it is the runtime, which knows no path that is not UTF-8.
    const { code = "EILSEQ", message } = error as Error & { code?: string };
    throw new ExecutionError(code, message);
  }
}

/** Stands for a PATH that is not UTF-8. */
const UNREADABLE = Symbol("not UTF-8");

/** Returns PATH as the command will have it, where `name` is looked up there. */
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

/** Returns a variable as the command will have it. */
function variable(
  name: string,
  { set, unset }: EnvironmentChanges,
  { system, environment }: RunRuntime,
): string | undefined {
  // Windows has one variable where others have PATH and Path.
  const isSame = system === "windows"
    ? (other: string) => other.toUpperCase() === name
    : (other: string) => other === name;
  const changed = [...set].find(([other]) => isSame(other))?.[1];
  return changed ?? (unset.some(isSame) ? undefined : environment.get(name));
}
