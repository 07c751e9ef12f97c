/**
 * The names of the errors of execve(2).
 *
 * @module
 */

/** Errors with the same number on Linux and macOS. */
const NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  5: "EIO",
  7: "E2BIG",
  8: "ENOEXEC",
  12: "ENOMEM",
  13: "EACCES",
  14: "EFAULT",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  26: "ETXTBSY",
};

const LINUX_NAMES: Readonly<Record<number, string>> = {
  11: "EAGAIN",
  19: "ENODEV",
  36: "ENAMETOOLONG",
  40: "ELOOP",
  80: "ELIBBAD",
  110: "ETIMEDOUT",
  116: "ESTALE",
};

const DARWIN_NAMES: Readonly<Record<number, string>> = {
  19: "ENODEV",
  35: "EAGAIN",
  60: "ETIMEDOUT",
  62: "ELOOP",
  63: "ENAMETOOLONG",
  70: "ESTALE",
  85: "EBADEXEC",
  86: "EBADARCH",
};

/** Returns the name of error `number`, or `errno N` for an unknown one. */
export function errorName(number: number): string {
  const own = Deno.build.os === "darwin" ? DARWIN_NAMES : LINUX_NAMES;
  return NAMES[number] ?? own[number] ?? `errno ${number}`;
}
