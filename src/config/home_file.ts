/**
 * The configuration files of the home directory: they are the user's own. Any other file may belong to
 * somebody else's project.
 *
 * @module
 */

import { CONFIG_FILE_NAMES, joinPath } from "../paths.ts";
import type { FileInfo, Files, System } from "../runtime.ts";

/** The home directory of a system. */
interface HomePlace {
  /** The home directory, absolute; `undefined` if it is not known. */
  readonly home: string | undefined;
  /** The operating system, for the form of paths. */
  readonly system: System;
}

/**
 * Returns whether the file at `path` is a configuration file of the home directory. The path may be any,
 * for example a link to such a file.
 */
export function isHomeFile(files: Files, path: string, { home, system }: HomePlace): boolean {
  if (home === undefined) return false;
  const windows = system === "windows";
  const directory = path.slice(0, path.search(windows ? /[\\/][^\\/]*$/ : /\/[^/]*$/));
  const comparable = (one: string) => windows ? one.toLowerCase() : one;
  if (comparable(directory) === comparable(home)) return true;
  if (isSame(look(files, directory || "/"), look(files, home))) return true;
  const file = look(files, path);
  return CONFIG_FILE_NAMES.some((name) => isSame(file, look(files, joinPath(home, name, system))));
}

function isSame(one: FileInfo | undefined, other: FileInfo | undefined): boolean {
  return one !== undefined && other !== undefined && one.inode !== 0 &&
    one.inode === other.inode && one.device === other.device;
}

/** Ignores a failure: reading the file reports it. */
function look(files: Files, path: string): FileInfo | undefined {
  try {
    return files.stat(path);
  } catch {
    return undefined;
  }
}
