/**
 * Messages to the user at the terminal.
 *
 * @module
 */

import type { Runtime, Terminal } from "../runtime.ts";

/** Writes `message` to the terminal, even if standard error is redirected. Never fails. */
export async function sayAtTerminal(
  message: string,
  { stderr, openTerminal }: Pick<Runtime, "stderr" | "openTerminal">,
): Promise<void> {
  try {
    const terminal = stderr.isTerminal() ? undefined : await openTerminal();
    if (terminal === undefined) return stderr.write(`wev: ${message}\n`);
    terminal.write(`wev: ${message}\r\n`);
    terminal.close();
  } catch {
    // The terminal is gone.
  }
}

/** Returns whether `open` can open a terminal. */
export async function hasTerminal(open: () => Promise<Terminal | undefined>): Promise<boolean> {
  const terminal = await open();
  terminal?.close();
  return terminal !== undefined;
}
