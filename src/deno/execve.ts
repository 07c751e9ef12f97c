/**
 * Becoming a command, and saying why not.
 *
 * @module
 */

import { type Command, ExecutionError } from "../runtime.ts";
import { changeEnvironment, execute, toPointers } from "./become.ts";
import { errorName } from "./errno.ts";
import { mainLibc, openLibc, toCString } from "./libc.ts";
import { restoreBytes } from "./raw_arguments.ts";

/** What reads errno. memcpy, since `Deno.UnsafePointerView` wants the permission for all libraries. */
const ERRNO_FUNCTIONS = {
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "void" },
} as const;

/**
 * Turns this process into `command`. Returns only where there is no libc to do it with, with nothing
 * changed.
 *
 * @throws {ExecutionError} where the system refuses to execute it.
 */
export function becomeOrExplain(command: Command): void {
  const libc = mainLibc();
  if (libc === undefined) return;
  const argv = toPointers(restoreBytes(command.argv), libc);
  if (argv === undefined) throw new ExecutionError("ENOMEM", "No memory for the arguments");
  changeEnvironment(command.environment);
  const path = toCString(command.path);
  execute(path, argv, libc);
  const code = errorOf(() => execute(path, argv, libc));
  throw new ExecutionError(code, `execvp: ${code}`);
}

/**
 * Calls `fail`, which has just failed, once more and returns the name of its error. Once more, since
 * what reads errno is opened only now, and opening it may change errno.
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
