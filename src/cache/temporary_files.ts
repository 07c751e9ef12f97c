/**
 * What a writer that was killed leaves behind.
 *
 * @module
 */

import { UNFINISHED } from "./layout.ts";
import { type Owner, ownFiles } from "./private_directory.ts";

/** Milliseconds. A writer that lives needs a few; one whose computer sleeps wakes up with its files. */
const STALE_AGE_MS = 3_600_000;

/** Removes the temporary files in `directory` that nobody can be writing to any more. */
export function sweepTemporaryFiles(
  directory: string,
  /** A file that was written just now: its time is by the clock that the others' times are by. */
  written: string,
  owner: Omit<Owner, "home">,
): void {
  const { files } = owner;
  const now = files.lstat(written)?.modified?.getTime();
  if (now === undefined) return;
  for (const { path, info } of ownFiles(directory, UNFINISHED, owner)) {
    const modified = info.modified?.getTime();
    if (modified !== undefined && modified < now - STALE_AGE_MS) files.remove(path);
  }
}
