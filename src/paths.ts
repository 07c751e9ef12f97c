/**
 * Paths: the home directory, what configuration files are called, how a path is put together, and who
 * can write there.
 *
 * @module
 */

import type { Environment, FileInfo, Files, System } from "./runtime.ts";

/** The names of configuration files in a directory, the weakest first. */
export const CONFIG_FILE_NAMES = [".wev.yml", "wev.yml", ".wev.user.yml", "wev.user.yml"] as const;

/**
 * The names that people give a configuration file most often in place of the right ones: where nothing
 * is configured, a run with a kept plan looks for them as well. None in other letters: some systems
 * take those for the right ones.
 */
export const MISTAKEN_FILE_NAMES = [
  ".wev.yaml",
  "wev.yaml",
  ".wev.user.yaml",
  "wev.user.yaml",
  ".wev.yml.txt",
  "wev.yml.txt",
  "wev.json",
] as const;

/** Returns the path of `name` in `directory`. */
export function joinPath(directory: string, name: string, system: System): string {
  const separator = system === "windows" ? "\\" : "/";
  const ended = directory.endsWith(separator) || (system === "windows" && directory.endsWith("/"));
  return directory + (ended ? "" : separator) + name;
}

/** Returns the home directory, or `undefined` where the environment names none. */
export function homeDirectory(environment: Environment, system: System): string | undefined {
  const home = absolutePath(environment.get("HOME"), system);
  // Git Bash sets HOME to a path that only it understands: /c/Users/…
  return system === "windows" ? home ?? absolutePath(environment.get("USERPROFILE"), system) : home;
}

/** Returns `path` without slashes at its end, or `undefined` where it is not absolute. */
export function absolutePath(path: string | undefined, system: System): string | undefined {
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

/** Returns the directory that `path` lies in: the root is its own. */
export function parentOf(path: string, system: System): string {
  const end = Math.max(path.lastIndexOf("/"), system === "windows" ? path.lastIndexOf("\\") : -1);
  return end <= 0 ? path.slice(0, end + 1) || path : path.slice(0, end);
}

/** Returns whether a file or directory is `user`'s and closed to all others; on Windows always. */
export function isPrivate({ mode, uid }: FileInfo, user: number | undefined): boolean {
  return user === undefined || mode === undefined || (uid === user && (mode & 0o077) === 0);
}

/**
 * Returns who else may write a file or directory. A group with the number of its owner, or of `user`, is
 * that one's own: systems with umask 002 give each user one.
 */
export function otherWriters(
  { mode = 0, uid, gid }: FileInfo,
  user: number | undefined,
): "everybody" | "group" | undefined {
  if ((mode & 0o002) !== 0) return "everybody";
  return (mode & 0o020) !== 0 && gid !== uid && gid !== user ? "group" : undefined;
}

/**
 * Returns whether `directory` is a cache that can be used without a further look: there is none yet, or
 * it is the user's and closed to all others; and nobody else can put another one in its place.
 */
export function isClosedCache(
  files: Files,
  directory: string,
  { system, user }: { readonly system: System; readonly user: number | undefined },
): boolean {
  const info = files.lstat(directory);
  const isRight = info === undefined || (info.kind === "directory" && isPrivate(info, user));
  return isRight && !isReplaceable(files, directory, { system, user });
}

/** Returns whether another user can rename or replace what is at `path`. */
export function isReplaceable(
  files: Files,
  path: string,
  { system, user }: { readonly system: System; readonly user: number | undefined },
): boolean {
  if (user === undefined) return false;
  let directory = parentOf(path, system);
  const info = files.stat(directory);
  if (info?.uid === undefined || info.mode === undefined) return false;
  if (info.uid !== user && info.uid !== 0) return true;
  // In a sticky directory, such as /tmp, everybody renames only what is theirs.
  if ((info.mode & STICKY) !== 0 || otherWriters(info, user) === undefined) return false;
  // What nobody else can get to is closed all the same. A link would have other directories above it.
  directory = files.realPath(directory) ?? "/";
  while (directory !== "/") {
    directory = parentOf(directory, system);
    const above = files.stat(directory);
    const isOwn = above?.uid === user || above?.uid === 0;
    if (isOwn && ((above.mode ?? 0) & OTHERS_SEARCH) === 0) return false;
  }
  return true;
}

/** Only its owner may rename or remove a file in a directory with this bit. */
const STICKY = 0o1000;
/** Permission bits of group and others to go through a directory. */
const OTHERS_SEARCH = 0o011;
