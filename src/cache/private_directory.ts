/**
 * The cache is for its user alone: what others could read is no secret, and what others could write
 * would be run with their credentials.
 *
 * @module
 */

import { isPrivate, joinPath } from "../directories.ts";
import { escapeControls } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Files, System } from "../runtime.ts";

/** Permission bits of group and others to write. */
const OTHERS_WRITE = 0o022;

/**
 * The mode while the directory is looked through: others can put nothing there any more, and a run that
 * is killed leaves it to the next one, which takes it for open still.
 */
const BEING_CLOSED = 0o701;

/** Whose directory it has to be. */
export interface PrivateDirectoryOptions {
  /** The file system. */
  readonly files: Files;
  /** The operating system. */
  readonly system: System;
  /** This process's user ID; `undefined` on Windows, where a profile is its user's anyway. */
  readonly user: number | undefined;
}

/**
 * Makes `directory`, which is open to others, private, and removes what others could have put there.
 * Returns whether it may be used: what belongs to somebody else is left alone.
 */
export function makePrivate(
  directory: string,
  { files, system, user }: PrivateDirectoryOptions,
  logger: Logger,
): boolean {
  const shown = escapeControls(directory);
  try {
    const info = files.stat(directory);
    if (info === undefined || isPrivate(info, user)) return true;
    if (info.kind !== "directory") {
      logger.warning(`Nothing is cached: ${shown} is not a directory\nRemove it.`);
      return false;
    }
    if (info.uid !== user) {
      logger.warning(`Nothing is cached: ${shown} belongs to another user`);
      return false;
    }
    close(directory, { files, system, user });
    logger.warning(`The cache was open to other users (${shown}): now it is not`);
    return true;
  } catch (error) {
    logger.warning(
      `Nothing is cached, since it can't be made sure that ${shown} is closed to other users: ` +
        (error instanceof Error ? error.message : String(error)),
    );
    return false;
  }
}

function close(directory: string, options: PrivateDirectoryOptions): void {
  const { files, system } = options;
  files.setMode(directory, BEING_CLOSED);
  for (const name of files.list(directory)) secure(joinPath(directory, name, system), options);
  files.setMode(directory, 0o700);
}

function secure(path: string, options: PrivateDirectoryOptions): void {
  const { files, user } = options;
  // It may lead to a file of the user's own that wev would write to.
  if (files.isLink(path)) return files.remove(path);
  const info = files.stat(path);
  if (info === undefined || isPrivate(info, user)) return;
  if (info.kind === "directory" && info.uid === user) return close(path, options);
  if (info.uid === user && ((info.mode ?? 0) & OTHERS_WRITE) === 0) {
    return files.setMode(path, 0o600);
  }
  // Whoever wrote it, it can't be relied on.
  if (info.kind === "file") files.remove(path);
  else files.rename(path, `${path}.untrusted-${crypto.randomUUID()}`);
}
