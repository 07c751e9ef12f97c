/**
 * Running a command as a child that has everything this process has.
 *
 * @module
 */

import { type Command, type CommandStatus, ExecutionError } from "../runtime.ts";

/**
 * Runs `command` and waits for it.
 *
 * @throws {ExecutionError} where the system refuses to execute it.
 */
export async function spawn({ path, argv, environment }: Command): Promise<CommandStatus> {
  for (const name of environment.unset) Deno.env.delete(name);
  for (const [name, value] of environment.set) Deno.env.set(name, value);
  const child = start(path, argv.slice(1));
  const { code, signal } = await child.status;
  return signal === null ? { code } : { code, signal };
}

function start(path: string, args: string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(path, { args, stdin: "inherit", stdout: "inherit", stderr: "inherit" })
      .spawn();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ExecutionError(codeOf(error), error.message);
  }
}

function codeOf(error: Error & { code?: unknown }): string {
  if (typeof error.code === "string") return error.code;
  // Deno 2.7 names ENOEXEC in the text only.
  return error.message.includes("(os error 8)") ? "ENOEXEC" : error.message;
}
