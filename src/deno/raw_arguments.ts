/**
 * This process's arguments as the bytes they were given in.
 *
 * @module
 */

import { openLibc, toCString } from "./libc.ts";

const FUNCTIONS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const O_RDONLY_CLOEXEC = 0o2000000;

/**
 * Returns `texts`, the last of this process's arguments, as C strings with the bytes that were given:
 * `Deno.args` has U+FFFD for those that are not UTF-8, and a command would be told another file's name.
 *
 * Linux alone tells a process its arguments, in a file that Deno reads for nobody but those who have
 * every permission; libc reads it too. A text that is not among the arguments stays as it is.
 */
export function restoreBytes(texts: readonly string[]): Uint8Array<ArrayBuffer>[] {
  const lossy = Deno.build.os === "linux" && texts.some((text) => text.includes("\ufffd"));
  const given = lossy ? readArguments() : [];
  return texts.map((text, index) => {
    const bytes = given.at(index - texts.length);
    if (bytes === undefined || new TextDecoder().decode(bytes) !== text) return toCString(text);
    return new Uint8Array([...bytes, 0]);
  });
}

function readArguments(): Uint8Array[] {
  const libc = openLibc(FUNCTIONS);
  const file = libc?.open(toCString("/proc/self/cmdline"), O_RDONLY_CLOEXEC) ?? -1;
  if (libc === undefined || file < 0) return [];
  const bytes: number[] = [];
  const chunk = new Uint8Array(65_536);
  for (;;) {
    const count = Number(libc.read(file, chunk, BigInt(chunk.length)));
    if (count <= 0) break;
    for (const byte of chunk.subarray(0, count)) bytes.push(byte);
  }
  libc.close(file);
  return splitAtNul(new Uint8Array(bytes));
}

function splitAtNul(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0, start);
    const stop = end < 0 ? bytes.length : end;
    parts.push(bytes.subarray(start, stop));
    start = stop + 1;
  }
  return parts;
}
