/**
 * Running a program that asks the user: in a session of its own, without the terminal, until it answers
 * or is not needed any more.
 *
 * @module
 */

import {
  type Dialog,
  type DialogOptions,
  EndedError,
  ExecutionError,
  SuspendedError,
} from "../runtime.ts";
import { readPart } from "./capture.ts";
import { CaughtSignals, type SignalListener } from "./caught_signals.ts";
import { endBy } from "./end_by_signal.ts";
import { openJobControl } from "./job_control.ts";
import { ENDING, JOB_CONTROL, type SignalInfo } from "./signals.ts";

/**
 * Starts `argv` as a child in a session of its own.
 *
 * @throws {ExecutionError} if the system fails to execute it.
 */
export function startDialog(argv: readonly string[], options: DialogOptions): Dialog {
  const dialog = new ChildDialog(start(argv, options));
  if (options.drawsOnTerminal === true) dialog.catchSignals();
  return dialog;
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

/**
 * Runs the program with the lines as its standard input. The shells survive SIGTERM, and all end when the
 * program has ended: until then it may be using the terminal.
 */
const SPOKEN_TO = `trap : TERM
{ ${WATCH}
} 2>/dev/null | { trap : TERM; "$@"; kill -s KILL 0; }`;

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
  #caught: CaughtSignals | undefined;
  #interruption: Promise<never> | undefined;

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

  /** Ends the program before a signal ends or stops this process, so that it restores the terminal. */
  catchSignals(): void {
    const jobControl = openJobControl();
    if (jobControl === undefined) return;
    const { stop } = JOB_CONTROL;
    const listeners: SignalListener[] = [
      ...ENDING.map((signal): SignalListener => [signal, () => this.#interrupt(signal)]),
      [stop, () => this.#interrupt(stop)],
    ];
    this.#caught = new CaughtSignals(
      listeners.filter(([{ number }]) => !jobControl.isIgnored(number)),
    );
  }

  #interrupt(signal: SignalInfo): void {
    this.#interruption ??= this.#endFor(signal);
    // It is thrown to the reader.
    this.#interruption.catch(() => {});
  }

  async #endFor({ name, number }: SignalInfo): Promise<never> {
    await this.end();
    if (number === JOB_CONTROL.stop.number) throw new SuspendedError("process");
    await endBy(name);
    throw new EndedError(number);
  }

  async readLine(): Promise<string | undefined> {
    const line = await this.#readLine();
    // The program ended because of the signal.
    return this.#interruption === undefined ? line : await this.#interruption;
  }

  async #readLine(): Promise<string | undefined> {
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
    this.#caught?.[Symbol.dispose]();
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
