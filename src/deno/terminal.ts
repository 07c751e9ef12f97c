/**
 * The controlling terminal, or the standard streams if they are a terminal. Deno opens `/dev/tty` only
 * with all permissions, so libc does it.
 *
 * @module
 */

import type { OpenedTerminal, OwnTerminal, Terminal, TerminalMode } from "../runtime.ts";
import { openJobControl } from "./job_control.ts";
import { type Libc, openLibc, toCString } from "./libc.ts";
import { isPaged } from "./pager.ts";
import { readTerminalPath } from "./proc.ts";
import { TerminalGuard } from "./terminal_guard.ts";
import { TerminalWatch } from "./terminal_watch.ts";
import {
  forQuestion,
  isCanonical,
  isForQuestion,
  newTermios,
  returnsAtNewline,
  sendsSignals,
  type Termios,
  withoutEcho,
  withoutQuestion,
} from "./termios.ts";

/** Opens the terminal of the user, unless another program uses it; `undefined` if there is none. */
export function openTerminal(): OpenedTerminal {
  if (Deno.build.os === "windows") return openConsole() ?? openStandardStreams(64);
  const libc = openLibc(FUNCTIONS);
  return libc === undefined ? openStandardStreams(1) : openWithLibc(libc);
}

/**
 * Lends the terminal to a program that wev runs. Returns `undefined` if another program uses it. Disposing
 * of it takes the terminal back: a program that was killed may have left it without lines, and would
 * pass for one that still uses it.
 */
export function lendTerminal(): Disposable | undefined {
  const libc = Deno.build.os === "windows" ? undefined : openLibc(FUNCTIONS);
  const found = libc && findTerminal(libc);
  if (found === "in use") return undefined;
  return { [Symbol.dispose]: () => libc && found && takeBack(libc, found) };
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
  getsid: { parameters: ["i32"], result: "i32" },
} as const;

/** For reading and writing, not inherited by programs, never made the controlling terminal. */
const OPEN_FLAGS = Deno.build.os === "darwin" ? 0x1020002 : 0o2000402;
/** Immediately; keeps what has been typed. */
const TCSANOW = 0;
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

/** A terminal that is open, and its mode. */
interface FoundTerminal {
  readonly descriptors: Descriptors;
  readonly mode: Termios;
}

function openWithLibc(libc: Libc<typeof FUNCTIONS>): OpenedTerminal {
  const found = findTerminal(libc);
  return typeof found === "object" ? new LibcTerminal(libc, found) : found;
}

function findTerminal(libc: Libc<typeof FUNCTIONS>): FoundTerminal | "in use" | undefined {
  const descriptors = controllingTerminal(libc) ?? standardDescriptors();
  if (descriptors === undefined) return undefined;
  const { input } = descriptors;
  const mode = newTermios();
  const isTerminal = input < MAX_DESCRIPTOR && libc.tcgetattr(input, mode) === 0;
  if (isTerminal && !isUsedByAnother(libc, input, mode)) return { descriptors, mode };
  descriptors.close();
  return isTerminal ? "in use" : undefined;
}

function takeBack(libc: Libc<typeof FUNCTIONS>, { descriptors, mode }: FoundTerminal): void {
  const { input } = descriptors;
  const left = newTermios();
  if (
    isCanonical(mode) && libc.tcgetattr(input, left) === 0 && !isCanonical(left) &&
    !isForQuestion(left) && isForeground(libc, input)
  ) libc.tcsetattr(input, TCSANOW, mode);
  descriptors.close();
}

/**
 * Returns whether another program uses `terminal`, whose mode is `mode`. In the background: unless a
 * standard stream says that this is a shell's job. In the foreground: if it hands on each key at once, for
 * no question of wev, and for no pager that needs no keys yet.
 */
function isUsedByAnother(
  libc: Libc<typeof FUNCTIONS>,
  terminal: number,
  mode: Termios,
): boolean {
  // It fails for any terminal but the controlling one.
  const isControlling = (descriptor: number) => libc.tcgetpgrp(descriptor) >= 0;
  if (!isForeground(libc, terminal)) return ![0, 1, 2].some(isControlling);
  if (isCanonical(mode) || isForQuestion(mode)) return false;
  // Nobody else is in the session that begins with wev: script(1) starts it in the mode of its own terminal.
  if (libc.getsid(0) === Deno.pid && isControlling(terminal)) return false;
  // A pager leaves Ctrl-C to the terminal, since it may have to wait for its input.
  return !sendsSignals(mode) || !isPaged();
}

/** A terminal that is not the controlling one does not stop background processes. */
function isForeground(libc: Libc<typeof FUNCTIONS>, terminal: number): boolean {
  const group = libc.tcgetpgrp(terminal);
  return group < 0 || group === libc.getpgrp();
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
  #original: Termios;
  readonly #guard: TerminalGuard;
  #watch: TerminalWatch | undefined;
  #mode: TerminalMode = "original";

  constructor(libc: Libc<typeof FUNCTIONS>, { descriptors, mode }: FoundTerminal) {
    this.#libc = libc;
    this.#descriptors = descriptors;
    this.#original = withoutQuestion(mode);
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
    if (this.#mode === "original") this.#readOriginal();
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

  #isForeground(): boolean {
    return isForeground(this.#libc, this.#descriptors.input);
  }

  #readOriginal(): void {
    const mode = newTermios();
    if (this.#libc.tcgetattr(this.#descriptors.input, mode) !== 0) return;
    this.#original = withoutQuestion(mode);
  }

  #apply(mode: TerminalMode): void {
    // In the background the mode belongs to another job, and setting it would stop this group.
    if (!this.#isForeground()) return;
    this.#libc.tcsetattr(this.#descriptors.input, TCSANOW, this.#termios(mode));
  }

  /** Returns `text` without the carriage returns that the terminal adds itself. */
  #withNewlines(text: string): string {
    return returnsAtNewline(this.#original) ? text.replaceAll("\r\n", "\n") : text;
  }

  #termios(mode: TerminalMode): Termios {
    if (mode === "raw") return forQuestion(this.#original);
    return mode === "silent" ? withoutEcho(this.#original) : this.#original;
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
