/**
 * The real runtime.
 *
 * @module
 */

import type {
  CommandOutput,
  Output,
  Processes,
  Runtime,
  System,
  UnreadableError,
} from "../runtime.ts";
import { become, protectSecrets } from "./become.ts";
import { denoFiles } from "./files.ts";
import { withoutSizeSignal } from "./libc.ts";

/**
 * What a run with everything cached does not need, loaded by parts: each is wanted in another run. Not
 * named by literals, or Deno would read it all at the start of every run.
 */
const load = {
  capture: (): Promise<typeof import("./capture.ts")> => import(["./capture.ts"].join()),
  caughtSignals: (): Promise<typeof import("./caught_signals.ts")> =>
    import(["./caught_signals.ts"].join()),
  dialog: (): Promise<typeof import("./dialog.ts")> => import(["./dialog.ts"].join()),
  discardedOutput: (): Promise<typeof import("./discarded_output.ts")> =>
    import(["./discarded_output.ts"].join()),
  endBySignal: (): Promise<typeof import("./end_by_signal.ts")> =>
    import(["./end_by_signal.ts"].join()),
  execute: (): Promise<typeof import("./execute.ts")> => import(["./execute.ts"].join()),
  fetch: (): Promise<typeof import("./fetch.ts")> => import(["./fetch.ts"].join()),
  localSocket: (): Promise<typeof import("./local_socket.ts")> =>
    import(["./local_socket.ts"].join()),
  localTime: (): Promise<typeof import("./local_time.ts")> => import(["./local_time.ts"].join()),
  lock: (): Promise<typeof import("./lock.ts")> => import(["./lock.ts"].join()),
  proc: (): Promise<typeof import("./proc.ts")> => import(["./proc.ts"].join()),
  processArguments: (): Promise<typeof import("./process_arguments.ts")> =>
    import(["./process_arguments.ts"].join()),
  sessionOf: (): Promise<typeof import("./session_of.ts")> => import(["./session_of.ts"].join()),
  spawn: (): Promise<typeof import("./spawn.ts")> => import(["./spawn.ts"].join()),
  suspend: (): Promise<typeof import("./suspend.ts")> => import(["./suspend.ts"].join()),
  terminal: (): Promise<typeof import("./terminal.ts")> => import(["./terminal.ts"].join()),
};

/** Runs commands on the real system. */
const denoProcesses: Processes = {
  ...Deno.build.os === "windows"
    ? {}
    : { execute: async (command) => (await load.execute()).execute(command) },
  spawn: async (command) => await (await load.spawn()).spawn(command),
  capture: async (argv, options) => await (await load.capture()).capture(argv, options),
  startDialog: async (argv, options) => (await load.dialog()).startDialog(argv, options),
  isStopped: async (process) => (await load.proc()).readIsStopped(process),
  sessionOf: async (process) => (await load.sessionOf()).sessionOf(process),
  parent: async () => (await load.proc()).readParent(),
  endBy: async (signal) => await (await load.endBySignal()).endBy(signal),
};

/** Milliseconds for which requested output waits for a reader that takes nothing; then it fails. */
const PATIENCE = 3000;
/** Milliseconds for which a message waits; then it is lost. */
let patienceOfMessages = 500;

const stdout: CommandOutput = {
  isTerminal: () => Deno.stdout.isTerminal(),
  write: (text) => writeAll(Deno.stdout, asText(text), PATIENCE),
  command: (text) => writeAll(Deno.stdout, text, PATIENCE),
  width: columnsOfStdout,
  isDiscarded: async () => (await load.discardedOutput()).isStdoutDiscarded(),
};

/** Its `write` never fails: a message that can't be written changes nothing. */
const stderr: Output = {
  isTerminal: () => Deno.stderr.isTerminal(),
  write(text) {
    try {
      writeAll(Deno.stderr, asText(text), patienceOfMessages);
    } catch {
      // Waiting once is enough.
      patienceOfMessages = 0;
    }
  },
};

/**
 * The runtime of this process. Not made by a function: Deno keeps the compiled code of a module, but not
 * of the functions in it.
 */
export const denoRuntime: Runtime = {
  system: systemOf(Deno.build.os),
  environment: { get: readVariable, names: () => Object.keys(Deno.env.toObject()) },
  // What few runs want is asked for when it is wanted.
  get platform() {
    return { target: Deno.build.target, engine: `Deno ${Deno.version.deno}` };
  },
  get process() {
    return Deno.pid;
  },
  get startedAt() {
    return new Date(performance.timeOrigin);
  },
  get user() {
    return Deno.uid() ?? undefined;
  },
  get workingDirectory() {
    try {
      return Deno.cwd();
    } catch (error) {
      throw unreadable("the path of the working directory", error);
    }
  },
  clock: { now: () => new Date() },
  localTime: async () => (await load.localTime()).localTime(),
  files: {
    ...denoFiles,
    lock: async (path, onWait) => await (await load.lock()).lockFile(path, onWait),
  },
  stdout,
  stderr,
  become: Deno.build.os === "windows" ? () => {} : become,
  processes: denoProcesses,
  openTerminal: async () => (await load.terminal()).openTerminal(),
  ownTerminal: async () => (await load.terminal()).ownTerminal(),
  keepSignals: async () => (await load.caughtSignals()).keepSignals(),
  suspend: async (how) => (await load.suspend()).suspend(how),
  sockets: Deno.build.os === "windows" ? undefined : {
    listen: async (path) => (await load.localSocket()).listenAt(path),
    connect: async (path) => (await load.localSocket()).connectTo(path),
  },
  protectSecrets,
  hideArguments: async (positions) => (await load.processArguments()).hideArguments(positions),
  createFetch: (options) => async (request) =>
    await (await load.fetch()).createFetch(options)(request),
};

function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    throw unreadable(`the variable ${name}`, error);
  }
}

/** Returns what to throw for `error`, which says what could not be read: see {@linkcode UnreadableError}. */
function unreadable(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  const isUtf8 = !(error instanceof Deno.errors.InvalidData);
  const message = `Cannot read ${what}: ${isUtf8 ? error.message : "it is not UTF-8"}`;
  const advice = what.startsWith("the variable ")
    ? "Set it to text in UTF-8, or unset it."
    : "Run wev in a directory whose path is UTF-8.";
  const hint = isUtf8 ? {} : { hint: advice };
  return Object.assign(new Error(message, { cause: error }), {
    unreadable: what,
    ...hint,
  }) satisfies UnreadableError;
}

/** Says that even the report of a failure failed, and returns the exit status. Never fails. */
export function lastWords(error: unknown): number {
  // The message may quote a secret.
  const kind = error instanceof Error ? error.name : typeof error;
  stderr.write(`wev: error: wev failed and can't tell why (${kind})\n`);
  return 125;
}

function systemOf(os: typeof Deno.build.os): System {
  return os === "linux" || os === "darwin" || os === "windows" ? os : "other";
}

type Stream = typeof Deno.stdout | typeof Deno.stderr;

function columnsOfStdout(): number | undefined {
  try {
    // Zero where nobody has set it: a terminal of a program.
    return Deno.stdout.isTerminal() ? Deno.consoleSize().columns || undefined : undefined;
  } catch {
    return undefined;
  }
}

/** Returns `text` as it may be written: the runner of a GitHub job looks for commands in all it reads. */
function asText(text: string): string {
  try {
    return Deno.env.get("GITHUB_ACTIONS") ? withoutCommands(text) : text;
  } catch {
    // It is set, to what is not UTF-8.
    return withoutCommands(text);
  }
}

/**
 * Returns `text` with an escape sequence, as JSON has it too, in each place where a runner would find a
 * command: `##[` anywhere, and `::` where a line begins, white space left out.
 *
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function withoutCommands(text: string): string {
  return text.replaceAll("##[", "#\\u0023[").replace(/^((?:[^\S\r\n]|\x85)*):(?=:)/gm, "$1\\u003a");
}

function writeAll(stream: Stream, text: string, patience: number): void {
  const bytes = new TextEncoder().encode(text);
  if (stream.isTerminal()) return writeBytes(stream, bytes, patience);
  withoutSizeSignal(() => writeBytes(stream, bytes, patience));
}

function writeBytes(stream: Stream, bytes: Uint8Array, patience: number): void {
  let stuckSince: number | undefined;
  for (let written = 0; written < bytes.length;) {
    try {
      written += stream.writeSync(bytes.subarray(written));
      stuckSince = undefined;
    } catch (error) {
      // The caller shares a non-blocking pipe with us, and its reader is slow; or a signal came.
      const { WouldBlock, Interrupted } = Deno.errors;
      if (!(error instanceof WouldBlock || error instanceof Interrupted)) throw error;
      stuckSince ??= performance.now();
      if (performance.now() - stuckSince >= patience) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
