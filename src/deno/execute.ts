/**
 * Executing a file in place of this process, and the reason if that fails.
 *
 * @module
 */

import { type Command, ExecutionError } from "../runtime.ts";
import { callExecvp, changeEnvironment, toPointers } from "./become.ts";
import { errorName } from "./errno.ts";
import { mainLibc, openLibc, toCString } from "./libc.ts";
import { restoreBytes } from "./process_arguments.ts";

/** What reads errno. memcpy, since `Deno.UnsafePointerView` needs the permission for all libraries. */
const ERRNO_FUNCTIONS = {
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "void" },
} as const;

/**
 * Turns this process into `command`. Returns only if there is no libc to do it with, with nothing
 * changed.
 *
 * @throws {ExecutionError} if the system refuses to execute it.
 */
export function execute(command: Command): void {
  const libc = mainLibc();
  if (libc === undefined) return;
  const argv = toPointers(restoreBytes(command.argv), libc);
  if (argv === undefined) throw new ExecutionError("ENOMEM", "No memory for the arguments");
  // Before the call, since opening libc may change errno.
  const readErrno = errnoReader();
  changeEnvironment(command.environment);
  callExecvp(toCString(command.path), argv, libc);
  const code = readErrno();
  throw new ExecutionError(code, `execvp: ${code}`);
}

/** Returns a function that returns the name of the last error. */
function errnoReader(): () => string {
  const libc = Deno.build.os === "darwin"
    ? openLibc({ ...ERRNO_FUNCTIONS, __error: { parameters: [], result: "usize" } })
    : openLibc({ ...ERRNO_FUNCTIONS, __errno_location: { parameters: [], result: "usize" } });
  return () => {
    if (libc === undefined) return "an unknown error";
    const address = "__error" in libc ? libc.__error() : libc.__errno_location();
    const errno = new Int32Array(1);
    libc.memcpy(errno, address, BigInt(errno.byteLength));
    return errorName(errno[0] ?? 0);
  };
}
