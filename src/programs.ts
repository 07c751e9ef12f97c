/**
 * The search for programs that wev runs for itself, such as one that prints a code or stores a key.
 *
 * @module
 */

import { joinPath } from "./paths.ts";
import type { Environment, Files, System } from "./runtime.ts";

/** The parts of the runtime that the search needs. */
export interface ProgramPlace {
  /** The file system. */
  readonly files: Pick<Files, "stat">;
  /** The environment with PATH, and on Windows PATHEXT. */
  readonly environment: Environment;
  /** The operating system, for the form of paths. */
  readonly system: System;
}

/**
 * Returns the absolute path of the program `name`, which is one already or is looked up on PATH;
 * `undefined` if there is none. A relative path is not accepted, and relative and empty elements of PATH
 * are skipped: in somebody else's project they lead to programs of that project.
 */
export function programPath(name: string, place: ProgramPlace): string | undefined {
  const { environment, system } = place;
  if (isAbsolute(name, system)) return name;
  const windows = system === "windows";
  if (name === "" || (windows ? /[\\/:]/ : /\//).test(name)) return undefined;
  const endings = windows
    ? ["", ...(environment.get("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";")]
    : [""];
  const path = environment.get("PATH") ?? (windows ? "" : "/usr/bin:/bin");
  return path.split(windows ? ";" : ":")
    .map((element) => windows ? element.replaceAll('"', "") : element)
    .filter((element) => isAbsolute(element, system))
    .flatMap((directory) => endings.map((ending) => joinPath(directory, name + ending, system)))
    .find((file) => isProgram(file, place));
}

function isAbsolute(path: string, system: System): boolean {
  return system === "windows" ? /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path) : path.startsWith("/");
}

/** Returns whether `file` is a file that somebody may execute. */
export function isProgram(file: string, { files }: Pick<ProgramPlace, "files">): boolean {
  try {
    const info = files.stat(file);
    return info?.kind === "file" && (info.mode === undefined || (info.mode & 0o111) !== 0);
  } catch {
    // A file that can't be examined can't be run.
    return false;
  }
}
