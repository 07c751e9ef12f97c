/**
 * Paths: the home directory, what configuration files are called, how a path is put together, who can
 * write there, and whether what is there is as it was.
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
  if (system === "windows") return absoluteOnWindows(path);
  if (path[0] !== "/") return undefined;
  // Every run comes here, and to compile an expression takes longer.
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

function absoluteOnWindows(path: string): string | undefined {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path) ? path.replace(/(?<=[^:])[\\/]+$/, "") : undefined;
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
  const directory = parentOf(path, system);
  const info = files.stat(directory);
  if (info?.uid === undefined || info.mode === undefined) return false;
  if (info.uid !== user && info.uid !== 0) return true;
  // In a sticky directory, such as /tmp, everybody renames only what is theirs.
  if ((info.mode & STICKY) !== 0 || otherWriters(info, user) === undefined) return false;
  // What nobody else can get to is closed all the same.
  return !isBelowClosed(files, directory, { system, user });
}

/** Returns whether `path` lies below a directory that nobody but `user` and root can go through. */
function isBelowClosed(
  files: Files,
  path: string,
  { system, user }: { readonly system: System; readonly user: number },
): boolean {
  // A link would have other directories above it.
  let directory = files.realPath(path) ?? "/";
  while (directory !== "/") {
    directory = parentOf(directory, system);
    const above = files.stat(directory);
    const isOwn = above?.uid === user || above?.uid === 0;
    if (isOwn && ((above.mode ?? 0) & OTHERS_SEARCH) === 0) return true;
  }
  return false;
}

/** Only its owner may rename or remove a file in a directory with this bit. */
const STICKY = 0o1000;
/** Permission bits of group and others to go through a directory. */
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
