/**
 * The ways in which wev runs a command, each as the start of a command line: `run_driver.ts`, under
 * wev's own permissions or without those for libc.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import "./default_signals.ts";

/** A way to run a command. */
export interface RunPath {
  /** What it is called in the name of a test. */
  readonly name: string;
  /** What stands before the command and its arguments. */
  readonly prefix: readonly string[];
}

const driver = fileURLToPath(new URL("run_driver.ts", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
const deno = [Deno.execPath(), "run", "--quiet", "--no-prompt", `--config=${config}`];

/** wev becomes the command. */
export const BECOME: RunPath = { name: "become", prefix: [...deno, "-P", driver] };

/** wev is told to spawn it; libc is there to help. */
export const SPAWN: RunPath = { name: "spawn", prefix: ["env", "WEV_SPAWN=1", ...BECOME.prefix] };

/** wev has to spawn it, since libc may not be opened. */
export const SPAWN_WITHOUT_LIBC: RunPath = {
  name: "spawn without libc",
  prefix: [...deno, "--allow-env", "--allow-read", "--allow-write", "--allow-run", driver],
};

/** All of them. */
export const RUN_PATHS: readonly RunPath[] = [BECOME, SPAWN, SPAWN_WITHOUT_LIBC];

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

/** Runs a command line to its end, without a terminal. */
export async function execute(
  [file = "", ...args]: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Result> {
  const command = new Deno.Command(file, { args, stdin: "null", ...options });
  const { code, signal, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, signal, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Returns a command line as text that a shell reads back as it is. */
export function quote(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}
