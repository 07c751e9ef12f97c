/**
 * Sessions of processes. A session has at most one controlling terminal, and a terminal controls at most
 * one session (POSIX, "General Terminal Interface").
 *
 * @module
 */

import { openLibc, toCString } from "./libc.ts";
import { readSession } from "./proc.ts";

/**
 * Returns the ID of the session of `process`; `undefined` if it has no controlling terminal, or the
 * session is unknown.
 */
export function sessionOf(process: number = Deno.pid): number | undefined {
  if (Deno.build.os === "linux") return readSession(process);
  const libc = openLibc(FUNCTIONS);
  const terminal = libc?.open(toCString("/dev/tty"), O_RDONLY) ?? -1;
  if (libc === undefined || terminal < 0) return undefined;
  libc.close(terminal);
  const session = libc.getsid(process);
  return session < 0 ? undefined : session;
}

const FUNCTIONS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  getsid: { parameters: ["i32"], result: "i32" },
} as const;

const O_RDONLY = 0;
