/**
 * Runs commands on the real system.
 *
 * @module
 */

import type { Processes } from "../runtime.ts";
import { become } from "./execve.ts";

/**
 * Returns what runs commands on this system. What only a parent needs is loaded when it is needed: most
 * runs become the command.
 */
export function createProcesses(): Processes {
  return {
    ...Deno.build.os === "windows" ? {} : { become },
    async spawn(command) {
      const { spawn } = await import("./spawn.ts");
      return await spawn(command);
    },
    async endBy(signal) {
      const { endBy } = await import("./end_by.ts");
      await endBy(signal);
    },
  };
}
