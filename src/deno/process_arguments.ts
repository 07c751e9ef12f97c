/**
 * This process's arguments as the bytes they were given in.
 *
 * @module
 */

import { openLibc, toCString } from "./libc.ts";
import { readArgumentsAddress, readProcBytes } from "./proc.ts";

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
 * Overwrites those of Deno's arguments that are at `positions` with asterisks, after the `=` of an
 * option, where they stand in memory: every user reads them from there (`ps`, /proc/PID/cmdline). Linux
 * alone tells where that is.
 */
export function hideArguments(positions: readonly number[]): void {
  const address = readArgumentsAddress();
  const libc = address === undefined ? undefined : openLibc(MEMORY_FUNCTIONS);
  if (address === undefined || libc === undefined) return;
  const all = readArguments();
  const first = all.length - Deno.args.length;
  for (const position of positions) {
    const argument = all[first + position];
    // Something else stands there: it is no place to write to.
    if (argument === undefined || new TextDecoder().decode(argument) !== Deno.args[position]) {
      continue;
    }
    const before = all.slice(0, first + position).reduce((sum, { length }) => sum + length + 1, 0);
    const from = argument.indexOf(0x3d) + 1;
    libc.memset(address + BigInt(before + from), ASTERISK, BigInt(argument.length - from));
  }
}
