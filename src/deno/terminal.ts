/**
 * The controlling terminal. Deno opens `/dev/tty` only with all permissions, so libc does it.
 *
 * @module
 */

import type { Terminal } from "../runtime.ts";
import { type Libc, openLibc, toCString } from "./libc.ts";

/** Returns the controlling terminal, or `undefined` where there is none. */
export function openTerminal(): Terminal | undefined {
  if (Deno.build.os === "windows") return openConsole() ?? openStandardStreams();
  const libc = openLibc(FUNCTIONS);
  return libc === undefined ? openStandardStreams() : openControllingTerminal(libc);
}

const FUNCTIONS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  // On a thread of its own, since it waits for a key.
  read: { parameters: ["i32", "buffer", "usize"], result: "isize", nonblocking: true },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  cfmakeraw: { parameters: ["buffer"], result: "void" },
} as const;

const O_RDWR = 2;
const O_CLOEXEC = Deno.build.os === "darwin" ? 0x1000000 : 0o2000000;
/** After what was written has been shown; what was typed already is kept. */
const TCSADRAIN = 1;
/** More than any system's `struct termios`: 60 bytes on Linux, 72 on macOS. */
const TERMIOS_BYTES = 256;
/** What ends wev from outside while the terminal is raw. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

function openControllingTerminal(libc: Libc<typeof FUNCTIONS>): Terminal | undefined {
  const descriptor = libc.open(toCString("/dev/tty"), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return undefined;
  const original = new Uint8Array(TERMIOS_BYTES);
  if (libc.tcgetattr(descriptor, original) !== 0) {
    libc.close(descriptor);
    return undefined;
  }
  const guard = new RawModeGuard((on) => {
    const mode = Uint8Array.from(original);
    if (on) libc.cfmakeraw(mode);
    libc.tcsetattr(descriptor, TCSADRAIN, mode);
  });
  return {
    write(text) {
      const bytes = new TextEncoder().encode(text);
      for (let written = 0; written < bytes.length;) {
        const rest = bytes.slice(written);
        const count = Number(libc.write(descriptor, rest, BigInt(rest.length)));
        if (count <= 0) return; // hung up: nobody reads any more
        written += count;
      }
    },
    setRaw: (on) => guard.set(on),
    async read() {
      const buffer = new Uint8Array(64);
      const count = Number(await libc.read(descriptor, buffer, BigInt(buffer.length)));
      return count <= 0 ? undefined : buffer.subarray(0, count);
    },
    close() {
      guard.set(false);
      libc.close(descriptor);
    },
  };
}

function openConsole(): Terminal | undefined {
  try {
    const input = Deno.openSync("CONIN$", { read: true, write: true });
    const output = Deno.openSync("CONOUT$", { read: true, write: true });
    return terminalOf(input, output, () => {
      input.close();
      output.close();
    });
  } catch {
    // No console, or not permitted: there are still the standard streams.
    return undefined;
  }
}

function openStandardStreams(): Terminal | undefined {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return undefined;
  return terminalOf(Deno.stdin, Deno.stderr, () => {});
}

/** What a stream that is a terminal can do. */
interface TerminalStream {
  read(buffer: Uint8Array): Promise<number | null>;
  setRaw(on: boolean): void;
}

function terminalOf(
  input: TerminalStream,
  output: { writeSync(bytes: Uint8Array): number },
  close: () => void,
): Terminal {
  const guard = new RawModeGuard((on) => input.setRaw(on));
  return {
    write(text) {
      output.writeSync(new TextEncoder().encode(text));
    },
    setRaw: (on) => guard.set(on),
    async read() {
      const buffer = new Uint8Array(64);
      const count = await input.read(buffer);
      return count === null ? undefined : buffer.subarray(0, count);
    },
    close() {
      guard.set(false);
      close();
    },
  };
}

/** Sees to it that a terminal does not stay raw when a signal ends wev. */
class RawModeGuard {
  readonly #setRaw: (on: boolean) => void;
  readonly #listeners = new Map<Deno.Signal, () => void>();
  #raw = false;

  constructor(setRaw: (on: boolean) => void) {
    this.#setRaw = setRaw;
  }

  set(on: boolean): void {
    if (on === this.#raw) return;
    this.#raw = on;
    if (on) this.#listen();
    else this.#unlisten();
    this.#setRaw(on);
  }

  #listen(): void {
    for (const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : SIGNALS) {
      const end = () => {
        this.set(false);
        // Nobody listens to it any more, so it does what it would have done.
        Deno.kill(Deno.pid, signal);
      };
      this.#listeners.set(signal, end);
      Deno.addSignalListener(signal, end);
    }
  }

  #unlisten(): void {
    for (const [signal, end] of this.#listeners) Deno.removeSignalListener(signal, end);
    this.#listeners.clear();
  }
}
