/**
 * Ending as a command ended that a signal ended.
 *
 * @module
 */

import { openJobControl } from "./job_control.ts";
import { openLibc } from "./libc.ts";
import { DUMPING, numberOf } from "./signals.ts";

const FUNCTIONS = {
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

const RLIMIT_CORE = 4;

/** How long the end may take, in milliseconds: Deno's handler leaves it to another thread. */
const PATIENCE = 1000;

/**
 * Ends this process by the signal of that name, so that its caller sees what the command's parent saw:
 * a shell leaves its loop after Ctrl-C only where a command died of it. Returns where that can't be
 * done: on Windows, as process 1 of a container, and where the system would store an image of this
 * process, which holds secrets, in place of the command's.
 */
export async function endBy(signal: string): Promise<void> {
  // The kernel ends process 1 by no signal's default action, and Deno's handler then crashes it.
  if (Deno.build.os === "windows" || Deno.pid === 1) return;
  if (DUMPING.includes(signal)) {
    const none = new BigUint64Array(2);
    if (openLibc(FUNCTIONS)?.setrlimit(RLIMIT_CORE, none) !== 0) return;
  }
  const number = numberOf(signal);
  const jobControl = openJobControl();
  if (number === undefined || jobControl === undefined) endByDeno(signal as Deno.Signal);
  else jobControl.end(number);
  await new Promise((resolve) => setTimeout(resolve, PATIENCE));
}

function endByDeno(name: Deno.Signal): void {
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
}
