/**
 * The signals that wev passes on to its command, and their numbers.
 *
 * @module
 */

/** A signal. */
export interface SignalInfo {
  /** Its name. */
  readonly name: Deno.Signal;
  /** Its number on this system. */
  readonly number: number;
  /**
   * Whether a terminal sends it to the whole foreground process group, so to the command as well.
   *
   * @default {false}
   */
  readonly fromTerminal?: boolean;
}

/** The signals with one number on Linux and macOS. */
const COMMON: readonly SignalInfo[] = [
  { name: "SIGHUP", number: 1 },
  { name: "SIGINT", number: 2, fromTerminal: true },
  { name: "SIGQUIT", number: 3, fromTerminal: true },
  { name: "SIGTRAP", number: 5 },
  { name: "SIGABRT", number: 6 },
  { name: "SIGALRM", number: 14 },
  { name: "SIGTERM", number: 15 },
  { name: "SIGXCPU", number: 24 },
  { name: "SIGXFSZ", number: 25 },
  { name: "SIGVTALRM", number: 26 },
  { name: "SIGPROF", number: 27 },
  { name: "SIGWINCH", number: 28, fromTerminal: true },
];

const LINUX: readonly SignalInfo[] = [
  ...COMMON,
  { name: "SIGUSR1", number: 10 },
  { name: "SIGUSR2", number: 12 },
  { name: "SIGSTKFLT", number: 16 },
  { name: "SIGURG", number: 23 },
  { name: "SIGIO", number: 29 },
  { name: "SIGPWR", number: 30 },
  { name: "SIGSYS", number: 31 },
];

const DARWIN: readonly SignalInfo[] = [
  ...COMMON,
  { name: "SIGEMT", number: 7 },
  { name: "SIGSYS", number: 12 },
  { name: "SIGURG", number: 16 },
  { name: "SIGIO", number: 23 },
  { name: "SIGINFO", number: 29, fromTerminal: true },
  { name: "SIGUSR1", number: 30 },
  { name: "SIGUSR2", number: 31 },
];

/** The events of the console. Windows sends them to every process of the console, so to the command. */
const WINDOWS: readonly SignalInfo[] = [
  { name: "SIGINT", number: 2, fromTerminal: true },
  { name: "SIGBREAK", number: 21, fromTerminal: true },
];

/**
 * Every signal of this system that would end wev while its command runs, and SIGWINCH. Not included:
 * SIGKILL and SIGSTOP, which can't be caught; SIGSEGV and other faults of wev itself; SIGPIPE, which Rust
 * ignores; those of job control, which are handled separately; real-time signals, which Deno does not
 * support.
 */
export const PASSED_ON: readonly SignalInfo[] = Deno.build.os === "windows"
  ? WINDOWS
  : Deno.build.os === "darwin"
  ? DARWIN
  : LINUX;

/** Those of {@linkcode PASSED_ON} that end a process by default. The others are ignored by default. */
export const ENDING: readonly SignalInfo[] = PASSED_ON.filter(({ name }) =>
  !["SIGWINCH", "SIGURG", "SIGINFO"].includes(name) &&
  !(name === "SIGIO" && Deno.build.os === "darwin")
);

const isDarwin = Deno.build.os === "darwin";

/** The signals of job control. */
export const JOB_CONTROL = {
  childChanged: { name: "SIGCHLD", number: isDarwin ? 20 : 17 },
  continued: { name: "SIGCONT", number: isDarwin ? 19 : 18 },
  stop: { name: "SIGTSTP", number: isDarwin ? 18 : 20, fromTerminal: true },
  backgroundRead: { name: "SIGTTIN", number: 21 },
  backgroundWrite: { name: "SIGTTOU", number: 22 },
} as const satisfies Readonly<Record<string, SignalInfo>>;

/** The signals that Deno has no listeners for, except SIGKILL and SIGSTOP. */
const UNHEARD: readonly { readonly name: Deno.Signal; readonly number: number }[] = [
  { name: "SIGILL", number: 4 },
  { name: "SIGBUS", number: isDarwin ? 10 : 7 },
  { name: "SIGFPE", number: 8 },
  { name: "SIGSEGV", number: 11 },
];

/** Real-time signals, which Deno has no names for. The C library uses the first two itself. */
const REAL_TIME: readonly number[] = Deno.build.os === "linux"
  ? Array.from({ length: 31 }, (_, at) => 34 + at)
  : [];

/** The numbers of the signals that end a process by default and that Deno has no listeners for. */
export const ENDING_UNHEARD: readonly number[] = [
  ...UNHEARD.map(({ number }) => number),
  ...REAL_TIME,
];

/** Returns the number of a signal; `undefined` for an unknown one. */
export function numberOf(name: string): number | undefined {
  const others = [{ name: "SIGKILL", number: 9 }, { name: "SIGPIPE", number: 13 }];
  return [...PASSED_ON, ...UNHEARD, ...others].find((signal) => signal.name === name)?.number;
}

/** The signals that cause a core dump. */
export const DUMPING: readonly string[] = [
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGEMT",
  "SIGFPE",
  "SIGBUS",
  "SIGSEGV",
  "SIGSYS",
  "SIGXCPU",
  "SIGXFSZ",
];
