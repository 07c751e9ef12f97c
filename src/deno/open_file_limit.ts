/**
 * The soft limit of open files, which Deno raises to the hard one as it starts.
 *
 * @module
 */

import type { Libc } from "./libc.ts";

/** What {@linkcode restoreOpenFileLimit} needs of libc; Linux has it, macOS does not. */
export const LIMIT_FUNCTIONS = {
  prlimit: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const RLIMIT_NOFILE = 7;

/**
 * Puts the soft limit of open files back. Programs size tables by it and close every number below it,
 * and select(2) fails above 1024.
 *
 * Deno keeps no note of what it was, nor does the system. The parent's limit is what nearly every
 * process starts with, so it is taken where it is lower; where the parent belongs to somebody else, or
 * is outside of the container, the limit stays raised, as it does on macOS, which shows no process
 * another one's.
 */
export function restoreOpenFileLimit({ prlimit }: Libc<typeof LIMIT_FUNCTIONS>): void {
  // To prlimit(2), 0 is the calling process; to getppid(2), it is one outside of the container.
  if (Deno.ppid === 0) return;
  const parent = new BigUint64Array(2);
  const own = new BigUint64Array(2);
  if (prlimit(Deno.ppid, RLIMIT_NOFILE, null, parent) !== 0) return;
  if (prlimit(0, RLIMIT_NOFILE, null, own) !== 0) return;
  const [parentSoft = 0n] = parent;
  const [soft = 0n, hard = 0n] = own;
  if (parentSoft < soft) prlimit(0, RLIMIT_NOFILE, new BigUint64Array([parentSoft, hard]), null);
}
