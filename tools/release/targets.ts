/**
 * The machines that executables are made for.
 *
 * @module
 */

/** The targets, as Deno and other compilers name them. install.sh and install.ps1 know the same. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
] as const;

/** A machine that executables are made for. */
export type Target = typeof TARGETS[number];

/** Returns the file name of the executable for `target` in a release. */
export function executableName(target: Target): string {
  return `wev-${target}${target.includes("windows") ? ".exe" : ""}`;
}
