/**
 * Where things are: the home directory, the cache, what configuration files are called, and how a path
 * is put together.
 *
 * @module
 */

import type { Environment, FileInfo, System } from "./runtime.ts";

/** The names of configuration files in a directory, the weakest first. */
export const CONFIG_FILE_NAMES = [".wev.yml", "wev.yml", ".wev.user.yml", "wev.user.yml"] as const;

/** Returns the path of `name` in `directory`. */
export function joinPath(directory: string, name: string, system: System): string {
  const separator = system === "windows" ? "\\" : "/";
  const ended = directory.endsWith(separator) || (system === "windows" && directory.endsWith("/"));
  return directory + (ended ? "" : separator) + name;
}

/** Returns the home directory, or `undefined` where the environment names none. */
export function homeDirectory(environment: Environment, system: System): string | undefined {
  const home = absolute(environment.get("HOME"), system);
  // Git Bash sets HOME to a path that only it understands: /c/Users/…
  return system === "windows" ? home ?? absolute(environment.get("USERPROFILE"), system) : home;
}

/**
 * Returns the directory of the cache: `$XDG_CACHE_HOME/wev`, else `$HOME/.cache/wev`; on Windows
 * `%LOCALAPPDATA%\wev\cache`. `undefined` where there is no home. A relative `XDG_CACHE_HOME` is
 * ignored, as the XDG Base Directory Specification demands.
 */
export function cacheDirectory(environment: Environment, system: System): string | undefined {
  const join = (directory: string | undefined, ...names: string[]) =>
    directory === undefined
      ? undefined
      : names.reduce((path, name) => joinPath(path, name, system), directory);
  if (system === "windows") {
    return join(absolute(environment.get("LOCALAPPDATA"), system), "wev", "cache");
  }
  return join(absolute(environment.get("XDG_CACHE_HOME"), system), "wev") ??
    join(homeDirectory(environment, system), ".cache", "wev");
}

function absolute(path: string | undefined, system: System): string | undefined {
  if (path === undefined) return undefined;
  if (system === "windows") {
    return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path) ? path.replace(/(?<=[^:])[\\/]+$/, "") : undefined;
  }
  if (!path.startsWith("/")) return undefined;
  // Every run comes here, and to compile an expression takes longer.
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** Returns whether a file or directory is `user`'s and closed to all others; on Windows always. */
export function isPrivate({ mode, uid }: FileInfo, user: number | undefined): boolean {
  return user === undefined || mode === undefined || (uid === user && (mode & 0o077) === 0);
}
