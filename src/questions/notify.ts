/**
 * Saying something to the person at the terminal.
 *
 * @module
 */

import type { OpenedTerminal, Runtime } from "../runtime.ts";

/**
 * Says `message` on the terminal, even where standard error goes elsewhere; on standard error if there is
 * no terminal that may be written to. Never fails.
 */
export async function sayAtTerminal(
  message: string,
  { stderr, openTerminal }: Pick<Runtime, "stderr" | "openTerminal">,
): Promise<void> {
  try {
    const terminal = stderr.isTerminal() ? undefined : await openTerminal();
    if (terminal === undefined || terminal === "in use") return stderr.write(`wev: ${message}\n`);
    terminal.write(`wev: ${message}\r\n`);
    terminal.close();
  } catch {
    // The terminal has gone.
  }
}

/** Returns whether `open` opens a terminal. */
export async function hasTerminal(open: () => Promise<OpenedTerminal>): Promise<boolean> {
  const terminal = await open();
  if (terminal === undefined || terminal === "in use") return false;
  terminal.close();
  return true;
}
