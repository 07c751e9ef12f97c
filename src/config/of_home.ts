/**
 * Whose a configuration file is: one in the home directory is the user's own, any other may have come
 * with somebody else's project.
 *
 * @module
 */

import type { Files, System } from "../runtime.ts";

/** Where home is. */
export interface HomePlace {
  /** The home directory, absolute; none if it is not known. */
  readonly home: string | undefined;
  /** The operating system, for the form of paths. */
  readonly system: System;
}

/** Returns whether the file at `path` stands in the home directory, by whatever path that is called. */
export function isOfHome(files: Files, path: string, { home, system }: HomePlace): boolean {
  if (home === undefined) return false;
  const directory = path.slice(0, path.search(system === "windows" ? /[\\/][^\\/]*$/ : /\/[^/]*$/));
  if (directory === home) return true;
  const [one, other] = [files.stat(directory || "/"), files.stat(home)];
  return one !== undefined && other !== undefined && one.inode !== 0 &&
    one.inode === other.inode && one.device === other.device;
}
