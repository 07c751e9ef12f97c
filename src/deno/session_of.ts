/**
 * Which processes sit at one terminal: a session has one controlling terminal at most, and a terminal one
 * session (POSIX, "General Terminal Interface").
 *
 * @module
 */

import { openLibc } from "./libc.ts";
import { readSession } from "./proc.ts";

/** Returns the number of the session of `process`, or `undefined` where nothing tells. */
export function sessionOf(process: number = Deno.pid): number | undefined {
  if (Deno.build.os === "linux") return readSession(process);
  const libc = openLibc({ getsid: { parameters: ["i32"], result: "i32" } });
  const session = libc?.getsid(process) ?? -1;
  return session < 0 ? undefined : session;
}
