/**
 * Running a program for its output: one that fetches a secret, not the command.
 *
 * @module
 */

import { type Captured, type CaptureOptions, ExecutionError } from "../runtime.ts";
import { lendTerminal } from "./terminal.ts";

/** The maximum size of the output, in bytes. */
const MAX_OUTPUT = 1_048_576;

/**
 * Runs `argv` as a child and returns its output. A child that runs too long or prints too much is killed.
 *
 * @throws {ExecutionError} if the system fails to execute it.
 */
export async function capture(
  argv: readonly string[],
  { timeout, input = "", onTerminal = false, stderr = "inherit", environment = {} }: CaptureOptions,
): Promise<Captured> {
  const wantsTerminal = onTerminal && Deno.build.os !== "windows";
  using terminal = wantsTerminal ? lendTerminal() : undefined;
  const words = terminal === undefined ? argv : [...ON_TERMINAL, ...argv];
  // Without the session, no program opens the terminal that another one uses.
  const detached = wantsTerminal && terminal === undefined;
  const child = start(words, { stderr, env: environment, detached });
  let stopped: Captured["stopped"];
  const stop = (why: Captured["stopped"]) => {
    stopped ??= why;
    kill(child);
  };
  const timer = setTimeout(() => stop("time"), timeout);
  try {
    const [stdout] = await Promise.all([
      readAll(child.stdout, child.status, () => stop("output")),
      writeAll(child.stdin, input),
    ]);
    const { code } = await child.status;
    return { stdout, code, ...(stopped === undefined ? {} : { stopped }) };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Deno opens `/dev/tty` only with all permissions, so sh(1) does it. The program and its arguments are
 * passed as they are, not parsed by the shell.
 */
const ON_TERMINAL = [
  "/bin/sh",
  "-c",
  'if (: </dev/tty) 2>/dev/null; then exec "$@" </dev/tty 2>/dev/tty; else exec "$@" </dev/null; fi',
  "sh",
] as const;

function start(
  [program = "", ...args]: readonly string[],
  options: Pick<Deno.CommandOptions, "stderr" | "env" | "detached">,
) {
  try {
    return new Deno.Command(program, { args, stdin: "piped", stdout: "piped", ...options }).spawn();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code } = error as { code?: unknown };
    throw new ExecutionError(typeof code === "string" ? code : "unknown", error.message);
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has already ended.
  }
}

/** Reads to the end, or until `ended`: a process left in the background may keep the output open. */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  ended: Promise<unknown>,
  tooMuch: () => void,
): Promise<string> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  const end = ended.then(() => undefined);
  while (true) {
    const part = await readPart(reader, end);
    if (part === undefined) break;
    size += part.length;
    if (size > MAX_OUTPUT) {
      tooMuch();
      break;
    }
    parts.push(part);
  }
  await reader.cancel();
  return await new Blob(parts as BlobPart[]).text();
}

/** Returns the next part of the output of a program; `undefined` at the end, or if the program has `ended`. */
export async function readPart(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  ended: Promise<undefined>,
): Promise<Uint8Array | undefined> {
  const read = reader.read();
  // Output from before the end is available at once.
  return (await Promise.race([read, ended]) ?? await soon(read))?.value;
}

/** The time in which output arrives after the end of the program, in milliseconds. */
const ARRIVAL = 100;

async function soon<Result>(work: Promise<Result>): Promise<Result | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ARRIVAL);
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Writes `input`, which the program may read or not. */
async function writeAll(stream: WritableStream<Uint8Array>, input: string): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // The program did not read it. Only its output matters.
  }
}
