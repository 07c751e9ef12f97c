/**
 * Ending as a command ended that a signal ended.
 *
 * @module
 */

import { openLibc } from "./libc.ts";
import { DUMPING } from "./signals.ts";

const FUNCTIONS = {
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

const RLIMIT_CORE = 4;

/** How long the end may take, in milliseconds: Deno's handler leaves it to another thread. */
const PATIENCE = 1000;

/**
 * Ends this process by the signal of that name, so that its caller sees what the command's parent saw:
 * a shell leaves its loop after Ctrl-C only where a command died of it. Returns where that can't be
 * done: on Windows, and where the system would store an image of this process, which holds secrets, in
 * place of the command's.
 */
export async function endBy(signal: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  if (DUMPING.includes(signal)) {
    const none = new BigUint64Array(2);
    if (openLibc(FUNCTIONS)?.setrlimit(RLIMIT_CORE, none) !== 0) return;
  }
  const name = signal as Deno.Signal;
  try {
    // The runtime ignores some and handles others. Listening, and then not any more, has Deno do what
    // the signal does by default.
    const listener = () => {};
    Deno.addSignalListener(name, listener);
    Deno.removeSignalListener(name, listener);
  } catch (error) {
    // Those that nobody may listen for have their default, or Rust's handler, which gives way at once.
    if (!(error instanceof TypeError)) throw error;
  }
  // Rust's handler of SIGSEGV and SIGBUS puts the default back and expects the fault to repeat.
  Deno.kill(Deno.pid, name);
  Deno.kill(Deno.pid, name);
  await new Promise((resolve) => setTimeout(resolve, PATIENCE));
}
