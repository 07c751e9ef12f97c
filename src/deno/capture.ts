/**
 * Running a program for what it prints: one that fetches a secret, not the command.
 *
 * @module
 */

import { type Captured, type CaptureOptions, ExecutionError } from "../runtime.ts";

/** Bytes; what prints more is no program that answers a question. */
const MAX_OUTPUT = 1_048_576;

/**
 * Runs `argv` as a child and returns what it prints. A child that takes or prints too much is killed.
 *
 * @throws {ExecutionError} where the system refuses to execute it.
 */
export async function capture(
  argv: readonly string[],
  { timeout, input = "", onTerminal = false, stderr = "inherit", environment = {} }: CaptureOptions,
): Promise<Captured> {
  const isUnix = Deno.build.os !== "windows";
  const child = start(onTerminal && isUnix ? [...ON_TERMINAL, ...argv] : argv, stderr, environment);
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
 * Deno opens `/dev/tty` only with all permissions, so sh(1) does it. What it runs are words of their
 * own: no shell reads them.
 */
const ON_TERMINAL = [
  "/bin/sh",
  "-c",
  'if (: </dev/tty) 2>/dev/null; then exec "$@" </dev/tty 2>/dev/tty; else exec "$@" </dev/null; fi',
  "sh",
] as const;

function start(
  [program = "", ...args]: readonly string[],
  stderr: "inherit" | "null",
  env: Readonly<Record<string, string>>,
) {
  try {
    const streams = { stdin: "piped", stdout: "piped", stderr } as const;
    return new Deno.Command(program, { args, env, ...streams }).spawn();
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
    // It has ended by itself.
  }
}

/** Reads to the end, or until `ended`: what the program left running may hold its output open. */
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
    const read = reader.read();
    // What was printed before the end is there at once.
    const part = await Promise.race([read, end]) ?? await soon(read);
    if (part?.value === undefined) break;
    size += part.value.length;
    if (size > MAX_OUTPUT) {
      tooMuch();
      break;
    }
    parts.push(part.value);
  }
  await reader.cancel();
  return await new Blob(parts as BlobPart[]).text();
}

/** Milliseconds in which what a program printed arrives, after its end. */
const ARRIVAL = 100;

async function soon<Result>(work: Promise<Result>): Promise<Result | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ARRIVAL);
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Writes `input` as far as the program reads it. */
async function writeAll(stream: WritableStream<Uint8Array>, input: string): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // It did not want to know. What it printed counts.
  }
}
