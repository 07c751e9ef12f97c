/**
 * Reads configuration files of people whose word counts: of the user and root, and nothing that
 * others may write. Every run goes through here, those with a kept plan too.
 *
 * @module
 */

import { joinPath, otherWriters, parentOf } from "../paths.ts";
import type { Environment, FileInfo, Files, ReadFile, System } from "../runtime.ts";

/** The largest configuration file, in bytes. */
export const MAX_FILE_BYTES = 256 * 1024;

/** How many symbolic links a path may lead through, as on Linux. */
const MAX_LINKS = 40;

/** Who reads the configuration. */
export interface Reader {
  /** The ID of the user it runs as; `undefined` on Windows, where no owner is known. */
  readonly user: number | undefined;
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The operating system. */
  readonly system: System;
}

/** Why a file is not read. */
export interface Refusal {
  /** The file, or one of the links that lead to it. */
  readonly path: string;
  /** What that is. */
  readonly info: FileInfo;
  /**
   * What is wrong: its owner; who may write it; that everybody may write its directory; that it is one
   * link too many.
   */
  readonly fault: "owner" | "everybody" | "group" | "directory" | "links";
}

/** A configuration file, or why it is not read. */
export type TrustedFile = ReadFile | { readonly refusal: Refusal };

/**
 * Reads the configuration file at `path`, which may be a symbolic link. Returns `undefined` if there is
 * none, or only a link that leads nowhere.
 *
 * @throws what the system says where it can't be read.
 */
export function readTrusted(files: Files, path: string, reader: Reader): TrustedFile | undefined {
  let at = path;
  for (let links = 0;; links++) {
    const found = files.readRegular(at, MAX_FILE_BYTES);
    if (found === undefined) return undefined;
    const { info } = found;
    // A directory, a pipe, a device: it was not opened.
    if (info.kind !== "file" && info.kind !== "link") return found;
    const fault = faultOf(files, at, info, reader);
    if (fault !== undefined) return { refusal: { path: at, info, fault } };
    if (info.kind === "file") return found;
    if (links === MAX_LINKS) return { refusal: { path, info, fault: "links" } };
    const target = nextPath(files, at, reader);
    if (target === undefined) return undefined;
    at = target;
  }
}

/** Returns where the link at `path` leads, which may be another one. */
function nextPath(files: Files, path: string, { system }: Reader): string | undefined {
  if (system === "windows") return files.realPath(path);
  const target = files.readLink(path);
  // Not shortened: what ".." means is for the system to say, which knows the other links.
  return target.startsWith("/") ? target : joinPath(parentOf(path, system), target, system);
}

function faultOf(
  files: Files,
  path: string,
  info: FileInfo,
  reader: Reader,
): Refusal["fault"] | undefined {
  const { user, system } = reader;
  if (user === undefined || info.uid === undefined) return undefined;
  if (info.uid !== 0 && !isOwn(info.uid, reader) && !isTrustedPlace(files, path, reader)) {
    return "owner";
  }
  // A link's own mode means nothing.
  const writers = info.kind === "link" ? undefined : otherWriters(info, user);
  if (writers !== undefined) return writers;
  const { mode = 0, uid } = files.stat(parentOf(path, system)) ?? {};
  return (mode & 0o002) === 0 || isOwn(uid, reader) ? undefined : "directory";
}

/** Root under sudo takes the word of the user who called sudo as well. */
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

/** A directory that can't be looked into is no trusted one. */
function realPath(files: Files, path: string): string | undefined {
  try {
    return files.realPath(path);
  } catch {
    return undefined;
  }
}
