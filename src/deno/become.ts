/**
 * Becoming a command, by the shortest way: what every run goes through. Where it fails, nothing here
 * says why; `execute.ts` does.
 *
 * The new program has this process's ID, parent, group, terminal, streams and directory. What Deno
 * itself changed since it was started is put back: SIGPIPE and the soft limit of open files. Deno
 * blocks no signal, catches none that we did not ask for (and a caught one is default again in the
 * new program), and opens every file of its own close-on-exec. What wev itself changed, the soft limit of
 * core files, is put back too.
 *
 * @module
 */

import type { EnvironmentChanges } from "../runtime.ts";
import { type DarwinLibc, isLinuxLibc, type LinuxLibc, mainLibc, toCString } from "./libc.ts";

const SIGPIPE = 13;
const SIG_DFL = 0n;
const SIG_IGN = 1n;
const RLIMIT_CORE = 4;
const RLIMIT_NOFILE = 7;

/** The limit of core files that the caller set, soft and hard, while wev has another. */
let coreLimit: BigUint64Array<ArrayBuffer> | undefined;

/**
 * Turns this process into the command `argv`, looked up on PATH by execvp(3): without an exception for
 * each directory that lacks it. Returns where that fails, and where there is no libc to do it with.
 */
export function become(argv: readonly string[], changes: EnvironmentChanges): void {
  const [name = ""] = argv;
  // U+FFFD may stand for bytes that are not UTF-8, which are not here.
  if (name === "" || argv.some((argument) => argument.includes("\ufffd"))) return;
  const libc = mainLibc();
  if (libc === undefined) return;
  const pointers = toPointers(argv.map(toCString), libc);
  if (pointers === undefined) return;
  changeEnvironment(changes);
  callExecvp(toCString(name), pointers, libc);
}

/**
 * Keeps the system from storing an image of this process if it crashes, or if somebody has it dump its
 * core: it holds secrets. {@linkcode restoreCoreLimit} undoes it.
 *
 * PR_SET_DUMPABLE would keep debuggers out too, but those of the user, who may read the cache anyway.
 */
export function protectSecrets(): void {
  const libc = mainLibc();
  if (libc === undefined) return;
  const limit = new BigUint64Array(2);
  const failed = isLinuxLibc(libc)
    ? libc.prlimit(0, RLIMIT_CORE, null, limit)
    : libc.getrlimit(RLIMIT_CORE, limit);
  const [soft = 0n, hard = 0n] = limit;
  if (failed !== 0 || soft === 0n) return;
  coreLimit = limit;
  setCoreLimit(libc, new BigUint64Array([0n, hard]));
}

/** Puts back the limit of core files that the caller set, for the command. */
export function restoreCoreLimit(): void {
  const libc = mainLibc();
  if (coreLimit === undefined || libc === undefined) return;
  setCoreLimit(libc, coreLimit);
  coreLimit = undefined;
}

function setCoreLimit(libc: LinuxLibc | DarwinLibc, limit: BigUint64Array<ArrayBuffer>): void {
  if (isLinuxLibc(libc)) libc.prlimit(0, RLIMIT_CORE, limit, null);
  else libc.setrlimit(RLIMIT_CORE, limit);
}

/** Calls execvp with what Deno changed put back, and returns if it fails. */
export function callExecvp(
  path: Uint8Array<ArrayBuffer>,
  argv: BigUint64Array<ArrayBuffer>,
  libc: LinuxLibc | DarwinLibc,
): void {
  restoreOpenFileLimit();
  restoreCoreLimit();
  // Rust's runtime ignores SIGPIPE before anything else runs. A caller that ignored it as well can't
  // be told from one that did not, so the command gets the default, which nearly all want.
  libc.signal(SIGPIPE, SIG_DFL);
  libc.execvp(path, argv);
  libc.signal(SIGPIPE, SIG_IGN);
  protectSecrets();
}

/**
 * Returns the array of pointers that execvp wants, ended by a null pointer; `undefined` where there is
 * no memory. Deno hands out the address of a buffer only with the permission for all libraries;
 * strdup(3) returns that of its copy.
 */
export function toPointers(
  texts: readonly Uint8Array<ArrayBuffer>[],
  { strdup }: Pick<LinuxLibc, "strdup">,
): BigUint64Array<ArrayBuffer> | undefined {
  const pointers = new BigUint64Array(texts.length + 1);
  for (const [index, text] of texts.entries()) {
    const pointer = BigInt(strdup(text));
    if (pointer === 0n) return undefined;
    pointers[index] = pointer;
  }
  return pointers;
}

/**
 * Changes this process's own environment, which execvp hands on: so every variable that is not
 * mentioned keeps its bytes, UTF-8 or not, and its place, and stands there as often as before.
 */
export function changeEnvironment({ set, unset }: EnvironmentChanges): void {
  for (const name of unset) Deno.env.delete(name);
  for (const [name, value] of set) {
    // setenv(3) replaces the first of two, and some programs take the last; unsetenv(3) removes both.
    if (Deno.build.os !== "windows") Deno.env.delete(name);
    Deno.env.set(name, value);
  }
}

/**
 * Puts the soft limit of open files back, which Deno raises to the hard one as it starts. Programs size tables by it and close every number below it,
 * and select(2) fails above 1024.
 *
 * Deno keeps no note of what it was, nor does the system. The parent's limit is what nearly every
 * process starts with, so it is taken where it is lower; where the parent belongs to somebody else, or
 * is outside of the container, the limit stays raised, as it does on macOS, which shows no process
 * another one's.
 */
export function restoreOpenFileLimit(): void {
  const libc = mainLibc();
  if (!isLinuxLibc(libc)) return;
  const { prlimit } = libc;
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
