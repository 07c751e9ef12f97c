/**
 * Runs commands on the real system.
 *
 * @module
 */

import type { Processes } from "../runtime.ts";
import { become } from "./execve.ts";

/** Returns what runs commands on this system. */
export function createProcesses(): Processes {
  return {
    ...Deno.build.os === "windows" ? {} : { become },
    async spawn(command) {
      // Loaded here only: most runs never come this far.
      const { spawn } = await import("./spawn.ts");
      return await spawn(command);
    },
  };
}
