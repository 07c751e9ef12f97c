/**
 * The real file system.
 *
 * @module
 */

import type { FileInfo, Files } from "../runtime.ts";
import { canOpenWithoutWaiting, type OpenFile, openWithoutWaiting } from "./descriptor.ts";
import { withoutSizeSignal } from "./libc.ts";

/** How often a file may be replaced while it is opened: editors do that when they save. */
const MAX_ATTEMPTS = 3;

/** The real file system, but for locks. */
export const denoFiles: Omit<Files, "lock"> = {
  stat: (path) => unlessAbsent(() => toFileInfo(Deno.statSync(path))),

  lstat: (path) => unlessAbsent(() => toFileInfo(Deno.lstatSync(path))),

  readLink: (path) => Deno.readLinkSync(path),

  realPath: (path) => unlessAbsent(() => Deno.realPathSync(path)),

  read(path, limit) {
    return unlessAbsent(() => {
      using file = Deno.openSync(path);
      return readStart(file, limit + 1);
    });
  },

  readRegular(path, limit, { mayBeReplaced = false } = {}) {
    return unlessAbsent(() => {
      let failures = 0;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        // Opening a pipe waits for a writer, and opening a device may do anything.
        const seen = toFileInfo(Deno.lstatSync(path));
        if (seen.kind !== "file") return { info: seen, bytes: undefined };
        // Deno says why it can't be opened, where it is the same that can't be opened again and again.
        const isCareful = mayBeReplaced && canOpenWithoutWaiting && failures < MAX_ATTEMPTS - 1;
        using file = isCareful ? openWithoutWaiting(path) : openByDeno(path);
        if (file === undefined) failures++;
        if (file === undefined || !isSame(seen, file.info)) continue;
        const { info } = file;
        return { info, bytes: info.size > limit ? undefined : readAtMost(file, info.size, limit) };
      }
      throw new Error("It was replaced while it was opened");
    });
  },

  writePrivately(path, content) {
    const temporary = `${path}.${crypto.randomUUID()}.tmp`;
    withoutSizeSignal(() => {
      // Never over something that is there, nor through a link.
      const file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
      try {
        try {
          writeAll(file, content);
        } finally {
          file.close();
        }
        Deno.renameSync(temporary, path);
      } catch (error) {
        removeIfPossible(temporary);
        throw error;
      }
    });
  },

  append(path, text) {
    withoutSizeSignal(() => {
      using file = Deno.openSync(path, { append: true });
      const { size } = file.statSync();
      try {
        writeAll(file, new TextEncoder().encode(text));
      } catch (error) {
        cutIfPossible(file, size);
        throw error;
      }
    });
  },

  makeDirectory(path) {
    try {
      Deno.mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  },

  list: (path) => unlessAbsent(() => [...Deno.readDirSync(path)].map(({ name }) => name)) ?? [],

  remove: (path) => unlessAbsent(() => Deno.removeSync(path)),

  rename: (path, to) => Deno.renameSync(path, to),

  setMode: (path, mode) => Deno.chmodSync(path, mode),
};

function unlessAbsent<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    // A path that goes through a file leads nowhere either.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}

function toFileInfo(info: Deno.FileInfo): FileInfo {
  return {
    kind: info.isFile ? "file" : info.isDirectory ? "directory" : info.isSymlink ? "link" : "other",
    size: info.size,
    device: info.dev,
    inode: info.ino ?? 0,
    mode: info.mode ?? undefined,
    uid: info.uid ?? undefined,
    gid: info.gid ?? undefined,
    modified: info.mtime ?? undefined,
    ...(info.ctime === null ? {} : { changed: info.ctime }),
  };
}

function openByDeno(path: string): OpenFile {
  const file = Deno.openSync(path);
  return {
    info: toFileInfo(file.statSync()),
    readSync: (buffer) => file.readSync(buffer),
    [Symbol.dispose]: () => file.close(),
  };
}

/** Windows tells the two numbers of a path from those of an open file in some versions of Deno. */
function isSame(one: FileInfo, other: FileInfo): boolean {
  if (other.kind !== "file") return false;
  return Deno.build.os === "windows" || (one.inode === other.inode && one.device === other.device);
}

function readStart(file: Deno.FsFile, limit: number): Uint8Array {
  const buffer = new Uint8Array(Math.min(limit, file.statSync().size + 1));
  let length = 0;
  while (length < buffer.length) {
    const count = file.readSync(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

/**
 * Returns all of `file`, or nothing if that is more than `limit` bytes. `size` is only what it says of
 * itself: it may grow, and some file systems know no sizes.
 */
function readAtMost(
  file: OpenFile,
  size: number,
  limit: number,
): Uint8Array<ArrayBuffer> | undefined {
  // A byte more than there should be, to see the end.
  let buffer = new Uint8Array(size + 1);
  let length = 0;
  for (;;) {
    const count = file.readSync(buffer.subarray(length));
    if (count === null) return buffer.subarray(0, length);
    length += count;
    if (length > limit) return undefined;
    if (length < buffer.length) continue;
    const larger = new Uint8Array(Math.min(2 * length + 1024, limit + 1));
    larger.set(buffer);
    buffer = larger;
  }
}

function writeAll(file: Deno.FsFile, content: Uint8Array): void {
  for (let written = 0; written < content.length;) {
    written += file.writeSync(content.subarray(written));
  }
}

/** What failed before is what is said. */
function removeIfPossible(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is private, and goes with a later save.
  }
}

/** What failed before is what is said. */
function cutIfPossible(file: Deno.FsFile, size: number): void {
  try {
    file.truncateSync(size);
  } catch {
    // Then half of it stays.
  }
}
