/**
 * Opening a file without waiting, on Linux. Deno's own way to open one waits for a writer if somebody put a
 * pipe in its place a moment before.
 *
 * @module
 */

import type { FileInfo } from "../runtime.ts";
import { openLibc, toCString } from "./libc.ts";

const FUNCTIONS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** For reading, without waiting, through no link, not inherited by programs. */
const OPEN_FLAGS = Deno.build.arch === "aarch64" ? 0o2104000 : 0o2404000;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
const STATX_BYTES = 256;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

/** A file that is open for reading. */
export interface OpenFile extends Disposable {
  /** What the descriptor leads to: a regular file, or `other`. */
  readonly info: FileInfo;
  /** Reads into `buffer`; returns how many bytes, or `null` at the end. */
  readSync(buffer: Uint8Array<ArrayBuffer>): number | null;
}

/** Whether a file can be opened without waiting here. */
export const canOpenWithoutWaiting = Deno.build.os === "linux";

function openLinuxLibc() {
  return canOpenWithoutWaiting ? openLibc(FUNCTIONS) : undefined;
}

type FileLibc = NonNullable<ReturnType<typeof openLinuxLibc>>;

/** Opened once, since that costs more than all that is done with it. */
let libc: FileLibc | null | undefined;

/** Opens `path`, which is no link. Returns `undefined` if that fails, or can't be done this way here. */
export function openWithoutWaiting(path: string): OpenFile | undefined {
  libc ??= openLinuxLibc() ?? null;
  const opener = libc;
  const descriptor = opener?.open(toCString(path), OPEN_FLAGS) ?? -1;
  if (opener === null || descriptor < 0) return undefined;
  const info = infoOf(opener, descriptor);
  if (info === undefined) {
    opener.close(descriptor);
    return undefined;
  }
  return {
    info,
    readSync(buffer) {
      const count = Number(opener.read(descriptor, buffer, BigInt(buffer.length)));
      if (count < 0) throw new Error("It can't be read");
      return count === 0 ? null : count;
    },
    [Symbol.dispose]: () => void opener.close(descriptor),
  };
}

/** Returns what statx(2) tells of a descriptor. Its fields have one place on every machine. */
function infoOf(opener: FileLibc, descriptor: number): FileInfo | undefined {
  const bytes = new Uint8Array(STATX_BYTES);
  const status = opener.statx(
    descriptor,
    toCString(""),
    AT_EMPTY_PATH,
    STATX_BASIC_STATS,
    bytes,
  );
  if (status !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  const word = (at: number) => view.getUint32(at, true);
  const long = (at: number) => Number(view.getBigUint64(at, true));
  const instant = (at: number) => new Date(long(at) * 1000 + Math.floor(word(at + 8) / 1_000_000));
  const mode = view.getUint16(28, true);
  const minor = word(140);
  return {
    kind: (mode & S_IFMT) === S_IFREG ? "file" : "other",
    uid: word(20),
    gid: word(24),
    mode,
    inode: long(32),
    size: long(40),
    // As makedev(3) puts the two together, and so stat(2).
    device: word(136) * 0x100 + (minor & 0xff) + (minor >>> 8) * 0x100000,
    changed: instant(96),
    modified: instant(112),
  };
}
