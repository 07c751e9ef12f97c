/**
 * What a writer that was killed leaves behind.
 *
 * @module
 */

import { joinPath } from "../directories.ts";
import type { Files, System } from "../runtime.ts";

/** Milliseconds. A writer that lives needs a few; one whose computer sleeps wakes up with its files. */
const STALE_AGE_MS = 3_600_000;

/** What a sweep goes by. */
export interface SweepOptions {
  /** A file that was written just now: its time is by the clock that the others' times are by. */
  readonly written: string;
  /** The operating system. */
  readonly system: System;
}

/** Removes the temporary files in `directory` that nobody can be writing to any more. */
export function sweepTemporaryFiles(
  files: Files,
  directory: string,
  { written, system }: SweepOptions,
): void {
  const now = files.stat(written)?.modified?.getTime();
  if (now === undefined) return;
  for (const name of files.list(directory)) {
    if (!name.endsWith(".tmp")) continue;
    const path = joinPath(directory, name, system);
    const modified = files.stat(path)?.modified?.getTime();
    if (modified !== undefined && modified < now - STALE_AGE_MS) files.remove(path);
  }
}
