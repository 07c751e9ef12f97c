/**
 * Which directories wev uses as a cache, and which files in them are its own. Others could read what is
 * in an open directory, and what they wrote there would run with the user's credentials. wev repairs
 * nothing: a directory that is not as it has to be may be anything of the user's.
 *
 * Nobody else can put or replace anything in a directory that is private and that nobody else can
 * rename, so what was looked at by its path there is what is used.
 *
 * @module
 */

import { isPrivate, isReplaceable, joinPath, parentOf } from "../paths.ts";
import { asShellWord } from "../errors.ts";
import type { FileInfo, Files, System } from "../runtime.ts";

/** Where the cache is, and whose. */
export interface Owner {
  /** The file system. */
  readonly files: Files;
  /** The operating system. */
  readonly system: System;
  /** This process's user ID; `undefined` on Windows. */
  readonly user: number | undefined;
  /** The home directory, absolute, if it is known. It is never made. */
  readonly home: string | undefined;
}

/** Why a directory or file of the cache is not used, and what to do about it. */
export class Unusable extends Error {
  /** Makes an error of what is wrong. */
  constructor(readonly reason: string, readonly hint: string) {
    super(`${reason}\n${hint}`);
  }
}

/**
 * Makes `directory` and those above it, but for the home directory.
 *
 * @throws {Unusable} if it is a link, somebody else's or open to others.
 * @throws what the system says if it can't be made.
 */
export function makeOwnDirectory(directory: string, owner: Owner): void {
  makeMissing(directory, owner);
  // Whatever was there, or came there in the meantime.
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

/** Compares names: what is not there has nothing else. */
function isSamePath(one: string, other: string): boolean {
  const parts = (path: string) => path.split("/").filter((part) => part !== "" && part !== ".");
  return parts(one).join("/") === parts(other).join("/");
}

/** Returns what keeps `directory`, which may be missing, from being used for the cache; changes nothing. */
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

/** Returns whether `info` is a file that nobody but `user` can have written. */
export function isOwnFile(info: FileInfo, user: number | undefined): boolean {
  return info.kind === "file" && isOf(user, info) && ((info.mode ?? 0) & OTHERS_WRITE) === 0;
}

/** Permission bits of group and others to write. */
const OTHERS_WRITE = 0o022;

/** A file of the user's. */
interface OwnFile {
  /** Its path. */
  readonly path: string;
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly info: FileInfo;
}

/**
 * Returns the files of the user's in `directory` whose names match `form`: all that may be removed
 * there. None through a link. They are regular files, or of another `kind`.
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

/** Returns what is at `path` if that is of this `kind` and the user's. */
function ownInfo(
  path: string,
  kind: FileInfo["kind"],
  { files, user }: Omit<Owner, "home">,
): FileInfo | undefined {
  const info = files.lstat(path);
  return info?.kind === kind && isOf(user, info) ? info : undefined;
}

/** Returns a path that is not there yet, for what stands in the place of a file of wev's. */
export function asideOf(path: string): string {
  return `${path}.${crypto.randomUUID()}`;
}
