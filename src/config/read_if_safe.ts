/**
 * Reads a configuration file only if nobody but the user and root can write it. Every run calls this,
 * with a kept plan too.
 *
 * @module
 */

import { joinPath, otherWriters, parentOf } from "../paths.ts";
import type { Environment, FileInfo, Files, ReadFile, System } from "../runtime.ts";

/** The largest configuration file, in bytes. */
export const MAX_FILE_BYTES = 256 * 1024;

/** How many symbolic links a path may lead through, as on Linux. */
const MAX_LINKS = 40;

/** The user who reads the configuration. */
export interface Reader {
  /** The ID of the user; `undefined` on Windows, where no owner is known. */
  readonly user: number | undefined;
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The operating system. */
  readonly system: System;
}

/** A file that is not read, and the reason. */
export interface UnsafeFile {
  /** The file, or one of the links that lead to it. */
  readonly path: string;
  /** Its attributes. */
  readonly info: FileInfo;
  /**
   * What is wrong: another owner; everybody or a group can write it; everybody can write its
   * directory; it is one link too many.
   */
  readonly fault: "owner" | "everybody" | "group" | "directory" | "links";
}

/**
 * Reads the configuration file at `path`, which may be a symbolic link. Returns `undefined` if there is
 * none, or only a link to a missing file.
 *
 * @throws the system's error if it can't be read.
 */
export function readIfSafe(
  files: Files,
  path: string,
  reader: Reader,
): ReadFile | { readonly unsafe: UnsafeFile } | undefined {
  let at = path;
  for (let links = 0;; links++) {
    const found = files.readRegular(at, MAX_FILE_BYTES);
    if (found === undefined) return undefined;
    const { info } = found;
    // A directory, a pipe, a device: it was not opened.
    if (info.kind !== "file" && info.kind !== "link") return found;
    const fault = faultOf(files, at, info, reader);
    if (fault !== undefined) return { unsafe: { path: at, info, fault } };
    if (info.kind === "file") return found;
    if (links === MAX_LINKS) return { unsafe: { path, info, fault: "links" } };
    const target = nextPath(files, at, reader);
    if (target === undefined) return undefined;
    at = target;
  }
}

/** Returns the target of the link at `path`, which may be another link. */
function nextPath(files: Files, path: string, { system }: Reader): string | undefined {
  if (system === "windows") return files.realPath(path);
  const target = files.readLink(path);
  // Not shortened: what ".." means depends on other links, which the system follows.
  return target.startsWith("/") ? target : joinPath(parentOf(path, system), target, system);
}

function faultOf(
  files: Files,
  path: string,
  info: FileInfo,
  reader: Reader,
): UnsafeFile["fault"] | undefined {
  const { user, system } = reader;
  if (user === undefined || info.uid === undefined) return undefined;
  if (info.uid !== 0 && !isOwn(info.uid, reader) && !isTrustedPlace(files, path, reader)) {
    return "owner";
  }
  // The mode of a link has no meaning.
  const writers = info.kind === "link" ? undefined : otherWriters(info, user);
  if (writers !== undefined) return writers;
  const { mode = 0, uid } = files.stat(parentOf(path, system)) ?? {};
  return (mode & 0o002) === 0 || isOwn(uid, reader) ? undefined : "directory";
}

/** Under sudo, root also trusts the user who called sudo. */
function isOwn(owner: number | undefined, { user, environment }: Reader): boolean {
  return owner === user || (user === 0 && environment.get("SUDO_UID") === `${owner}`);
}

/** Returns whether `path` lies in one of `WEV_TRUSTED_DIRECTORIES`, or below. */
function isTrustedPlace(files: Files, path: string, { environment, system }: Reader): boolean {
  const named = environment.get("WEV_TRUSTED_DIRECTORIES");
  if (named === undefined) return false;
  const place = realPath(files, parentOf(path, system));
  if (place === undefined) return false;
  return named.split(":").filter((directory) => directory.startsWith("/")).some((directory) => {
    const real = realPath(files, directory);
    return real !== undefined && `${place}/`.startsWith(real === "/" ? real : `${real}/`);
  });
}

/** A directory that can't be examined is not trusted. */
function realPath(files: Files, path: string): string | undefined {
  try {
    return files.realPath(path);
  } catch {
    return undefined;
  }
}
