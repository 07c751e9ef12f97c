/**
 * The real file system. On Linux, files are looked at and opened for reading by libc: Deno's own way to
 * open a file waits for a writer if somebody put a pipe in its place a moment before; and the first use
 * of each of its functions, and each file that is not there, take longer than all that a run does here.
 *
 * @module
 */

import type { FileInfo, Files } from "../runtime.ts";
import { isLinuxLibc, type LinuxLibc, mainLibc, toCString, withoutSizeSignal } from "./libc.ts";

/** For reading, without waiting, through no link, not inherited by programs. */
const OPEN_FLAGS = Deno.build.arch === "aarch64" ? 0o2104000 : 0o2404000;
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
const STATX_WORDS = 64;
const WORD = 2 ** 32;
const NO_PATH = new Uint8Array(1);
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;
const S_IFLNK = 0o120000;
const ENOENT = 2;
const ENOTDIR = 20;

/** How often a file may be replaced while it is opened: editors do that when they save. */
const MAX_ATTEMPTS = 3;

/** The real file system, but for locks. */
export const denoFiles: Omit<Files, "lock"> = {
  stat: (path) => infoAt(path, true),

  lstat: (path) => infoAt(path, false),

  readLink: (path) => Deno.readLinkSync(path),

  realPath: (path) => unlessAbsent(() => Deno.realPathSync(path)),

  read(path, limit) {
    return unlessAbsent(() => {
      using file = Deno.openSync(path);
      return readStart(file, limit + 1);
    });
  },

  readRegular(path, limit) {
    let failures = 0;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      // Opening a pipe waits for a writer, and opening a device may do anything.
      const seen = infoAt(path, false);
      if (seen === undefined) return undefined;
      if (seen.kind !== "file") return { info: seen, bytes: undefined };
      // Deno says why it can't be opened, where it is the same that can't be opened again and again.
      const isCareful = Deno.build.os === "linux" && failures < MAX_ATTEMPTS - 1;
      using file = isCareful ? openWithoutWaiting(path) : unlessAbsent(() => openByDeno(path));
      if (file === undefined) failures++;
      if (file === undefined || !isSame(seen, file.info)) continue;
      const { info } = file;
      return { info, bytes: info.size > limit ? undefined : readAtMost(file, info.size, limit) };
    }
    throw new Error("It was replaced while it was opened");
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

function infoAt(path: string, followsLinks: boolean): FileInfo | undefined {
  const libc = libcFor(path);
  if (libc !== undefined) {
    const info = statx(libc, AT_FDCWD, toCString(path), followsLinks ? 0 : AT_SYMLINK_NOFOLLOW);
    if (info !== undefined || isAbsent(libc)) return info;
  }
  // Deno says why it can't be looked at.
  return unlessAbsent(() => toFileInfo(followsLinks ? Deno.statSync(path) : Deno.lstatSync(path)));
}

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

/** A file that is open for reading. */
interface OpenFile extends Disposable {
  /** What the descriptor leads to. */
  readonly info: FileInfo;
  /** Reads into `buffer`; returns how many bytes, or `null` at the end. */
  readSync(buffer: Uint8Array<ArrayBuffer>): number | null;
}

/** Opens `path`, which is no link. Returns `undefined` if that fails, or can't be done this way here. */
export function openWithoutWaiting(path: string): OpenFile | undefined {
  const libc = libcFor(path);
  const descriptor = libc?.open(toCString(path), OPEN_FLAGS) ?? -1;
  if (libc === undefined || descriptor < 0) return undefined;
  const info = statx(libc, descriptor, NO_PATH, AT_EMPTY_PATH);
  if (info === undefined) {
    libc.close(descriptor);
    return undefined;
  }
  return {
    info,
    readSync(buffer) {
      const count = Number(libc.read(descriptor, buffer, BigInt(buffer.length)));
      if (count < 0) throw new Error("It can't be read");
      return count === 0 ? null : count;
    },
    [Symbol.dispose]: () => void libc.close(descriptor),
  };
}

/**
 * Returns libc where it means by `path` what Deno means: Deno takes ".." and the name before it away, be
 * that a link or not, and what is after the last name; and refuses NUL.
 */
function libcFor(path: string): LinuxLibc | undefined {
  const libc = mainLibc();
  if (!isLinuxLibc(libc) || libc.statx === null || path[0] !== "/") return undefined;
  if (path.includes("/..") || path.includes("\0")) return undefined;
  return path === "/" || !(path.endsWith("/") || path.endsWith("/.")) ? libc : undefined;
}

/** Returns what statx(2) tells, whose fields have one place on every machine; `undefined` if it fails. */
function statx(
  libc: LinuxLibc,
  directory: number,
  path: Uint8Array<ArrayBuffer>,
  flags: number,
): FileInfo | undefined {
  const words = new Uint32Array(STATX_WORDS);
  if (libc.statx?.(directory, path, flags, STATX_BASIC_STATS, words) !== 0) return undefined;
  const mode = words[7]! & 0xffff;
  const form = mode & S_IFMT;
  const minor = words[35]!;
  return {
    kind: form === S_IFREG
      ? "file"
      : form === S_IFDIR
      ? "directory"
      : form === S_IFLNK
      ? "link"
      : "other",
    uid: words[5]!,
    gid: words[6]!,
    mode,
    inode: words[8]! + words[9]! * WORD,
    size: words[10]! + words[11]! * WORD,
    // As makedev(3) puts the two together, and so stat(2).
    device: words[34]! * 0x100 + (minor & 0xff) + (minor >>> 8) * 0x100000,
    changed: instant(words, 24),
    modified: instant(words, 28),
  };
}

/** Returns the instant at word `at`: seconds in two words, nanoseconds in one. */
function instant(words: Uint32Array, at: number): Date {
  return new Date((words[at]! + words[at + 1]! * WORD) * 1000 + Math.floor(words[at + 2]! / 1e6));
}

/** Returns whether the call that has just failed found nothing. */
function isAbsent(libc: LinuxLibc): boolean {
  const errno = new Int32Array(1);
  libc.memcpy(errno, libc.__errno_location(), 4n);
  return errno[0] === ENOENT || errno[0] === ENOTDIR;
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
