/**
 * A process that a test talks with, by itself or in a pseudo-terminal.
 *
 * @module
 */

import { quote } from "./run_paths.ts";

/** How long a test waits for a text before it fails. */
const PATIENCE = 15_000;

/** Starts `words` in a pseudo-terminal of its own, by script(1) of util-linux. */
export function openTerminal(words: readonly string[]): Conversation {
  return new Conversation([
    "script",
    "--quiet",
    "--return",
    "--command",
    // Not every shell that "script" may take gives its place to the command by itself.
    `exec ${quote(words)}`,
    "/dev/null",
  ]);
}

/** A running process, what it printed and what is typed to it. */
export class Conversation implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;
  readonly #stopReading = new AbortController();
  #printed = "";
  #seen = 0;
  #wake = () => {};

  /** Starts `words`, with its standard error going where its standard output goes. */
  constructor(words: readonly string[]) {
    const args = ["-c", 'exec "$@" 2>&1', "sh", ...words];
    const streams = { stdin: "piped", stdout: "piped" } as const;
    this.#child = new Deno.Command("sh", { args, ...streams }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Its process ID. */
  get pid(): number {
    return this.#child.pid;
  }

  /** All it has printed. */
  get printed(): string {
    return this.#printed;
  }

  /** Types `text`: "\x03" is Ctrl-C where it is a terminal. */
  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Waits until it prints what `pattern` finds in what was not waited for yet. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const match = pattern.exec(this.#printed.slice(this.#seen));
      if (match !== null) {
        this.#seen += match.index + match[0].length;
        return match;
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`No ${pattern} in:\n${this.#printed}`);
      await this.#moreOr(left);
    }
  }

  /** Signals it. */
  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** Waits for its end. */
  async end(): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    await this.#reading;
    return status;
  }

  /** Ends it, whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#input.close().catch(() => {});
    // What it left running may hold its output open.
    this.#stopReading.abort();
    await this.end();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    const { signal } = this.#stopReading;
    const output = new WritableStream<Uint8Array>({
      write: (bytes) => {
        this.#printed += decoder.decode(bytes, { stream: true });
        this.#wake();
      },
    });
    await this.#child.stdout.pipeTo(output, { signal }).catch((error) => {
      if (!signal.aborted) throw error;
    });
  }

  /** Waits for more to be printed, for `milliseconds` at most. */
  async #moreOr(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, milliseconds);
    await promise;
    clearTimeout(timer);
  }
}
