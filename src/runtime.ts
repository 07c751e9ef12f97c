/**
 * The types of what wev needs from outside: environment, clock, files, terminal, processes. The real
 * one is made in `main.ts`; tests give a fake. Nothing else in wev touches `Deno`.
 *
 * @module
 */

/** The operating systems that wev tells apart. */
export type System = "linux" | "darwin" | "windows" | "other";

/** All that wev needs from outside. */
export interface Runtime {
  /** The operating system. */
  readonly system: System;
  /** The environment wev was started with. */
  readonly environment: ListedEnvironment;
  /** What it runs on. */
  readonly platform: Platform;
  /** This process's ID. */
  readonly process: number;
  /** When this process was started. */
  readonly startedAt: Date;
  /** The ID of the user it runs as; `undefined` on Windows. */
  readonly user: number | undefined;
  /**
   * The physical working directory, as getcwd(3) tells it.
   *
   * @throws {UnreadableError} where it is not UTF-8, or the system does not tell it.
   */
  readonly workingDirectory: string;
  /** The time. */
  readonly clock: Clock;
  /** Returns what tells an instant in the user's time zone. */
  localTime(): Promise<LocalTime>;
  /** The file system. */
  readonly files: Files;
  /** Standard output. */
  readonly stdout: CommandOutput;
  /** Standard error. */
  readonly stderr: Output;
  /** Runs commands. */
  readonly processes: Processes;
  /**
   * Turns this process into a command, which is looked up on the PATH that `changes` give it. Returns
   * where that can't be done, for whatever reason: `processes` can tell.
   */
  become(argv: readonly string[], changes: EnvironmentChanges): void;
  /**
   * Opens the controlling terminal (`/dev/tty`, `CONIN$` and `CONOUT$`), whatever the standard
   * streams are, or the standard streams if they are a terminal that controls no session. Returns
   * `undefined` where there is none.
   */
  openTerminal(): Promise<Terminal | undefined>;
  /**
   * Keeps signals as the caller had them, ignored ones too, whatever is loaded from now on. What a run with
   * everything cached loads changes none.
   */
  keepSignals?(): Promise<void>;
  /**
   * Does what `how` says to this process: stops it, and returns once it is continued. Returns whether
   * it may ask now; it may not in the background where nobody can bring it to the foreground.
   */
  suspend?(how: Suspension): Promise<boolean>;
  /** Keeps the system from storing an image of this process, which is about to hold secrets. */
  protectSecrets(): void;
  /**
   * Overwrites the arguments at `positions`, from 0, as other users see them, where the system lets a
   * process do that.
   */
  hideArguments?(positions: readonly number[]): Promise<void>;
  /** Returns what sends HTTP requests. */
  createFetch(options: FetchOptions): Fetch;
}

/** What wev runs on. */
export interface Platform {
  /** The machine, as compilers name it: `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  /** What runs JavaScript there, with its version: `Deno 2.9.6`. */
  readonly engine: string;
}

/** Environment variables, read only. */
export interface Environment {
  /**
   * Returns the value of `name`, or `undefined` where it is not set; set but empty is `""`.
   *
   * @throws {UnreadableError} where it is not UTF-8.
   */
  get(name: string): string | undefined;
}

/** Environment variables whose names can be listed. */
export interface ListedEnvironment extends Environment {
  /** Returns the names of the variables that are set, as far as they are UTF-8. It takes a while. */
  names(): readonly string[];
}

/** The time. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}

/** An instant in parts, as a clock on the wall shows it. */
export interface ToldTime {
  /** The day: `2026-01-31`. */
  readonly date: string;
  /** Hour and minute: `13:00`. */
  readonly time: string;
  /** The seconds, two digits. */
  readonly seconds: string;
  /** The zone's abbreviation, or how far it is from UTC: `CET`, `+05:45`. */
  readonly zone: string;
}

/** Returns an instant in the user's time zone. */
export type LocalTime = (instant: Date) => ToldTime;

/** What tells one state of a file from another. */
export interface FileInfo {
  /** What it is. Only `lstat` reports a link, a symbolic one. */
  readonly kind: "file" | "directory" | "link" | "other";
  /** Size in bytes. */
  readonly size: number;
  /** Device number; 0 where the system has none. */
  readonly device: number;
  /** Inode number; 0 where the system has none. */
  readonly inode: number;
  /** Permission bits and type, as in stat(2); `undefined` on Windows. */
  readonly mode: number | undefined;
  /** Owner's user ID; `undefined` on Windows. */
  readonly uid: number | undefined;
  /** Group ID; `undefined` on Windows. */
  readonly gid?: number | undefined;
  /** Last change of the content, in whole milliseconds. */
  readonly modified: Date | undefined;
  /** Last change of content, name, owner or mode; `undefined` on Windows. */
  readonly changed?: Date | undefined;
}

/** A file that was opened and read, or one that was not opened since it is not a regular one. */
export interface ReadFile {
  /** The attributes of the file that was read. */
  readonly info: FileInfo;
  /** The whole content; `undefined` if it is not a regular file, or larger than was allowed. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** The file system. An absent file is `undefined`; any other failure throws what the system said. */
export interface Files {
  /** Returns what `path` is, links followed. */
  stat(path: string): FileInfo | undefined;
  /** Returns what `path` itself is: a link is not followed. */
  lstat(path: string): FileInfo | undefined;
  /** Returns where the symbolic link `path` leads, as it is written there. */
  readLink(path: string): string;
  /** Returns `path` without links in it. */
  realPath(path: string): string | undefined;
  /** Returns the start of `path`, links followed: `limit` bytes and one more, if there are more. */
  read(path: string, limit: number): Uint8Array | undefined;
  /**
   * Reads a regular file of at most `limit` bytes. Attributes and content are those of one descriptor.
   * Nothing else is opened: no link, no pipe, no device. If somebody puts one in its place meanwhile,
   * it is not read, and on Linux nobody waits for it.
   */
  readRegular(path: string, limit: number): ReadFile | undefined;
  /**
   * Writes `path` so that a reader sees the old content or the whole new one: to a new file beside
   * it, mode 0600 from its first byte, which is then renamed.
   */
  writePrivately(path: string, content: Uint8Array): void;
  /** Adds to the end of a file that is there: all of `text`, or nothing where that fails. */
  append(path: string, text: string): void;
  /** Makes a directory with mode 0700 in one that exists; does nothing if `path` exists. */
  makeDirectory(path: string): void;
  /** Returns the names in a directory, or none where there is no such directory. */
  list(path: string): string[];
  /** Removes a file; does nothing where there is none. */
  remove(path: string): void;
  /** Renames a file or directory. */
  rename(path: string, to: string): void;
  /** Sets the permission bits of a file or directory. */
  setMode(path: string, mode: number): void;
  /**
   * Waits until no other process holds the lock on a file, and holds it. Makes the file with mode 0600
   * if it is not there.
   *
   * @throws {ForeignFileError} if it is not a regular file that only this user may write.
   */
  lock(path: string): Promise<LockedFile>;
}

/** A file that this process alone holds. */
export interface LockedFile {
  /** Returns what it holds, of which at most `limit` bytes. */
  content(limit: number): string;
  /** Replaces what it holds. */
  replace(text: string): void;
  /** Lets go of it. */
  close(): void;
}

/** A stream that text goes to. */
export interface Output {
  /** Whether it is a terminal. */
  isTerminal(): boolean;
  /**
   * Writes all of `text`. Standard error never throws: what can't be written is lost. Standard output
   * throws what the system says, with its name as the error's `code`: `EPIPE`, `ENOSPC`, `EIO`, ….
   */
  write(text: string): void;
}

/** A stream that also carries commands for the runner of a GitHub job. */
export interface CommandOutput extends Output {
  /** Writes commands, as `write` does; what `write` itself is given is no command to the runner. */
  command(text: string): void;
  /** Returns how many columns it has; `undefined` where it is no terminal, or does not tell. */
  width(): number | undefined;
  /** Returns whether what is written is lost: it is closed, or a device that keeps nothing. */
  isDiscarded(): Promise<boolean>;
}

/**
 * What a terminal does with keys. `raw`: each is read as it is pressed, is not shown, and signals
 * nobody. `silent`: they are not shown. `original`: as it was found.
 */
export type TerminalMode = "raw" | "silent" | "original";

/** A terminal in which somebody types. */
export interface Terminal {
  /** Shows `text`. */
  write(text: string): void;
  /**
   * Sets the mode. In any but the original one, signals that end or stop wev put the terminal back.
   *
   * @throws {SuspendedError} where `raw` is set in the background.
   */
  setMode(mode: TerminalMode): void;
  /**
   * Waits for keys; returns the bytes, or `undefined` at the end of the input. Returns no bytes where
   * others have written to the terminal, so that the cursor is elsewhere. A terminal that can look for
   * keys without waiting throws the reason of `signal` once that is aborted.
   *
   * @throws {SuspendedError} where wev is to be stopped, or is in the background.
   * @throws {EndedError} where a signal came that could not end wev.
   */
  read(signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Whether `read` tells that others have written. Set once the terminal is raw. */
  readonly noticesOthers: boolean;
  /** Returns how many columns it has, if that is known. */
  columns(): number | undefined;
  /** Puts the terminal back as it was and lets go of it. */
  close(): void;
}

/**
 * Why a question can't go on. `group`: Ctrl-Z; `process`: SIGTSTP from outside; `background`: the
 * terminal listens to another job; `continued`: this process was stopped without notice, and is not;
 * `answered`: another run has resolved what is asked for.
 */
export type Suspension = "group" | "process" | "background" | "continued" | "answered";

/** A question is given up for now, since this process is to be stopped, or was. */
export class SuspendedError extends Error {
  override readonly name: string = "SuspendedError";

  /** Makes an error with what keeps the question from going on. */
  constructor(readonly how: Suspension) {
    super(`The question can't go on: ${how}`);
  }
}

/** A signal should have ended this process at a question, which the system lets no signal end. */
export class EndedError extends Error {
  override readonly name: string = "EndedError";

  /** Makes an error with the number of the signal. */
  constructor(readonly signal: number) {
    super(`Signal ${signal} came`);
  }
}

/** A command, found and ready. */
export interface Command {
  /** The file to execute, or a name without a slash that is looked up on PATH. */
  readonly path: string;
  /** Its arguments, the first one being the name it was called by. */
  readonly argv: readonly string[];
  /** How its environment differs from the one wev was started with. */
  readonly environment: EnvironmentChanges;
}

/** How an environment differs from another. */
export interface EnvironmentChanges {
  /** Variables to set, by name. */
  readonly set: ReadonlyMap<string, string>;
  /** Variables to remove. */
  readonly unset: readonly string[];
}

/** Runs commands. */
export interface Processes {
  /**
   * Turns this process into `command` with execve(2). Returns only where that can't be done here
   * (Windows, no libc where it is looked for, no permission): then the caller spawns.
   *
   * @throws {ExecutionError} where the system refuses to execute it.
   */
  become?(command: Command): Promise<void>;
  /**
   * Runs `command` as a child with the same streams and terminal, passes signals on, waits.
   *
   * @throws {ExecutionError} where the system refuses to execute it.
   */
  spawn(command: Command): Promise<CommandStatus>;
  /**
   * Runs a program that is not the command, as a child with wev's environment, and returns what it
   * prints.
   *
   * @throws {ExecutionError} where the system refuses to execute it.
   */
  capture(argv: readonly string[], options: CaptureOptions): Promise<Captured>;
  /** Returns whether a process is stopped, if that can be known. */
  isStopped?(process: number): Promise<boolean>;
  /**
   * Returns a number that processes on one terminal have in common, and no two on different ones: that
   * of their session. `process` is this one by default. Returns `undefined` where this process has no
   * terminal, or nothing tells.
   */
  sessionOf?(process?: number): Promise<number | undefined>;
  /**
   * Ends this process by the signal of that name, as the command was ended, so that the caller sees
   * the same. Returns where that can't be done.
   */
  endBy?(signal: string): Promise<void>;
}

/** How a program is run whose output is wanted. */
export interface CaptureOptions {
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  /**
   * What stands on its standard input. A secret belongs here: arguments can be seen by every user.
   *
   * @default {""}
   */
  readonly input?: string;
  /**
   * Whether its standard input and error are the controlling terminal, for a program that asks, if
   * there is one. Else nothing stands on its standard input: wev's own is the command's.
   *
   * @default {false}
   */
  readonly onTerminal?: boolean;
  /**
   * Where its standard error goes: where wev's own does, or nowhere.
   *
   * @default {"inherit"}
   */
  readonly stderr?: "inherit" | "null";
  /**
   * Variables that it gets beside those of wev.
   *
   * @default {{}}
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a program ended whose output is wanted. */
export interface Captured {
  /** What it printed. */
  readonly stdout: string;
  /** Its exit code, as in {@linkcode CommandStatus}. */
  readonly code: number;
  /** Why wev ended it, if it did: it took, or printed, too much. */
  readonly stopped?: "time" | "output";
}

/** How a command ended: with an exit code, or by a signal. */
export interface CommandStatus {
  /** Its exit code; 128 + the signal's number where a signal ended it. */
  readonly code: number;
  /** The name of the signal that ended it. */
  readonly signal?: string;
}

/** How HTTP requests are sent. */
export interface FetchOptions {
  /** Milliseconds until a connection must stand. */
  readonly connectTimeout: number;
  /** Certificates in PEM that are trusted beside the usual ones. */
  readonly certificates: readonly string[];
  /** Is called with the URL of each request before anything is sent, and throws to refuse it. */
  check(url: URL): void;
  /** What must not come back in an answer, read again for each: more may be known by then. */
  readonly secrets: KnownSecrets;
}

/** Secrets that are replaced in text from outside, so that no message can quote them. */
export interface KnownSecrets {
  /** Are hidden in every answer. */
  readonly always: Iterable<string>;
  /** Are hidden in refusals only: they are words like any other, or are given back on purpose. */
  readonly inRefusals: Iterable<string>;
}

/**
 * Sends an HTTP request, once, and returns the whole answer, whatever its status, without secrets:
 * redirects are not followed. With TLS it goes through the proxy that `HTTPS_PROXY` or `ALL_PROXY` names, or straight where
 * `NO_PROXY` has the host.
 *
 * Throws errors with the system's name for what failed as their `code`. Nothing was sent where it is
 * `ECONNREFUSED`, `ENOTFOUND`, `EHOSTUNREACH`, `ENETUNREACH`, `EPROTO` (no TLS), `EPROXY` (the proxy
 * refused), `ECERT` (the certificate can't be verified), `ECERTFILE` (one of those to trust is none), or
 * `ECONNECT` (whatever else keeps a connection from being made). Something may have been sent where it is
 * `ECONNRESET`, `EBADMSG` (the answer is no HTTP), `EMSGSIZE` (it has more than 1 MiB, or too many headers),
 * or `ETIMEDOUT` (it seems that no connection can be made).
 */
export type Fetch = (request: Request) => Promise<Response>;

/** A request that could not be sent, or whose answer did not come. */
export class NetworkError extends Error {
  override readonly name: string = "NetworkError";

  /** Makes an error with the system's name for it: see {@linkcode Fetch}. */
  constructor(readonly code: string, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** What is at a path is not a regular file, or others may have written it. */
export class ForeignFileError extends Error {
  override readonly name: string = "ForeignFileError";
}

/** A part of the surroundings that wev needs to know and can't read. */
export interface UnreadableError extends Error {
  /** What it is: `the variable HOME`. */
  readonly unreadable: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Returns whether `error` is an {@linkcode UnreadableError}. */
export function isUnreadable(error: unknown): error is UnreadableError {
  return error instanceof Error && "unreadable" in error;
}

/** The system refused to execute a file. */
export class ExecutionError extends Error {
  override readonly name: string = "ExecutionError";

  /** Makes an error with the system's name for it: `ENOENT`, `EACCES`, `ENOEXEC`, `E2BIG`, … */
  constructor(readonly code: string, message: string) {
    super(message);
  }
}
