/**
 * A program that a test talks with, as a person would: on a pseudo-terminal of its own, which script(1)
 * makes, or without one.
 *
 * @module
 */

/** How a program is started. */
export interface PtyOptions {
  /** The working directory. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** How long a terminal may show nothing new of what is waited for. */
const PATIENCE_MS = 30_000;

/** How long a program may take to end; then it is killed, and its exit status is none of wev's. */
const END_PATIENCE_MS = 60_000;

/** A program that is talked with. */
export class Pty implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #stopReading = new AbortController();
  #shown = "";
  #seen = 0;
  #changed = Promise.withResolvers<void>();
  #ended = false;

  private constructor(program: string, args: readonly string[], { cwd, env }: PtyOptions) {
    this.#child = new Deno.Command(program, {
      args: [...args],
      cwd,
      env: { ...env },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keyboard = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Starts `argv` on a terminal of its own. */
  static start(argv: readonly string[], { cwd, env }: PtyOptions): Pty {
    const variables = { SHELL: "/bin/sh", TERM: "xterm", ...env };
    return new Pty("script", scriptArguments(argv), { cwd, env: variables });
  }

  /**
   * Starts `argv` without a terminal, in a session of its own: {@linkcode pid} and {@linkcode kill} are
   * about it, and not about a script(1) around it.
   */
  static startWithoutTerminal(argv: readonly string[], options: PtyOptions): Pty {
    return new Pty("setsid", argv, options);
  }

  /** The process ID. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Signals the program. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** All that the program has shown so far. */
  get shown(): string {
    return this.#shown;
  }

  /**
   * Waits until the program shows `text` after what was waited for before, and returns what it showed
   * up to there.
   */
  async waitFor(text: string): Promise<string> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    while (true) {
      const at = this.#shown.indexOf(text, this.#seen);
      if (at >= 0) {
        const before = this.#shown.slice(this.#seen, at);
        this.#seen = at + text.length;
        return before;
      }
      if (this.#ended || deadline.aborted) {
        throw new Error(`The terminal does not show ${JSON.stringify(text)}: ${this.#shown}`);
      }
      await Promise.race([this.#changed.promise, aborted(deadline)]);
    }
  }

  /** Types `keys`. */
  async type(keys: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(keys));
  }

  /** Waits for the program's end and returns its exit status. */
  async end(): Promise<number> {
    return (await this.status()).code;
  }

  /** Waits for the program's end and returns its exit status and the signal that ended it. */
  async status(): Promise<Deno.CommandStatus> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), END_PATIENCE_MS);
    const status = await this.#child.status;
    clearTimeout(timer);
    await this.#reading;
    await this.#keyboard.close().catch(() => {});
    return status;
  }

  /** Ends the program if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) {
      try {
        this.#child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    // A program that it left running may hold its output open.
    this.#stopReading.abort();
    await this.end();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    const { signal } = this.#stopReading;
    const output = new WritableStream<Uint8Array>({
      write: (bytes) => {
        this.#shown += decoder.decode(bytes, { stream: true });
        this.#wake();
      },
    });
    await this.#child.stdout.pipeTo(output, { signal }).catch((error) => {
      if (!signal.aborted) throw error;
    });
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

/** The log goes nowhere. util-linux's script must be told to exit as the program does, BSD's does. */
function scriptArguments(argv: readonly string[]): string[] {
  return Deno.build.os === "linux"
    ? ["-q", "-e", "-f", "-c", `exec ${argv.map(quote).join(" ")}`, "/dev/null"]
    : ["-q", "-F", "/dev/null", ...argv];
}

/** Returns `word` as sh(1) reads it as one word. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
