/**
 * The real runtime.
 *
 * @module
 */

import type { Output, Runtime, System } from "../runtime.ts";
import { denoFiles } from "./files.ts";
import { createProcesses } from "./processes.ts";

/** Returns the runtime of this process. */
export function createRuntime(): Runtime {
  return {
    system: systemOf(Deno.build.os),
    environment: { get: (name) => Deno.env.get(name) },
    process: Deno.pid,
    workingDirectory: Deno.cwd(),
    clock: { now: () => new Date() },
    files: denoFiles,
    stdout: outputTo(Deno.stdout),
    stderr: outputTo(Deno.stderr),
    processes: createProcesses(),
    async openTerminal() {
      // Loaded only where somebody is asked.
      return (await import("./terminal.ts")).openTerminal();
    },
  };
}

function systemOf(os: typeof Deno.build.os): System {
  return os === "linux" || os === "darwin" || os === "windows" ? os : "other";
}

function outputTo(stream: typeof Deno.stdout | typeof Deno.stderr): Output {
  return {
    isTerminal: () => stream.isTerminal(),
    write(text) {
      const bytes = new TextEncoder().encode(text);
      try {
        for (let written = 0; written < bytes.length;) {
          written += stream.writeSync(bytes.subarray(written));
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
  };
}
