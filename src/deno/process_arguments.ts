/**
 * The arguments of this process: their original bytes, and hiding them from other users.
 *
 * @module
 */

import { openLibc, toCString } from "./libc.ts";
import { readArgumentsAddress, readProcBytes } from "./proc.ts";

/**
 * Returns `texts`, the last arguments of this process, as C strings with their original bytes.
 * `Deno.args` has U+FFFD for bytes that are not UTF-8, so the command would get the name of another file.
 *
 * Only Linux shows a process its arguments, in /proc/self/cmdline. A text that is not among the
 * arguments stays as it is.
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
  return splitAtNul(readProcBytes("self/cmdline"));
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

const MEMORY_FUNCTIONS = {
  memset: { parameters: ["usize", "i32", "usize"], result: "usize" },
} as const;

const ASTERISK = 0x2a;

/**
 * Overwrites the arguments at `positions` of `Deno.args` in memory with asterisks, after the `=` of an
 * option: every user can read them there (`ps`, /proc/PID/cmdline). Only Linux tells their address.
 */
export function hideArguments(positions: readonly number[]): void {
  const address = readArgumentsAddress();
  const libc = address === undefined ? undefined : openLibc(MEMORY_FUNCTIONS);
  if (address === undefined || libc === undefined) return;
  const all = readArguments();
  const first = all.length - Deno.args.length;
  for (const position of positions) {
    const argument = all[first + position];
    // The memory has other content, so it must not be changed.
    if (argument === undefined || new TextDecoder().decode(argument) !== Deno.args[position]) {
      continue;
    }
    const before = all.slice(0, first + position).reduce((sum, { length }) => sum + length + 1, 0);
    const from = argument.indexOf(0x3d) + 1;
    libc.memset(address + BigInt(before + from), ASTERISK, BigInt(argument.length - from));
  }
}
