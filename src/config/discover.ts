/**
 * The paths of configuration files for a working directory.
 *
 * @module
 */

import { CONFIG_FILE_NAMES, joinPath } from "../paths.ts";
import type { System } from "../runtime.ts";

/** The directories from which files are searched. */
export interface DiscoverOptions {
  /** The working directory, absolute. */
  readonly workingDirectory: string;
  /** The home directory, absolute; `undefined` if it is not known. */
  readonly home: string | undefined;
  /** The operating system, for the form of paths. */
  readonly system: System;
}

/** The paths at which a configuration file is read if it exists, the weakest first. */
interface CandidatePaths {
  /** Those in the home directory, the weakest; empty if it is one of the ancestors. */
  readonly home: readonly string[];
  /** Those from the root directory down to the working directory. */
  readonly ancestors: readonly string[];
}

/** Returns the directories in which configuration files are read: home, then from the root down. */
export function configDirectories({ workingDirectory, home, system }: DiscoverOptions): string[] {
  const ancestors = ancestorsOf(workingDirectory, system);
  return home === undefined || ancestors.includes(home) ? ancestors : [home, ...ancestors];
}

/** Returns the paths at which configuration files are read for a working directory. */
export function candidatePaths(options: DiscoverOptions): CandidatePaths {
  const { workingDirectory, home, system } = options;
  const directories = ancestorsOf(workingDirectory, system);
  return {
    home: home === undefined || isAmong(directories, home, system)
      ? []
      : candidatesIn(home, options),
    ancestors: directories.flatMap((directory) => candidatesIn(directory, options)),
  };
}

/** Returns the paths of possible configuration files in `directory`. */
export function candidatesIn(
  directory: string,
  { system }: Pick<DiscoverOptions, "system">,
): string[] {
  return CONFIG_FILE_NAMES.map((name) => joinPath(directory, name, system));
}

/** On Windows, `C:\Users` and `c:\users` are the same directory. */
function isAmong(directories: readonly string[], path: string, system: System): boolean {
  const comparable = (other: string) => system === "windows" ? other.toLowerCase() : other;
  return directories.some((directory) => comparable(directory) === comparable(path));
}

/** Returns the root, the directories between it and `path`, and `path` itself. */
function ancestorsOf(path: string, system: System): string[] {
  const windows = system === "windows";
  const root = windows
    ? /^(?:[A-Za-z]:[\\/]|\\\\[^\\/]+[\\/][^\\/]+[\\/]?)/.exec(path)?.[0] ?? ""
    : "/";
  const directories = [root];
  for (const part of path.slice(root.length).split(windows ? /[\\/]/ : "/")) {
    if (part !== "") directories.push(joinPath(directories.at(-1)!, part, system));
  }
  return directories;
}
