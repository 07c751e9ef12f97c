/**
 * Paths: the home directory, the names of configuration files, joining, who can write a file, and
 * whether it has changed.
 *
 * @module
 */

import type { Environment, FileInfo, Files, System } from "./runtime.ts";

/** The names of configuration files in a directory, the weakest first. */
export const CONFIG_FILE_NAMES = [".wev.yml", "wev.yml", ".wev.user.yml", "wev.user.yml"] as const;

/**
 * The most common wrong names of a configuration file: if nothing is configured, a run with a kept plan
 * looks for them too. None differs only in case, since some systems treat those as the right names.
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

/** Returns the home directory, or `undefined` if the environment has none. */
export function homeDirectory(environment: Environment, system: System): string | undefined {
  const home = absolutePath(environment.get("HOME"), system);
  // Git Bash sets HOME to a path that only it understands: /c/Users/….
  return system === "windows" ? home ?? absolutePath(environment.get("USERPROFILE"), system) : home;
}

/** Returns `path` without slashes at its end, or `undefined` where it is not absolute. */
export function absolutePath(path: string | undefined, system: System): string | undefined {
  if (path === undefined) return undefined;
  if (system === "windows") return absoluteOnWindows(path);
  if (path[0] !== "/") return undefined;
  // No regular expression: every run comes here, and compiling one takes longer.
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

function absoluteOnWindows(path: string): string | undefined {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path) ? path.replace(/(?<=[^:])[\\/]+$/, "") : undefined;
}

/** Returns the directory that contains `path`; for the root, the root. */
export function parentOf(path: string, system: System): string {
  const end = Math.max(path.lastIndexOf("/"), system === "windows" ? path.lastIndexOf("\\") : -1);
  return end <= 0 ? path.slice(0, end + 1) || path : path.slice(0, end);
}

/** Returns whether only `user` has access to a file or directory; on Windows always true. */
export function isPrivate({ mode, uid }: FileInfo, user: number | undefined): boolean {
  return user === undefined || mode === undefined || (uid === user && (mode & 0o077) === 0);
}

/**
 * Returns who else may write a file or directory. A group with the ID of the owner, or of `user`, is
 * taken for that user's private group: systems with umask 002 create one for each user.
 */
export function otherWriters(
  { mode = 0, uid, gid }: FileInfo,
  user: number | undefined,
): "everybody" | "group" | undefined {
  if ((mode & 0o002) !== 0) return "everybody";
  return (mode & 0o020) !== 0 && gid !== uid && gid !== user ? "group" : undefined;
}

/**
 * Returns whether `directory` can be used as the cache without further checks: it does not exist yet, or
 * only the user has access to it; and nobody else can replace it.
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

/** Returns whether another user can rename or replace the file at `path`. */
export function isReplaceable(
  files: Files,
  path: string,
  { system, user }: { readonly system: System; readonly user: number | undefined },
): boolean {
  if (user === undefined) return false;
  const directory = parentOf(path, system);
  const info = files.stat(directory);
  if (info?.uid === undefined || info.mode === undefined) return false;
  if (info.uid !== user && info.uid !== 0) return true;
  // In a sticky directory, such as /tmp, users can rename only their own files.
  if ((info.mode & STICKY) !== 0 || otherWriters(info, user) === undefined) return false;
  // A directory that nobody else can reach is safe too.
  return !isUnreachable(files, directory, { system, user });
}

/** Returns whether a directory above `path` lets nobody but `user` and root through. */
function isUnreachable(
  files: Files,
  path: string,
  { system, user }: { readonly system: System; readonly user: number },
): boolean {
  // Links are resolved, to see the real parents.
  let directory = files.realPath(path) ?? "/";
  while (directory !== "/") {
    directory = parentOf(directory, system);
    const above = files.stat(directory);
    const isOwn = above?.uid === user || above?.uid === 0;
    if (isOwn && ((above.mode ?? 0) & OTHERS_SEARCH) === 0) return true;
  }
  return false;
}

/** In a directory with this bit, only its owner may rename or remove a file. */
const STICKY = 0o1000;
/** Search permission of group and others. */
const OTHERS_SEARCH = 0o011;

/**
 * Milliseconds in which a file may change twice without its times telling: they are cut to whole
 * milliseconds here, and some kernels count them in steps of 10.
 */
export const CLOCK_STEP_MS = 12;

/** No file, or one of which nothing can be said for sure. */
export const NO_STAMP = "";

/**
 * Returns a text that changes whenever `path` does: with another file in its place, another size,
 * another time of its content or of its other attributes. {@linkcode NO_STAMP} where it is not there.
 */
export function stampOf(files: Files, path: string): string {
  const info = files.stat(path);
  if (info === undefined) return NO_STAMP;
  const { kind, device, inode, size, modified, changed } = info;
  // A directory's size says nothing more than its times.
  const length = kind === "file" ? size : kind;
  return `${device}:${inode}:${length}:${modified?.getTime()}:${changed?.getTime()}`;
}

/**
 * Returns the stamp of `path` as something that began to read it at `readAt` may keep it:
 * {@linkcode NO_STAMP} where it changed so lately that it may change again without its times telling.
 */
export function settledStamp(files: Files, path: string, readAt: Date): string {
  const info = files.stat(path);
  if (info === undefined) return NO_STAMP;
  const latest = Math.max(info.modified?.getTime() ?? Infinity, info.changed?.getTime() ?? 0);
  return latest < readAt.getTime() - CLOCK_STEP_MS ? stampOf(files, path) : NO_STAMP;
}
