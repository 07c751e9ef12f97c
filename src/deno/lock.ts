/**
 * File locks, with flock(2), or LockFileEx on Windows.
 *
 * @module
 */

import { ForeignFileError, type LockedFile } from "../runtime.ts";
import { withoutSizeSignal } from "./libc.ts";

/** Permission bits of group and others to write. */
const OTHERS_WRITE = 0o022;

/** The maximum number of attempts if the file is created, removed or replaced while it is opened. */
const MAX_ATTEMPTS = 3;

/**
 * Waits for the lock on `path` and takes it. Creates the file if it does not exist. Calls `onWait` if
 * somebody else has it.
 *
 * @throws {ForeignFileError} if it is not a regular file that only this user may write.
 */
export async function lockFile(path: string, onWait?: () => void): Promise<LockedFile> {
  const file = openLockFile(path);
  try {
    if (!file.tryLockSync(true)) {
      onWait?.();
      await file.lock(true);
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    content(limit) {
      file.seekSync(0, Deno.SeekMode.Start);
      const buffer = new Uint8Array(Math.min(file.statSync().size, limit));
      const length = file.readSync(buffer) ?? 0;
      return new TextDecoder().decode(buffer.subarray(0, length));
    },
    replace(text) {
      withoutSizeSignal(() => {
        file.truncateSync(0);
        file.seekSync(0, Deno.SeekMode.Start);
        file.writeSync(new TextEncoder().encode(text));
      });
    },
    close: () => file.close(),
  };
}

/** Opens the file for writing if nobody else can have put it there: it could be a link to any file. */
function openLockFile(path: string): Deno.FsFile {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const seen = lstat(path);
    if (seen === undefined) {
      const made = makeFile(path);
      if (made !== undefined) return made;
      continue;
    }
    if (!isOwn(seen)) {
      throw new ForeignFileError("it is not a file that only you may write");
    }
    const file = Deno.openSync(path, { read: true, write: true });
    const opened = file.statSync();
    if (isOwn(opened) && isSame(seen, opened)) return file;
    file.close();
  }
  throw new Error("it was replaced while it was opened");
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Returns a new file; `undefined` if another process was faster. */
function makeFile(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { read: true, write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
}

/** A hard link may be the second name of any other file. */
function isOwn({ isFile, uid, mode, nlink }: Deno.FileInfo): boolean {
  if (Deno.build.os === "windows") return isFile;
  return isFile && uid === Deno.uid() && nlink === 1 && ((mode ?? 0) & OTHERS_WRITE) === 0;
}

function isSame(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return Deno.build.os === "windows" || (one.ino === other.ino && one.dev === other.dev);
}
