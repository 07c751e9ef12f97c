/**
 * Decides which directories are safe for the cache, and which files in them belong to the user. Other
 * users could read the files of an open directory, and wev would trust files that they wrote there. wev
 * repairs nothing: an unsafe directory may be something else that the user needs.
 *
 * In a private directory that no one else can rename, no one else can create or replace a file. So a file
 * that was checked by its path is the file that is used.
 *
 * @module
 */

import { isPrivate, isReplaceable, joinPath, parentOf } from "../paths.ts";
import { asShellWord } from "../errors.ts";
import type { FileInfo, Files, System } from "../runtime.ts";

/** The owner of the cache, and the system that it is on. */
export interface Owner {
  /** The file system. */
  readonly files: Files;
  /** The operating system. */
  readonly system: System;
  /** This process's user ID; `undefined` on Windows. */
  readonly user: number | undefined;
  /** The home directory, absolute, if it is known. It is never created. */
  readonly home: string | undefined;
}

/** A directory or file of the cache is unsafe. The error has the reason and the remedy. */
export class Unusable extends Error {
  /** Creates an error with its reason and remedy. */
  constructor(readonly reason: string, readonly hint: string) {
    super(`${reason}\n${hint}`);
  }
}

/**
 * Creates `directory` and its parents, but not the home directory.
 *
 * @throws {Unusable} if it is a link, belongs to another user or is open to others.
 * @throws the error of the system if it can't be created.
 */
export function makeOwnDirectory(directory: string, owner: Owner): void {
  makeMissing(directory, owner);
  // Check it even if it existed before, or another process created it meanwhile.
  const fault = faultOf(directory, owner);
  if (fault !== undefined) throw fault;
}

function makeMissing(path: string, owner: Owner): void {
  const { files, system, home } = owner;
  if (files.lstat(path) !== undefined) return;
  if (home !== undefined && isSamePath(path, home)) {
    throw new Error(`The home directory does not exist: ${path}`);
  }
  const parent = parentOf(path, system);
  if (parent !== path) makeMissing(parent, owner);
  const fault = faultOf(path, owner);
  if (fault !== undefined) throw fault;
  files.makeDirectory(path);
}

/** Compares names only, because the paths may not exist. */
function isSamePath(one: string, other: string): boolean {
  const parts = (path: string) => path.split("/").filter((part) => part !== "" && part !== ".");
  return parts(one).join("/") === parts(other).join("/");
}

/** Returns why `directory`, which may not exist, can't be used for the cache. Changes nothing. */
export function faultOf(
  directory: string,
  { files, system, user }: Omit<Owner, "home">,
): Unusable | undefined {
  const fault = (reason: string, hint: string) => new Unusable(`${directory} ${reason}`, hint);
  const word = asShellWord(directory);
  const elsewhere = "set XDG_CACHE_HOME to a directory of yours";
  const info = files.lstat(directory);
  switch (info?.kind) {
    case undefined:
      break;
    case "directory":
      if (!isOf(user, info)) {
        return fault("belongs to another user", `Remove it (rm -r ${word}), or ${elsewhere}.`);
      }
      if (!isPrivate(info, user)) {
        return fault("is open to other users", `Check what is in it, then run: chmod 700 ${word}`);
      }
      break;
    case "link":
      return fault("is a symbolic link", `Remove it: rm ${word}`);
    default:
      return fault("is not a directory", `Remove it: rm ${word}`);
  }
  if (!isReplaceable(files, directory, { system, user })) return undefined;
  const parent = parentOf(directory, system);
  return fault(
    "can be replaced by other users",
    files.stat(parent)?.uid === user
      ? `Run: chmod go-w ${asShellWord(parent)}`
      : `To cache, ${elsewhere}.`,
  );
}

function isOf(user: number | undefined, { uid }: FileInfo): boolean {
  return user === undefined || uid === undefined || uid === user;
}

/** Returns whether `info` is a file that only `user` can have written. */
export function isOwnFile(info: FileInfo, user: number | undefined): boolean {
  return info.kind === "file" && isOf(user, info) && ((info.mode ?? 0) & OTHERS_WRITE) === 0;
}

/** Permission bits of group and others to write. */
const OTHERS_WRITE = 0o022;

/** A file that belongs to the user. */
interface OwnFile {
  /** Its path. */
  readonly path: string;
  /** Its name. */
  readonly name: string;
  /** Its owner, mode and kind. */
  readonly info: FileInfo;
}

/**
 * Returns the regular files in `directory`, or those of another `kind`, that belong to the user and whose
 * names match `form`. Only these may be removed. Follows no link.
 */
export function ownFiles(
  directory: string,
  form: RegExp,
  owner: Omit<Owner, "home">,
  kind: FileInfo["kind"] = "file",
): OwnFile[] {
  const { files, system } = owner;
  if (!ownInfo(directory, "directory", owner)) return [];
  return files.list(directory).filter((name) => form.test(name)).flatMap((name) => {
    const path = joinPath(directory, name, system);
    const info = ownInfo(path, kind, owner);
    return info === undefined ? [] : [{ path, name, info }];
  });
}

/** Returns whether `path`, which is in `directory`, is one of its {@linkcode ownFiles}. */
export function isOwnFileIn(
  directory: string,
  path: string,
  owner: Omit<Owner, "home">,
): boolean {
  return ownInfo(directory, "directory", owner) !== undefined &&
    ownInfo(path, "file", owner) !== undefined;
}

/** Returns the info of `path` if it has this `kind` and belongs to the user. */
function ownInfo(
  path: string,
  kind: FileInfo["kind"],
  { files, user }: Omit<Owner, "home">,
): FileInfo | undefined {
  const info = files.lstat(path);
  return info?.kind === kind && isOf(user, info) ? info : undefined;
}

/** Returns an unused path beside `path`, to rename something that is in the place of a file of wev. */
export function unusedPath(path: string): string {
  return `${path}.${crypto.randomUUID()}`;
}
