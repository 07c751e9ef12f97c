/**
 * Becoming a command with execve(2).
 *
 * The new program has this process's ID, parent, group, terminal, streams and directory. What Deno
 * itself changed since it was started is put back: SIGPIPE and the soft limit of open files. Deno
 * blocks no signal, catches none that we did not ask for (and a caught one is default again in the
 * new program), and opens every file of its own close-on-exec.
 *
 * @module
 */

import { type Command, type EnvironmentChanges, ExecutionError } from "../runtime.ts";
import { errorName } from "./errno.ts";
import { type Libc, openLibc, toCString } from "./libc.ts";
import { LIMIT_FUNCTIONS, restoreOpenFileLimit } from "./open_file_limit.ts";
import { restoreBytes } from "./raw_arguments.ts";

/** What every run needs. Nothing more: each function costs time. */
const FUNCTIONS = {
  execvp: { parameters: ["buffer", "buffer"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  strdup: { parameters: ["buffer"], result: "usize" },
} as const;

const LINUX_FUNCTIONS = { ...FUNCTIONS, ...LIMIT_FUNCTIONS } as const;

/** What reads errno. memcpy, since `Deno.UnsafePointerView` wants the permission for all libraries. */
const ERRNO_FUNCTIONS = {
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "void" },
} as const;

const SIGPIPE = 13;
const SIG_DFL = 0n;
const SIG_IGN = 1n;

/**
 * Turns this process into `command`, looked up on the PATH it will have as execvp(3) does: no exception
 * for a directory that lacks it, so that the many that do cost nothing. Returns only where there is no libc to do it with, with nothing
 * changed.
 *
 * @throws {ExecutionError} where the system refuses to execute it.
 */
export function become(command: Command): void {
  const libc = openForExecution();
  if (libc === undefined) return;
  const argv = toPointers(command.argv, libc.strdup);
  changeEnvironment(command.environment);
  if ("prlimit" in libc) restoreOpenFileLimit(libc);
  // Rust's runtime ignores SIGPIPE before anything else runs. A caller that ignored it as well can't
  // be told from one that did not, so the command gets the default, which nearly all want.
  libc.signal(SIGPIPE, SIG_DFL);
  const path = toCString(command.path);
  libc.execvp(path, argv);
  const code = errorOf(() => libc.execvp(path, argv));
  libc.signal(SIGPIPE, SIG_IGN);
  throw new ExecutionError(code, `execvp: ${code}`);
}

function openForExecution(): Libc<typeof FUNCTIONS> | Libc<typeof LINUX_FUNCTIONS> | undefined {
  return Deno.build.os === "linux" ? openLibc(LINUX_FUNCTIONS) : openLibc(FUNCTIONS);
}

/**
 * Returns the array of pointers that execvp wants, ended by a null pointer. Deno hands out the address
 * of a buffer only with the permission for all libraries; strdup(3) returns that of its copy.
 */
function toPointers(
  texts: readonly string[],
  strdup: Libc<typeof FUNCTIONS>["strdup"],
): BigUint64Array<ArrayBuffer> {
  const pointers = new BigUint64Array(texts.length + 1);
  for (const [index, text] of restoreBytes(texts).entries()) {
    const pointer = BigInt(strdup(text));
    if (pointer === 0n) throw new ExecutionError("ENOMEM", "No memory for the arguments");
    pointers[index] = pointer;
  }
  return pointers;
}

/**
 * Changes this process's own environment, which execvp hands on: so every variable that is not
 * mentioned keeps its bytes, UTF-8 or not, and its place.
 */
export function changeEnvironment({ set, unset }: EnvironmentChanges): void {
  for (const name of unset) Deno.env.delete(name);
  for (const [name, value] of set) Deno.env.set(name, value);
}

/**
 * Calls `fail`, a function of libc that has just failed, once more and returns the name of its error.
 * Once more, since what reads errno is opened only now, and opening it may change errno.
 */
function errorOf(fail: () => void): string {
  const libc = Deno.build.os === "darwin"
    ? openLibc({ ...ERRNO_FUNCTIONS, __error: { parameters: [], result: "usize" } })
    : openLibc({ ...ERRNO_FUNCTIONS, __errno_location: { parameters: [], result: "usize" } });
  if (libc === undefined) return "an unknown error";
  const locate = "__error" in libc ? libc.__error : libc.__errno_location;
  const errno = new Int32Array(1);
  fail();
  libc.memcpy(errno, locate(), BigInt(errno.byteLength));
  return errorName(errno[0] ?? 0);
}
