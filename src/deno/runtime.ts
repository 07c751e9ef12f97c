/**
 * The real runtime.
 *
 * @module
 */

import type { Output, Processes, Runtime, System } from "../runtime.ts";
import { become, protectSecrets } from "./become.ts";
import { denoFiles } from "./files.ts";

/** Not a literal in the `import()` below, or Deno would read it all at the start of every run. */
const COLD = ["./cold.ts"].join();

/** Loads what a run with everything cached does not need. */
function loadCold(): Promise<typeof import("./cold.ts")> {
  return import(COLD);
}

/** Runs commands on the real system. */
export const denoProcesses: Processes = {
  ...Deno.build.os === "windows"
    ? {}
    : { become: async (command) => (await loadCold()).becomeOrExplain(command) },
  spawn: async (command) => await (await loadCold()).spawn(command),
  capture: async (argv, options) => await (await loadCold()).capture(argv, options),
  isStopped: async (process) => (await loadCold()).readIsStopped(process),
  endBy: async (signal) => await (await loadCold()).endBy(signal),
};

/** Returns the runtime of this process. */
export function createRuntime(): Runtime {
  return {
    system: systemOf(Deno.build.os),
    environment: { get: readVariable },
    // What few runs want is asked for when it is wanted.
    get platform() {
      return { target: Deno.build.target, engine: `Deno ${Deno.version.deno}` };
    },
    get process() {
      return Deno.pid;
    },
    get startedAt() {
      return new Date(performance.timeOrigin);
    },
    user: Deno.uid() ?? undefined,
    workingDirectory: Deno.cwd(),
    clock: { now: () => new Date() },
    files: { ...denoFiles, lock: async (path) => await (await loadCold()).lockFile(path) },
    stdout: outputTo(() => Deno.stdout),
    stderr: outputTo(() => Deno.stderr),
    become: Deno.build.os === "windows" ? () => {} : become,
    processes: denoProcesses,
    openTerminal: async () => (await loadCold()).openTerminal(),
    suspend: async (how) => (await loadCold()).suspend(how),
    protectSecrets,
    hideArguments: async (positions) => (await loadCold()).hideArguments(positions),
    createFetch: (options) => async (request) =>
      await (await loadCold()).createFetch(options)(request),
  };
}

/** Returns a variable; one that is not UTF-8 is none to wev, and reaches the command as it is. */
function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return undefined;
    throw error;
  }
}

function systemOf(os: typeof Deno.build.os): System {
  return os === "linux" || os === "darwin" || os === "windows" ? os : "other";
}

function outputTo(stream: () => typeof Deno.stdout | typeof Deno.stderr): Output {
  return {
    isTerminal: () => stream().isTerminal(),
    write(text) {
      const bytes = new TextEncoder().encode(text);
      try {
        for (let written = 0; written < bytes.length;) {
          written += stream().writeSync(bytes.subarray(written));
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
  };
}
