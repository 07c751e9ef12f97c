/**
 * Tells whether a file or directory is as it was.
 *
 * @module
 */

import type { Files } from "./runtime.ts";

/**
 * Milliseconds in which a file may change twice without its times telling: they are cut to whole
 * milliseconds here, and some kernels count them in steps of 10.
 */
export const CLOCK_STEP_MS = 12;

/** No file, or one of which nothing can be said for sure. */
export const NO_STAMP = "";

/**
 * Returns a text that changes whenever `path` does: with another file in its place, another size,
 * another time of its content or of its other attributes. {@linkcode NO_STAMP} where it is not there.
 */
export function stampOf(files: Files, path: string): string {
  const info = files.stat(path);
  if (info === undefined) return NO_STAMP;
  const { kind, device, inode, size, modified, changed } = info;
  // A directory's size says nothing more than its times.
  const length = kind === "file" ? size : kind;
  return `${device}:${inode}:${length}:${modified?.getTime()}:${changed?.getTime()}`;
}

/**
 * Returns the stamp of `path` as something that began to read it at `readAt` may keep it:
 * {@linkcode NO_STAMP} where it changed so lately that it may change again without its times telling.
 */
export function settledStamp(files: Files, path: string, readAt: Date): string {
  const info = files.stat(path);
  if (info === undefined) return NO_STAMP;
  const latest = Math.max(info.modified?.getTime() ?? Infinity, info.changed?.getTime() ?? 0);
  return latest < readAt.getTime() - CLOCK_STEP_MS ? stampOf(files, path) : NO_STAMP;
}
