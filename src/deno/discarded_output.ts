/**
 * Detection of standard output that is lost.
 *
 * @module
 */

import { fstatSync } from "node:fs";

/**
 * Returns whether standard output is the null device. The runtime opens it if standard output is closed.
 */
export function isStdoutDiscarded(): boolean {
  if (Deno.build.os === "windows") return false;
  try {
    // Not by path: /dev/stdout needs permissions that wev does not have.
    const { dev, ino } = fstatSync(1);
    const nowhere = Deno.statSync("/dev/null");
    return dev === nowhere.dev && ino === nowhere.ino;
  } catch {
    return false;
  }
}
