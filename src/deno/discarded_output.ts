/**
 * Whether what is written to standard output is lost.
 *
 * @module
 */

import { fstatSync } from "node:fs";

/**
 * Returns whether standard output is closed, in which case the runtime has put the null device in its
 * place, or is that device itself.
 */
export function isStdoutDiscarded(): boolean {
  if (Deno.build.os === "windows") return false;
  try {
    // Not by a path: /dev/stdout takes permissions that wev does not have.
    const { dev, ino } = fstatSync(1);
    const nowhere = Deno.statSync("/dev/null");
    return dev === nowhere.dev && ino === nowhere.ino;
  } catch {
    return false;
  }
}
