/**
 * Ending this process by the signal that ended the command.
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

/** The time that the end may take, in milliseconds: Deno's handler leaves it to another thread. */
const PATIENCE = 1000;

/**
 * Ends this process by the signal of that name, so that its caller sees the status of the command: a
 * shell leaves its loop after Ctrl-C only if the signal ended the command. Returns if that is impossible:
 * on Windows, as process 1 of a container, and if the system would dump the core of this process, which
 * holds secrets.
 */
export async function endBy(signal: string): Promise<void> {
  // The kernel does not end process 1 by a default action, and Deno's handler then crashes it.
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
    // The runtime ignores some signals and handles others. After adding and removing a listener, Deno
    // performs the default action.
    const listener = () => {};
    Deno.addSignalListener(name, listener);
    Deno.removeSignalListener(name, listener);
  } catch (error) {
    // Signals without listeners have their default action, or Rust's handler, which resets itself.
    if (!(error instanceof TypeError)) throw error;
  }
  // Rust's handler of SIGSEGV and SIGBUS restores the default action and expects the fault again.
  Deno.kill(Deno.pid, name);
  Deno.kill(Deno.pid, name);
}
