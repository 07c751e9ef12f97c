/**
 * Running a command as a child with the streams and the environment of this process, if the process
 * can't become the command.
 *
 * Differences: the parent of the command is wev, and `argv[0]` is its path rather than its bare name;
 * arguments that are not UTF-8 are rejected, or arrive with U+FFFD if there is no libc to read them with;
 * signals that the caller blocked are not blocked; a variable that is in the environment twice arrives
 * once, and an entry without "=" does not arrive. SIGKILL and SIGSTOP can't be caught, so they reach wev
 * alone.
 *
 * @module
 */

import { type Command, type CommandStatus, ExecutionError } from "../runtime.ts";
import {
  changeEnvironment,
  protectSecrets,
  restoreCoreLimit,
  restoreOpenFileLimit,
} from "./become.ts";
import { restoreBytes } from "./process_arguments.ts";
import { SignalRelay } from "./signal_relay.ts";

/**
 * Runs `command` and waits for it.
 *
 * @throws {ExecutionError} if the system fails to execute it, or an argument is not UTF-8.
 */
export async function spawn({ path, argv, environment }: Command): Promise<CommandStatus> {
  rejectOddBytes(argv);
  // In the environment of this process, so that all other variables keep their bytes.
  changeEnvironment(environment);
  keepFirstOfTwo();
  restoreOpenFileLimit();
  using relay = new SignalRelay();
  restoreCoreLimit();
  const child = start(path, argv.slice(1));
  protectSecrets();
  relay.attach(child);
  return await statusOf(child);
}

/** Deno replaces bytes that are not UTF-8 by U+FFFD, so the command would get another name. */
function rejectOddBytes(argv: readonly string[]): void {
  const index = restoreBytes(argv).findIndex((bytes) => !isUtf8(bytes));
  if (index < 0) return;
  throw new ExecutionError("EILSEQ", `argument ${index} is not UTF-8`);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Removes duplicate variables and keeps the first, which getenv(3) finds. Deno passes the last to a child.
 */
function keepFirstOfTwo(): void {
  if (Deno.build.os === "windows") return;
  for (const [name, last] of Object.entries(Deno.env.toObject())) {
    const first = firstOf(name);
    if (first === undefined || first === last) continue;
    Deno.env.delete(name);
    Deno.env.set(name, first);
  }
}

function firstOf(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    // It is not UTF-8, and can't be set.
    return undefined;
  }
}

async function statusOf(child: Deno.ChildProcess): Promise<CommandStatus> {
  try {
    const { code, signal } = await child.status;
    return signal === null ? { code } : { code, signal };
  } catch (error) {
    // Deno has no names for real-time signals, and throws if one of them ended the child.
    const number = error instanceof TypeError
      ? /^Invalid signal: (\d+)$/.exec(error.message)
      : null;
    if (number === null) throw error;
    return { code: 128 + Number(number[1]) };
  }
}

function start(path: string, args: string[]): Deno.ChildProcess {
  try {
    const inherit = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;
    return new Deno.Command(path, { args, ...inherit }).spawn();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ExecutionError(codeOf(error), error.message);
  }
}

function codeOf(error: Error & { code?: unknown }): string {
  if (typeof error.code === "string") return error.code;
  // In Deno 2.7 this error has no code, only a message.
  return error.message.includes("(os error 8)") ? "ENOEXEC" : "unknown";
}
