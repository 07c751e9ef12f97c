/**
 * The controlling terminal, or the standard streams if they are a terminal. Deno opens `/dev/tty` only
 * with all permissions, so libc does it.
 *
 * @module
 */

import type { OwnTerminal, Terminal, TerminalMode } from "../runtime.ts";
import { openJobControl } from "./job_control.ts";
import { type Libc, openLibc, toCString } from "./libc.ts";
import { readTerminalPath } from "./proc.ts";
import { TerminalGuard } from "./terminal_guard.ts";
import { TerminalWatch } from "./terminal_watch.ts";

/** Opens the terminal of the user; returns `undefined` if there is none. */
export function openTerminal(): Terminal | undefined {
  if (Deno.build.os === "windows") return openConsole() ?? openStandardStreams(64);
  const libc = openLibc(FUNCTIONS);
  return libc === undefined ? openStandardStreams(1) : openWithLibc(libc);
}

/**
 * Waits, stopped if necessary, until the group of this process is in the foreground of the terminal.
 * Returns whether it is: the system does not stop an orphaned group, since nobody could continue it.
 */
export function waitForForeground(): boolean {
  const libc = openLibc(FUNCTIONS);
  const descriptor = libc?.open(toCString("/dev/tty"), OPEN_FLAGS) ?? -1;
  if (libc === undefined || descriptor < 0) return false;
  // In the background, this only stops the group (POSIX, "General Terminal Interface").
  libc.tcdrain(descriptor);
  const isForeground = libc.tcgetpgrp(descriptor) === libc.getpgrp();
  libc.close(descriptor);
  return isForeground;
}

/** Returns what other programs need to know of the controlling terminal. */
export function ownTerminal(): OwnTerminal {
  return {
    path: readTerminalPath(),
    isForeground: openJobControl()?.isForeground() ?? false,
  };
}

const FUNCTIONS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  // On another thread, since it waits for a key.
  select: {
    parameters: ["i32", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcdrain: { parameters: ["i32"], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
  getpgrp: { parameters: [], result: "i32" },
  cfmakeraw: { parameters: ["buffer"], result: "void" },
} as const;

const DARWIN = Deno.build.os === "darwin";
/** For reading and writing, not inherited by programs, never made the controlling terminal. */
const OPEN_FLAGS = DARWIN ? 0x1020002 : 0o2000402;
/** Immediately; keeps what has been typed. */
const TCSANOW = 0;
/** More than any system's `struct termios`: 60 bytes on Linux, 72 on macOS. */
const TERMIOS_BYTES = 256;
/** The offsets of `c_iflag`, `c_oflag`, `c_cflag`, `c_lflag` and VMIN in a `struct termios`. */
const TERMIOS = DARWIN
  ? { input: 0, output: 8, control: 16, local: 24, minimum: 48 }
  : { input: 0, output: 4, control: 8, local: 12, minimum: 23 };
const ECHO = 8;
/** OPOST and ONLCR: a newline also returns to the first column. */
const NEWLINE_RETURNS = DARWIN ? 0b011 : 0b101;
/** The number of bits of an `fd_set`. */
const MAX_DESCRIPTOR = 1024;
/** The time to wait for a key before other events are checked, in microseconds. */
const LOOK_US = 100_000n;

/** The descriptors for reading keys and for writing. */
interface Descriptors {
  readonly input: number;
  readonly output: number;
  close(): void;
}

function openWithLibc(libc: Libc<typeof FUNCTIONS>): Terminal | undefined {
  const descriptors = controllingTerminal(libc) ?? standardDescriptors();
  if (descriptors === undefined) return undefined;
  const original = new Uint8Array(TERMIOS_BYTES);
  if (
    descriptors.input >= MAX_DESCRIPTOR || libc.tcgetattr(descriptors.input, original) !== 0
  ) {
    descriptors.close();
    return undefined;
  }
  return new LibcTerminal(libc, descriptors, original);
}

function controllingTerminal(libc: Libc<typeof FUNCTIONS>): Descriptors | undefined {
  const descriptor = libc.open(toCString("/dev/tty"), OPEN_FLAGS);
  if (descriptor < 0) return undefined;
  return { input: descriptor, output: descriptor, close: () => void libc.close(descriptor) };
}

/** A terminal that is not the controlling one: `su USER -c`, `setsid`. */
function standardDescriptors(): Descriptors | undefined {
  const output = [2, 1].find((descriptor) =>
    (descriptor === 2 ? Deno.stderr : Deno.stdout).isTerminal()
  );
  if (!Deno.stdin.isTerminal() || output === undefined) return undefined;
  return { input: 0, output, close() {} };
}

class LibcTerminal implements Terminal {
  readonly #libc: Libc<typeof FUNCTIONS>;
  readonly #descriptors: Descriptors;
  readonly #original: Uint8Array<ArrayBuffer>;
  readonly #guard: TerminalGuard;
  #watch: TerminalWatch | undefined;
  #mode: TerminalMode = "original";

  constructor(
    libc: Libc<typeof FUNCTIONS>,
    descriptors: Descriptors,
    original: Uint8Array<ArrayBuffer>,
  ) {
    this.#libc = libc;
    this.#descriptors = descriptors;
    this.#original = original;
    this.#guard = new TerminalGuard({
      isForeground: () => this.#isForeground(),
      restore: () => this.#apply("original"),
      again: () => this.#apply(this.#mode),
    });
  }

  write(text: string): void {
    const bytes = new TextEncoder().encode(this.#withNewlines(text));
    for (let written = 0; written < bytes.length;) {
      const rest = bytes.slice(written);
      const { output } = this.#descriptors;
      const count = Number(this.#libc.write(output, rest, BigInt(rest.length)));
      if (count <= 0) return; // The terminal has hung up.
      written += count;
    }
  }

  setMode(mode: TerminalMode): void {
    if (mode === "raw") {
      this.#guard.check();
      this.#watchOthers();
    }
    if (mode === this.#mode) return;
    // The user may have changed it while a question was suspended.
    if (this.#mode === "original") this.#libc.tcgetattr(this.#descriptors.input, this.#original);
    this.#mode = mode;
    if (mode !== "original") this.#guard.start(mode === "raw");
    this.#apply(mode);
    if (mode === "original") this.#guard.stop();
  }

  get noticesOthers(): boolean {
    return this.#watch !== undefined;
  }

  columns(): number | undefined {
    return columnsOfStreams();
  }

  async read(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    // One byte at a time: text typed after the answer belongs to the command.
    const key = new Uint8Array(1);
    for (let nothing = 0; nothing < 3;) {
      signal?.throwIfAborted();
      this.#guard.check();
      const hasInput = await this.#hasInput();
      if (this.#watch?.look(hasInput)) return new Uint8Array();
      if (!hasInput) continue;
      this.#guard.check();
      const count = Number(this.#libc.read(this.#descriptors.input, key, 1n));
      if (count < 0) return undefined;
      // Another process may have read it; several times in a row, it is the end of the input.
      if (count === 0) nothing++;
      else if (!this.#guard.suspends(key)) return key;
    }
    return undefined;
  }

  close(): void {
    this.setMode("original");
    this.#watch?.close();
    this.#watch = undefined;
    this.#descriptors.close();
  }

  async #hasInput(): Promise<boolean> {
    const { input } = this.#descriptors;
    const set = new Uint8Array(MAX_DESCRIPTOR / 8);
    set[input >> 3] = 1 << (input & 7);
    const timeout = new BigInt64Array([0n, LOOK_US]);
    return await this.#libc.select(input + 1, set, null, null, timeout) > 0;
  }

  /** Watches for writes of other processes from now on. */
  #watchOthers(): void {
    if (this.#watch === undefined) this.#watch = TerminalWatch.open();
    else this.#watch.forget();
  }

  /** A terminal that is not the controlling one does not stop background processes. */
  #isForeground(): boolean {
    const group = this.#libc.tcgetpgrp(this.#descriptors.input);
    return group < 0 || group === this.#libc.getpgrp();
  }

  #apply(mode: TerminalMode): void {
    // In the background the mode belongs to another job, and setting it would stop this group.
    if (!this.#isForeground()) return;
    this.#libc.tcsetattr(this.#descriptors.input, TCSANOW, this.#termios(mode));
  }

  /** Returns `text` without the carriage returns that the terminal adds itself. */
  #withNewlines(text: string): string {
    const output = this.#original[TERMIOS.output]!;
    const returns = (output & NEWLINE_RETURNS) === NEWLINE_RETURNS;
    return returns ? text.replaceAll("\r\n", "\n") : text;
  }

  #termios(mode: TerminalMode): Uint8Array<ArrayBuffer> {
    const termios = this.#original.slice();
    if (mode === "original") return termios;
    if (mode === "silent") {
      termios[TERMIOS.local] = termios[TERMIOS.local]! & ~ECHO;
      return termios;
    }
    this.#libc.cfmakeraw(termios);
    // Enter stays a newline, for programs that read text typed ahead, and other jobs' newlines return.
    const kept = this.#original.subarray(TERMIOS.input, TERMIOS.control);
    termios.set(kept, TERMIOS.input);
    // A read returns at once, since select(2) has waited before it.
    termios[TERMIOS.minimum] = 0;
    return termios;
  }
}

function openConsole(): Terminal | undefined {
  try {
    const input = Deno.openSync("CONIN$", { read: true, write: true });
    const output = Deno.openSync("CONOUT$", { read: true, write: true });
    return terminalOf(input, output, {
      readAtOnce: 64,
      close: () => {
        input.close();
        output.close();
      },
    });
  } catch {
    // No console, or no permission: the standard streams remain.
    return undefined;
  }
}

function openStandardStreams(readAtOnce: number): Terminal | undefined {
  const output = [Deno.stderr, Deno.stdout].find((stream) => stream.isTerminal());
  if (!Deno.stdin.isTerminal() || output === undefined) return undefined;
  return terminalOf(Deno.stdin, output, { readAtOnce, close() {} });
}

/** Deno knows it only if a standard stream is a terminal, and can't call the variadic `ioctl`. */
function columnsOfStreams(): number | undefined {
  try {
    return Deno.consoleSize().columns || undefined;
  } catch {
    return undefined;
  }
}

/** A stream that is a terminal. */
interface TerminalStream {
  read(buffer: Uint8Array): Promise<number | null>;
  setRaw(on: boolean): void;
}

function terminalOf(
  input: TerminalStream,
  output: { writeSync(bytes: Uint8Array): number },
  { readAtOnce, close }: { readonly readAtOnce: number; close(): void },
): Terminal {
  let current: TerminalMode = "original";
  let pending: Promise<number | null> | undefined;
  const buffer = new Uint8Array(readAtOnce);
  const apply = (mode: TerminalMode) => input.setRaw(mode === "raw");
  const guard = new TerminalGuard({
    isForeground: () => true,
    restore: () => apply("original"),
    again: () => apply(current),
  });
  const setMode = (mode: TerminalMode) => {
    if (mode === "raw") guard.check();
    if (mode === current) return;
    current = mode;
    if (mode !== "original") guard.start(mode === "raw");
    apply(mode);
    if (mode === "original") guard.stop();
  };
  return {
    write(text) {
      output.writeSync(new TextEncoder().encode(text));
    },
    setMode,
    async read(signal) {
      // A read can't be cancelled: the next one gets its keys.
      pending ??= input.read(buffer).finally(() => pending = undefined);
      const count = await Promise.race([pending, guard.end, ...signal ? [rejection(signal)] : []]);
      return count === null ? undefined : buffer.slice(0, count);
    },
    columns: columnsOfStreams,
    noticesOthers: false,
    close() {
      setMode("original");
      close();
    },
  };
}

/** Rejects with the reason of `signal`. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
