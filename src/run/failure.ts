/**
 * The errors of a command that could not be run, with their exit statuses: 127 if it does not exist, 126
 * if it can't be executed.
 *
 * @module
 */

import { escapeControls, ExitStatus, WevError } from "../errors.ts";
import type { Files } from "../runtime.ts";

/** A file that the system failed to execute. */
export interface FailedExecution {
  /** The file. */
  readonly path: string;
  /** The system's name for the error. */
  readonly code: string;
  /** The system's message, for an error that has no words here. */
  readonly message: string;
}

/** How {@linkcode notFound} explains itself. */
interface NotFoundOptions {
  /** PATH as the command would have had it. */
  readonly path: string | undefined;
  /** wev's own options, such as `--explain`. */
  readonly optionNames: readonly string[];
}

/** The reasons in words, by the system's names of the errors. */
const REASONS: Readonly<Record<string, string>> = {
  E2BIG: "its arguments and environment are longer than the system allows",
  EACCES: "permission denied",
  EAGAIN: "too many processes",
  EBADARCH: "it was built for another kind of machine",
  EBADEXEC: "it is not a program that this system can execute",
  EISDIR: "it is a directory",
  ELIBBAD: "its interpreter is not a program",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "its name is too long",
  ENOEXEC: "it is not a program that this system can execute",
  ENOMEM: "not enough memory",
  ENOTDIR: "a part of its path is not a directory",
  ETXTBSY: "something is writing to it",
};

/** Returns whether `code` means that a file does not exist. */
export function isMissing(code: string): boolean {
  return code === "ENOENT";
}

/** Returns the error for a command that is in no directory of PATH. */
export function notFound(name: string, { path, optionNames }: NotFoundOptions): WevError {
  const kind = "not-found";
  const exitStatus = ExitStatus.notFound;
  if (name === "") {
    return new WevError("Cannot find the command: its name is empty", { kind, exitStatus });
  }
  const option = optionNames.find((option) => option.replace(/^-+/, "") === name);
  const hint = option !== undefined
    ? `wev's own options begin with dashes: wev ${option}`
    : path === ""
    ? "PATH is empty"
    : "It is in no directory of PATH";
  return new WevError(`Cannot find command "${escapeControls(name)}"`, { kind, exitStatus, hint });
}

/** Returns the error for a command that the system failed to execute. */
export function cannotExecute(
  { path, code, message }: FailedExecution,
  files: Pick<Files, "stat">,
): WevError {
  const kind = "not-found";
  const shown = escapeControls(path);
  if (isMissing(code)) {
    const exitStatus = ExitStatus.notFound;
    if (kindOf(path, files) === undefined) {
      return new WevError(`Cannot find command "${shown}": there is no such file`, {
        kind,
        exitStatus,
      });
    }
    return new WevError(`Cannot execute "${shown}": its interpreter is missing`, {
      kind,
      exitStatus,
      hint: "Check the interpreter in its first line, or the loader it was linked for",
    });
  }
  const isDirectory = code === "EACCES" && kindOf(path, files) === "directory";
  const reason = REASONS[isDirectory ? "EISDIR" : code] ?? escapeControls(message);
  const hint = hintFor(code, { isDirectory, path: shown });
  return new WevError(`Cannot execute "${shown}": ${reason}`, {
    kind,
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

/** Returns the kind of file at `path`; `undefined` if it does not exist or can't be examined. */
function kindOf(path: string, files: Pick<Files, "stat">): string | undefined {
  try {
    return files.stat(path)?.kind;
  } catch {
    // The message is complete without it.
    return undefined;
  }
}
