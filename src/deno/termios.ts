/**
 * The mode of a terminal, as in termios(3): the few flags that wev reads and sets.
 *
 * @module
 */

/** A `struct termios` of this system. */
export type Termios = Uint8Array<ArrayBuffer>;

const DARWIN = Deno.build.os === "darwin";

/**
 * Offsets in bytes: `c_oflag`, `c_lflag`, VMIN and VTIME, and two elements of `c_cc` that stand for no
 * character. Linux and macOS keep those with the terminal, and look at them for nothing.
 */
const AT = DARWIN
  ? { output: 8, local: 24, minimum: 48, time: 49, spare: [39, 51] }
  : { output: 4, local: 12, minimum: 23, time: 22, spare: [34, 35] };

/** Flags of `c_lflag`. */
const LOCAL = DARWIN
  ? { signals: 0x80, canonical: 0x100, echo: 0x8, echoNewline: 0x10, extended: 0x400 }
  : { signals: 0x1, canonical: 0x2, echo: 0x8, echoNewline: 0x40, extended: 0x8000 };

/** What a terminal has that hands on each key at once, and only hands it on. */
const OFF_IN_RAW = LOCAL.signals | LOCAL.canonical | LOCAL.echo | LOCAL.echoNewline |
  LOCAL.extended;
/** What a terminal has that is left alone. */
const ON_WITHOUT_RAW = LOCAL.signals | LOCAL.canonical | LOCAL.echo | LOCAL.extended;

/** OPOST and ONLCR: a newline also returns to the first column. */
const NEWLINE_RETURNS = DARWIN ? 0b011 : 0b101;

/** Values of the spare elements: a question of wev, and nothing (`_POSIX_VDISABLE`). */
const MARK = [0x77, 0x76];
const NO_MARK = DARWIN ? 0xff : 0;

/** Returns a `struct termios` to be filled: more than any system's, which has 60 or 72 bytes. */
export function newTermios(): Termios {
  return new Uint8Array(256);
}

/** Returns whether the terminal itself makes lines of what is typed (ICANON), as it does for a shell's command. */
export function isCanonical(mode: Termios): boolean {
  return (local(mode) & LOCAL.canonical) !== 0;
}

/** Returns whether the terminal itself makes signals of keys (ISIG). */
export function sendsSignals(mode: Termios): boolean {
  return (local(mode) & LOCAL.signals) !== 0;
}

/** Returns whether the terminal returns to the first column at a newline. */
export function returnsAtNewline(mode: Termios): boolean {
  return (mode[AT.output]! & NEWLINE_RETURNS) === NEWLINE_RETURNS;
}

/** Returns `mode` without echo. */
export function withoutEcho(mode: Termios): Termios {
  return withLocal(mode, local(mode) & ~LOCAL.echo);
}

/**
 * Returns the mode for a question, made from `mode`. Input and output stay as they are: Enter is a newline
 * for programs that read text typed ahead, and other jobs' newlines return. It has a mark, so that it
 * comes and goes with the mode: {@linkcode isForQuestion}.
 */
export function forQuestion(mode: Termios): Termios {
  const raw = withLocal(mode, local(mode) & ~OFF_IN_RAW);
  // A read returns at once, since select(2) has waited before it.
  raw[AT.minimum] = 0;
  raw[AT.time] = 0;
  AT.spare.forEach((at, index) => raw[at] = MARK[index]!);
  return raw;
}

/**
 * Returns whether `mode` is that of a question, of any run of wev. A program that has copied the mark sets
 * other flags or waits for a key.
 */
export function isForQuestion(mode: Termios): boolean {
  return (local(mode) & OFF_IN_RAW) === 0 && mode[AT.minimum] === 0 && mode[AT.time] === 0 &&
    AT.spare.every((at, index) => mode[at] === MARK[index]);
}

/** Returns `mode`, or a usual one where it is that of a question: its run was killed, or has no locks. */
export function withoutQuestion(mode: Termios): Termios {
  if (!isForQuestion(mode)) return mode;
  const usual = withLocal(mode, local(mode) | ON_WITHOUT_RAW);
  usual[AT.minimum] = 1;
  for (const at of AT.spare) usual[at] = NO_MARK;
  return usual;
}

/** The lower half on macOS, whose flags have 64 bits. */
function local(mode: Termios): number {
  return new DataView(mode.buffer, mode.byteOffset).getUint32(AT.local, true);
}

function withLocal(mode: Termios, flags: number): Termios {
  const copy = mode.slice();
  new DataView(copy.buffer).setUint32(AT.local, flags, true);
  return copy;
}
