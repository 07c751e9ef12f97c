/**
 * Where programs are that wev runs for itself: not the command, but one that prints a code or keeps a
 * key.
 *
 * @module
 */

import { joinPath } from "./paths.ts";
import type { Environment, Files, System } from "./runtime.ts";

/** What looking for a program needs. */
export interface ProgramPlace {
  /** The file system. */
  readonly files: Pick<Files, "stat">;
  /** Has PATH, and on Windows PATHEXT. */
  readonly environment: Environment;
  /** The operating system, for the form of paths. */
  readonly system: System;
}

/**
 * Returns the absolute path of the program `name`: itself, or where PATH has it. Relative and empty
 * elements of PATH do not count, nor does a relative path: in the directory of somebody else's project
 * they lead to that project's programs. `undefined` where there is none.
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

function isProgram(file: string, { files }: ProgramPlace): boolean {
  try {
    const info = files.stat(file);
    return info?.kind === "file" && (info.mode === undefined || (info.mode & 0o111) !== 0);
  } catch {
    // What can't be looked at can't be run.
    return false;
  }
}
