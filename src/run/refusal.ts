/**
 * What to tell a user whose command could not be run, and the exit status: 127 where it is not there,
 * 126 where it can't be executed.
 *
 * @module
 */

import { escapeControls, ExitStatus, WevError } from "../errors.ts";
import type { Files } from "../runtime.ts";

/** A file that the system did not execute. */
export interface Refusal {
  /** The file. */
  readonly path: string;
  /** The system's name for the reason. */
  readonly code: string;
  /** The system's own words, for a reason that has none here. */
  readonly message: string;
}

/** How {@linkcode notFound} explains itself. */
export interface NotFoundOptions {
  /** PATH as the command would have had it. */
  readonly path: string | undefined;
  /** wev's own options, such as `--explain`. */
  readonly optionNames: readonly string[];
}

/** What the system means, by its name for the reason. */
const REASONS: Readonly<Record<string, string>> = {
  E2BIG: "its arguments and environment are longer than the system allows",
  EACCES: "permission denied",
  EAGAIN: "too many processes",
  EBADARCH: "it was built for another kind of machine",
  EBADEXEC: "it is not a program that this system can execute",
  EISDIR: "it is a directory",
  ELIBBAD: "its interpreter is no program",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "its name is too long",
  ENOEXEC: "it is not a program that this system can execute",
  ENOMEM: "not enough memory",
  ENOTDIR: "a part of its path is not a directory",
  ETXTBSY: "something is writing to it",
};

/** Whether the system means by `code` that something is not there. */
export function isMissing(code: string): boolean {
  return code === "ENOENT";
}

/** Returns the error for a command that no directory of PATH has. */
export function notFound(name: string, { path, optionNames }: NotFoundOptions): WevError {
  const exitStatus = ExitStatus.notFound;
  if (name === "") {
    return new WevError("Cannot find the command: its name is empty", { exitStatus });
  }
  const option = optionNames.find((option) => option.replace(/^-+/, "") === name);
  const hint = option !== undefined
    ? `wev's own options begin with dashes: wev ${option}`
    : path === ""
    ? "PATH is empty"
    : "It is in no directory that PATH names";
  return new WevError(`Cannot find command "${escapeControls(name)}"`, { exitStatus, hint });
}

/** Returns the error for a command that the system refused to execute. */
export function cannotExecute(refusal: Refusal, files: Pick<Files, "stat">): WevError {
  const { path, code, message } = refusal;
  const shown = escapeControls(path);
  if (isMissing(code)) {
    const exitStatus = ExitStatus.notFound;
    if (kindOf(path, files) === undefined) {
      return new WevError(`Cannot find command "${shown}": there is no such file`, { exitStatus });
    }
    return new WevError(`Cannot execute "${shown}": what it is to be executed with is missing`, {
      exitStatus,
      hint: "See the interpreter in its first line, or the loader it was linked for",
    });
  }
  const isDirectory = code === "EACCES" && kindOf(path, files) === "directory";
  const reason = REASONS[isDirectory ? "EISDIR" : code] ?? escapeControls(message);
  const hint = hintFor(code, { isDirectory, path: shown });
  return new WevError(`Cannot execute "${shown}": ${reason}`, {
    exitStatus: ExitStatus.notExecutable,
    ...hint === undefined ? {} : { hint },
  });
}

function hintFor(
  code: string,
  { isDirectory, path }: { isDirectory: boolean; path: string },
): string | undefined {
  if (code === "E2BIG") return "Pass fewer arguments at a time, for example with xargs(1)";
  if (code === "EACCES" && !isDirectory) return `If it is meant to be executed: chmod +x ${path}`;
  return undefined;
}

/** Returns what `path` is; `undefined` where it is not there or can't be looked at. */
function kindOf(path: string, files: Pick<Files, "stat">): string | undefined {
  try {
    return files.stat(path)?.kind;
  } catch {
    // The message does without it.
    return undefined;
  }
}
