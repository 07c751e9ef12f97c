/**
 * Detects changes of a file or directory by its attributes.
 *
 * @module
 */

import type { Files } from "./runtime.ts";

/**
 * The time in which a file may change twice with the same timestamps, in milliseconds: they are
 * truncated to milliseconds here, and some kernels count in steps of 10.
 */
export const CLOCK_STEP_MS = 12;

/** The stamp of a missing file, or of one that may have changed unnoticed. */
export const NO_STAMP = "";

/**
 * Returns a text that changes whenever `path` does: it is made of inode, size, and the times of the
 * last change of content and attributes. {@linkcode NO_STAMP} if there is no file.
 */
export function stampOf(files: Files, path: string): string {
  const info = files.stat(path);
  if (info === undefined) return NO_STAMP;
  const { kind, device, inode, size, modified, changed } = info;
  // The size of a directory adds nothing to its times.
  const length = kind === "file" ? size : kind;
  return `${device}:${inode}:${length}:${modified?.getTime()}:${changed?.getTime()}`;
}

/**
 * Returns the stamp of `path` for content read at `readAt` or later: {@linkcode NO_STAMP} if the file
 * changed so recently that a further change could have the same timestamps.
 */
export function settledStamp(files: Files, path: string, readAt: Date): string {
  const info = files.stat(path);
  if (info === undefined) return NO_STAMP;
  const latest = Math.max(info.modified?.getTime() ?? Infinity, info.changed?.getTime() ?? 0);
  return latest < readAt.getTime() - CLOCK_STEP_MS ? stampOf(files, path) : NO_STAMP;
}
