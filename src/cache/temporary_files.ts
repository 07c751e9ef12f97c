/**
 * Temporary files that a killed run left behind.
 *
 * @module
 */

import { UNFINISHED } from "./layout.ts";
import { type Owner, ownFiles } from "./private_directory.ts";

/** Milliseconds after which a temporary file is stale. A live run needs only a few to write it. */
const STALE_AGE_MS = 3_600_000;

/** Removes the stale temporary files in `directory`. */
export function sweepTemporaryFiles(
  directory: string,
  /** A file that was just written: its time comes from the same clock as the times of the others. */
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
