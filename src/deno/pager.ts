/**
 * The pager at the end of a pipeline. It has set its terminal for keys long before wev asks, and waits for
 * the first output: `wev aws s3 ls | less`.
 *
 * @module
 */

import { openLibc, toCString } from "./libc.ts";
import { readChildren, readFamily } from "./proc.ts";

/**
 * Returns whether the output of this process goes through pipes, from standard input to standard output,
 * to a program that shows it on the terminal. A program that started wev to read its output itself reads
 * it from another descriptor: its standard input is its keyboard.
 */
export function isPaged(): boolean {
  return Deno.build.os === "linux" ? endsAtTerminal() : isStartedByShell();
}

const FUNCTIONS = {
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
} as const;

function endsAtTerminal(): boolean {
  const libc = openLibc(FUNCTIONS);
  const streamOf = (process: number, descriptor: number): string => {
    const target = new Uint8Array(4096);
    const path = toCString(`/proc/${process}/fd/${descriptor}`);
    const size = Number(libc?.readlink(path, target, BigInt(target.length)) ?? 0);
    return new TextDecoder().decode(target.subarray(0, Math.max(size, 0)));
  };
  const members = neighbours();
  const visited = new Set<string>();
  const pipes = [streamOf(Deno.pid, 1), streamOf(Deno.pid, 2)];
  for (let pipe = pipes.pop(); pipe !== undefined; pipe = pipes.pop()) {
    if (!pipe.startsWith("pipe:") || visited.has(pipe)) continue;
    visited.add(pipe);
    for (const member of members) {
      if (streamOf(member, 0) !== pipe) continue;
      const output = streamOf(member, 1);
      if (/^\/dev\/(?:pts|tty|console)/.test(output)) return true;
      pipes.push(output);
    }
  }
  return false;
}

/**
 * The callers of this process in its session, and all that they have started: who started wev has started
 * the rest of the pipeline, or is it (zsh becomes the last command of a script).
 */
function neighbours(): Set<number> {
  const found = new Set<number>();
  const own = readFamily(Deno.pid);
  for (let caller = own?.parent; caller !== undefined && !found.has(caller);) {
    const family = readFamily(caller);
    if (family === undefined || family.session !== own?.session) break;
    found.add(caller);
    for (const child of readChildren(caller)) found.add(child);
    caller = family.parent;
  }
  found.delete(Deno.pid);
  return found;
}

const FAMILY = {
  getppid: { parameters: [], result: "i32" },
  getpgid: { parameters: ["i32"], result: "i32" },
  getsid: { parameters: ["i32"], result: "i32" },
} as const;

/**
 * Where no system call tells who reads a pipe: returns whether a shell with job control started wev. It has
 * made a process group of the pipeline, and none of those who started wev is in it.
 */
function isStartedByShell(): boolean {
  const libc = openLibc(FAMILY);
  if (libc === undefined) return false;
  const caller = libc.getppid();
  return libc.getsid(caller) === libc.getsid(0) && libc.getpgid(caller) !== libc.getpgid(0);
}
