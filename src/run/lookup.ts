/**
 * Where a command may be: the search of execvp(3), which env(1) and every shell use.
 *
 * @module
 */

import type { Files, System } from "../runtime.ts";

/** How a command is looked for. */
export interface LookupOptions {
  /** The operating system, whose rules count. */
  readonly system: System;
  /** PATH as the command will have it; `undefined` where it will have none. */
  readonly path: string | undefined;
  /**
   * PATHEXT, on Windows.
   *
   * @default {".COM;.EXE;.BAT;.CMD"}
   */
  readonly pathExtensions?: string | undefined;
}

/**
 * Yields the files that may be command `name`, in the order in which to try them: nothing says for
 * certain that a file can be executed, short of executing it. Only those that are known to be absent
 * are left out; a directory, a file without execute permission or one in a directory that may not be
 * entered is refused by the system, which then also says why.
 *
 * A name with a slash is itself the only one, there or not. An empty name is never there.
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

/** Returns whether `name` is the path of a file, and so looked up nowhere. */
export function isPath(name: string, windows: boolean): boolean {
  return name.includes("/") || (windows && /[\\:]/.test(name));
}

/** What to add to a name, as cmd.exe does: nothing where it has an ending, then PATHEXT's. */
function windowsEndings(name: string, pathExtensions = ".COM;.EXE;.BAT;.CMD"): string[] {
  const endings = pathExtensions.split(";").filter((ending) => ending !== "");
  return /[^\\/]\.[^.\\/]+$/.test(name) ? ["", ...endings] : endings;
}

function directories(path: string | undefined, system: System): string[] {
  if (system === "windows") {
    // Neither an empty element nor the current directory counts, as in PowerShell: a command must
    // not come from a folder that somebody merely looks into.
    return (path ?? "").split(";").map((element) => element.replaceAll('"', ""))
      .filter((element) => element !== "");
  }
  // Without PATH, execvp searches where the system's own commands are; an empty one is one element.
  return (path ?? "/bin:/usr/bin").split(":");
}

function join(directory: string, file: string, windows: boolean): string {
  // An empty element is the current directory. "./" keeps a name such as "-x" from being taken for
  // an option by the interpreter of a script.
  if (directory === "") return `./${file}`;
  return directory.endsWith("/") || (windows && directory.endsWith("\\"))
    ? directory + file
    : `${directory}${windows ? "\\" : "/"}${file}`;
}

function mayBeThere(path: string, files: Pick<Files, "stat">): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch {
    // No leave to look, a loop of links, …: the system says it better when told to execute it.
    return true;
  }
}
