/**
 * Running a program that asks a person: in a session of its own, without the terminal, until it answers
 * or is not needed any more.
 *
 * @module
 */

import { type Dialog, type DialogOptions, ExecutionError } from "../runtime.ts";
import { readPart } from "./capture.ts";

/**
 * Starts `argv` as a child in a session of its own.
 *
 * @throws {ExecutionError} if the system fails to execute it.
 */
export function startDialog(argv: readonly string[], options: DialogOptions): Dialog {
  return new ChildDialog(start(argv, options));
}

/**
 * Copies lines, and ends the process group if the program still runs at their end: wev closes its end of
 * the pipe, and the system closes it however wev ends. Only commands of the shell itself are looked up.
 */
const WATCH = `trap '' HUP INT QUIT TERM
while IFS= read -r line; do printf '%s\\n' "$line"; done
if kill -0 $$; then kill -s TERM 0; /bin/sleep 1; kill -s KILL 0; fi`;

/** Becomes the program, with an empty standard input. */
const SILENT = `exec 3<&0
{ ${WATCH}
} <&3 3<&- >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-`;

/** Runs the program with the lines as its standard input. Nothing remains of the group after it. */
const SPOKEN_TO = `{ ${WATCH}
} 2>/dev/null | { "$@"; kill -s KILL 0; }`;

function start(
  argv: readonly string[],
  { speaks = false, environment = {} }: DialogOptions,
): Deno.ChildProcess {
  const isUnix = Deno.build.os !== "windows";
  const script = speaks ? SPOKEN_TO : SILENT;
  const [program = "", ...args] = isUnix ? ["/bin/sh", "-c", script, "sh", ...argv] : argv;
  try {
    return new Deno.Command(program, {
      args,
      env: { ...environment },
      // Windows has no sessions.
      detached: isUnix,
      stdin: "piped",
      stdout: "piped",
      // What speaks a protocol says in it what fails.
      stderr: speaks ? "null" : "inherit",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code } = error as { code?: unknown };
    throw new ExecutionError(typeof code === "string" ? code : "unknown", error.message);
  }
}

/** Bytes of output that may come without the end of a line; an answer is much shorter. */
const MAX_LINE = 65_536;

class ChildDialog implements Dialog {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;
  readonly #code: Promise<number>;
  readonly #ended: Promise<undefined>;
  readonly #decoder = new TextDecoder();
  #text = "";
  #isAtEnd = false;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#output = child.stdout.getReader();
    // Deno has no names for some signals, and throws if one of them ended the child.
    this.#code = child.status.then(({ code }) => code, () => 255);
    this.#ended = this.#code.then(() => undefined);
    // A program that has ended reads nothing.
    this.#input.closed.catch(() => {});
  }

  async send(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  }

  async readLine(): Promise<string | undefined> {
    while (!this.#isAtEnd && !this.#text.includes("\n") && this.#text.length < MAX_LINE) {
      const part = await readPart(this.#output, this.#ended);
      this.#isAtEnd = part === undefined;
      this.#text += this.#decoder.decode(part, { stream: part !== undefined });
    }
    if (this.#text === "") return undefined;
    const [line = "", ...rest] = this.#text.split("\n");
    this.#text = rest.join("\n");
    return line;
  }

  exitCode(): Promise<number> {
    return this.#code;
  }

  async end(): Promise<void> {
    if (Deno.build.os === "windows") this.#kill();
    await this.#input.close().catch(() => {});
    await this.#code;
    this.#isAtEnd = true;
    await this.#output.cancel();
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }
}
