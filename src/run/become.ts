/**
 * The way of nearly every run: wev becomes the command, and there is no wev any more.
 *
 * @module
 */

import { type Command, ExecutionError, type Runtime } from "../runtime.ts";

/**
 * Turns this process into `command`. Returns where that can't be done, with whatever is the reason: then
 * the command is run as a child, or fails with an explanation. `WEV_SPAWN=1` makes it return at once.
 */
export function become(command: Command, { environment, processes }: Runtime): void {
  if (command.path === "" || environment.get("WEV_SPAWN") === "1") return;
  try {
    processes.become?.(command);
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
  }
}
