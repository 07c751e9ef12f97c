/**
 * The search for a command on PATH, as in execvp(3), env(1) and every shell.
 *
 * @module
 */

import type { Files, System } from "../runtime.ts";

/** How a command is looked for. */
export interface LookupOptions {
  /** The operating system, whose rules apply. */
  readonly system: System;
  /** The PATH that the command will have; `undefined` if it will have none. */
  readonly path: string | undefined;
  /**
   * PATHEXT, on Windows.
   *
   * @default {".COM;.EXE;.BAT;.CMD"}
   */
  readonly pathExtensions?: string | undefined;
}

/**
 * Yields the files that may be the command `name`, in the order in which to try them. Only executing a
 * file tells whether it can be executed, so only files known to be absent are left out: for a
 * directory, or a file without permission, the system gives the error.
 *
 * A name with a slash is the only candidate, whether it exists or not. An empty name has none.
 */
export function* lookUp(
  name: string,
  files: Pick<Files, "stat">,
  options: LookupOptions,
): Generator<string> {
  if (name === "") return;
  const windows = options.system === "windows";
  const endings = windows ? windowsEndings(name, options.pathExtensions) : [""];
  if (isPath(name, windows)) {
    if (!windows) return yield name;
    yield* endings.map((ending) => name + ending).filter((path) => mayBeThere(path, files));
    return;
  }
  for (const directory of directories(options.path, options.system)) {
    for (const ending of endings) {
      const path = join(directory, name + ending, windows);
      if (mayBeThere(path, files)) yield path;
    }
  }
}

/** Returns whether `name` is the path of a file, which is not looked up on PATH. */
export function isPath(name: string, windows: boolean): boolean {
  return name.includes("/") || (windows && /[\\:]/.test(name));
}

/** Returns the endings to add to a name, as cmd.exe does: none if it has one, then those of PATHEXT. */
function windowsEndings(name: string, pathExtensions = ".COM;.EXE;.BAT;.CMD"): string[] {
  const endings = pathExtensions.split(";").filter((ending) => ending !== "");
  return /[^\\/]\.[^.\\/]+$/.test(name) ? ["", ...endings] : endings;
}

function directories(path: string | undefined, system: System): string[] {
  if (system === "windows") {
    // Neither an empty element nor the current directory counts, as in PowerShell: a command must
    // not come from a folder that a user has only opened.
    return (path ?? "").split(";").map((element) => element.replaceAll('"', ""))
      .filter((element) => element !== "");
  }
  // Without PATH, execvp searches the system's directories; an empty PATH is one empty element.
  return (path ?? "/bin:/usr/bin").split(":");
}

function join(directory: string, file: string, windows: boolean): string {
  // An empty element is the current directory. With "./", the interpreter of a script does not take a
  // name such as "-x" for an option.
  if (directory === "") return `./${file}`;
  return directory.endsWith("/") || (windows && directory.endsWith("\\"))
    ? directory + file
    : `${directory}${windows ? "\\" : "/"}${file}`;
}

function mayBeThere(path: string, files: Pick<Files, "stat">): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch {
    // No permission, a loop of links, …: executing the file gives the better error.
    return true;
  }
}
