/**
 * Messages to the user at the terminal.
 *
 * @module
 */

import type { OpenedTerminal, Runtime } from "../runtime.ts";

/**
 * Writes `message` to the terminal, even if standard error is redirected; to standard error if there is
 * no terminal, or another program uses it. Never fails.
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
    // The terminal is gone.
  }
}

/** Returns whether `open` can open a terminal that no other program uses. */
export async function hasTerminal(open: () => Promise<OpenedTerminal>): Promise<boolean> {
  const terminal = await open();
  if (terminal === undefined || terminal === "in use") return false;
  terminal.close();
  return true;
}
