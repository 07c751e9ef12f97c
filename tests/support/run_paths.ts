/**
 * The ways in which wev runs a command, each as the start of a command line.
 *
 * @module
 */

import { type Sandbox, wevCommand } from "./program.ts";

/** A way to run a command. */
export interface RunPath {
  /** Its name in the name of a test. */
  readonly name: string;
  /** The words before the command and its arguments. */
  readonly prefix: readonly string[];
}

/** wev becomes the command. */
export const BECOME: RunPath = { name: "become", prefix: wevCommand() };

/** wev is told to spawn it; libc is there to help. */
export const SPAWN: RunPath = { name: "spawn", prefix: ["env", "WEV_SPAWN=1", ...BECOME.prefix] };

/** wev has to spawn it, since it may not open libc. An executable may always. */
export const SPAWN_WITHOUT_LIBC: RunPath = {
  name: "spawn without libc",
  prefix: wevCommand([
    "--allow-env",
    "--allow-read",
    "--allow-write",
    "--allow-run",
    "--allow-sys=uid",
  ]),
};

/** All of them. */
export const RUN_PATHS: readonly RunPath[] = Deno.env.has("WEV_BIN")
  ? [BECOME, SPAWN]
  : [BECOME, SPAWN, SPAWN_WITHOUT_LIBC];

/** How a process ended and what it printed. */
export interface Result {
  /** Exit code. */
  readonly code: number;
  /** The signal that ended it. */
  readonly signal: string | null;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** Runs a command line to its end in the project, without input; `env` adds to the environment. */
export async function execute(
  sandbox: Sandbox,
  [file = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const command = new Deno.Command(file, {
    args,
    cwd: sandbox.project,
    clearEnv: true,
    env: sandbox.environment(env),
    stdin: "null",
  });
  const { code, signal, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, signal, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
