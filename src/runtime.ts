/**
 * The interfaces to everything outside wev: environment, clock, files, terminal, processes. `main.ts`
 * makes the real ones from `src/deno/`, and tests use fakes. No other code uses `Deno`.
 *
 * @module
 */

/** The operating systems that wev tells apart. */
export type System = "linux" | "darwin" | "windows" | "other";

/** Everything outside wev that wev uses. */
export interface Runtime {
  /** The operating system. */
  readonly system: System;
  /** The environment wev was started with. */
  readonly environment: ListedEnvironment;
  /** The machine and the JavaScript runtime. */
  readonly platform: Platform;
  /** This process's ID. */
  readonly process: number;
  /** The time at which this process started. */
  readonly startedAt: Date;
  /** The ID of the user it runs as; `undefined` on Windows. */
  readonly user: number | undefined;
  /**
   * The physical working directory, as getcwd(3) tells it.
   *
   * @throws {UnreadableError} if it is not UTF-8, or the system can't return it.
   */
  readonly workingDirectory: string;
  /** The clock of the system. */
  readonly clock: Clock;
  /** Returns a function that converts an instant to the user's time zone. */
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
   * Turns this process into a command, which the system looks up on the PATH that `changes` give it.
   * Returns if that fails, for any reason; `processes.execute` throws it.
   */
  become(argv: readonly string[], changes: EnvironmentChanges): void;
  /**
   * Opens the controlling terminal (`/dev/tty`, `CONIN$` and `CONOUT$`), even if the standard streams
   * are redirected. Without one, opens the standard streams if they are a terminal.
   */
  openTerminal(): Promise<OpenedTerminal>;
  /** Returns the controlling terminal as other programs find it. */
  ownTerminal?(): Promise<OwnTerminal>;
  /**
   * Keeps the signals as the caller set them, ignored ones too: modules that are loaded later can't
   * change them. A warm run loads no such module.
   */
  keepSignals?(): Promise<void>;
  /**
   * Stops this process as `how` says, and returns when it is continued. Returns whether it may ask a
   * question now: it may not in the background if nobody can bring it to the foreground.
   */
  suspend?(how: Suspension): Promise<boolean>;
  /** Connects processes of this user; `undefined` on Windows. */
  readonly sockets?: LocalSockets | undefined;
  /** Disables core dumps of this process, which is about to hold secrets. */
  protectSecrets(): void;
  /**
   * Hides the arguments at `positions`, counted from 0, from other users (`ps`), if the system lets a
   * process do that.
   */
  hideArguments?(positions: readonly number[]): Promise<void>;
  /** Returns a function that sends HTTP requests. */
  createFetch(options: FetchOptions): Fetch;
}

/** The machine and the JavaScript runtime. */
export interface Platform {
  /** The target triple of the machine: `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  /** The JavaScript runtime and its version: `Deno 2.9.6`. */
  readonly engine: string;
}

/** Read access to environment variables. */
export interface Environment {
  /**
   * Returns the value of `name`, or `undefined` if it is not set. If it is empty, returns `""`.
   *
   * @throws {UnreadableError} if it is not UTF-8.
   */
  get(name: string): string | undefined;
}

/** Environment variables whose names can be listed. */
export interface ListedEnvironment extends Environment {
  /** Returns the names of all variables whose name is UTF-8. This is slow. */
  names(): readonly string[];
}

/** A clock. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}

/** An instant as local date and time. */
export interface ToldTime {
  /** The day: `2026-01-31`. */
  readonly date: string;
  /** Hour and minute: `13:00`. */
  readonly time: string;
  /** The seconds, two digits. */
  readonly seconds: string;
  /** The abbreviation of the time zone, or its offset from UTC: `CET`, `+05:45`. */
  readonly zone: string;
}

/** Converts an instant to the user's time zone. */
export type LocalTime = (instant: Date) => ToldTime;

/** The attributes of a file. */
export interface FileInfo {
  /** The type of the file. Only `lstat` reports symbolic links. */
  readonly kind: "file" | "directory" | "link" | "other";
  /** Size in bytes. */
  readonly size: number;
  /** Device number; 0 if the system has none. */
  readonly device: number;
  /** Inode number; 0 if the system has none. */
  readonly inode: number;
  /** Permission bits and type, as in stat(2); `undefined` on Windows. */
  readonly mode: number | undefined;
  /** Owner's user ID; `undefined` on Windows. */
  readonly uid: number | undefined;
  /** Group ID; `undefined` on Windows. */
  readonly gid?: number | undefined;
  /** Time of the last change of the content, in whole milliseconds. */
  readonly modified: Date | undefined;
  /** Time of the last change of content, name, owner or mode; `undefined` on Windows. */
  readonly changed?: Date | undefined;
}

/** A file that was read, or that was not opened because it is not a regular file. */
export interface ReadFile {
  /** The attributes of the file. */
  readonly info: FileInfo;
  /** The whole content; `undefined` if it is not a regular file, or is too large. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** The file system. For a missing file the result is `undefined`; any other failure throws. */
export interface Files {
  /** Returns the attributes of the file at `path`; follows links. */
  stat(path: string): FileInfo | undefined;
  /** Returns the attributes of the file at `path`; does not follow a link. */
  lstat(path: string): FileInfo | undefined;
  /** Returns the target of the symbolic link `path` as it is stored. */
  readLink(path: string): string;
  /** Returns `path` with all links resolved. */
  realPath(path: string): string | undefined;
  /** Returns the first `limit` bytes of `path`, and one more if the file is longer; follows links. */
  read(path: string, limit: number): Uint8Array | undefined;
  /**
   * Reads a regular file of at most `limit` bytes. Attributes and content are from one descriptor. It
   * opens no link, pipe or device. One that another user puts in its place at that moment is not read,
   * and on Linux not waited for.
   */
  readRegular(path: string, limit: number): ReadFile | undefined;
  /**
   * Writes `path` atomically: to a temporary file in the same directory, with mode 0600, which is then
   * renamed.
   */
  writePrivately(path: string, content: Uint8Array): void;
  /** Appends `text` to an existing file: all of it, or nothing if that fails. */
  append(path: string, text: string): void;
  /** Creates a directory with mode 0700 in an existing one; does nothing if `path` exists. */
  makeDirectory(path: string): void;
  /** Returns the names in a directory; none if the directory does not exist. */
  list(path: string): string[];
  /** Removes a file; does nothing if it does not exist. */
  remove(path: string): void;
  /** Renames a file or directory. */
  rename(path: string, to: string): void;
  /** Sets the permission bits of a file or directory. */
  setMode(path: string, mode: number): void;
  /**
   * Waits for the lock on a file and takes it. Creates the file with mode 0600 if it does not exist.
   * Calls `onWait` if somebody else has it.
   *
   * @throws {ForeignFileError} if it is not a regular file that only this user may write.
   */
  lock(path: string, onWait?: () => void): Promise<LockedFile>;
}

/** A file that this process has locked. */
export interface LockedFile {
  /** Returns at most `limit` bytes of its content. */
  content(limit: number): string;
  /** Replaces its content. */
  replace(text: string): void;
  /** Releases the lock. */
  close(): void;
}

/** A stream to which text is written. */
export interface Output {
  /** Whether it is a terminal. */
  isTerminal(): boolean;
  /**
   * Writes all of `text`. Standard error never throws: text that can't be written is lost. Standard
   * output throws the system's error, whose `code` is its name: `EPIPE`, `ENOSPC`, `EIO`, ….
   */
  write(text: string): void;
}

/** A stream that also carries workflow commands of GitHub Actions. */
export interface CommandOutput extends Output {
  /** Writes workflow commands. Text given to `write` is escaped, so that it is never a command. */
  command(text: string): void;
  /** Returns its number of columns; `undefined` if it is not a terminal, or the number is unknown. */
  width(): number | undefined;
  /** Returns whether written text is lost: the stream is closed, or is the null device. */
  isDiscarded(): Promise<boolean>;
}

/** Connects processes of one user. */
export interface LocalSockets {
  /**
   * Waits for connections at `path`, which must not exist. It stays there when the listener is closed.
   * Returns `undefined` if that is impossible.
   */
  listen(path: string): Promise<LocalListener | undefined>;
  /**
   * Connects to the process that listens at `path`. Returns `undefined` if there is none, or if it is
   * another user's.
   */
  connect(path: string): Promise<LocalConnection | undefined>;
}

/** Accepts the connections of other processes of this user. */
export interface LocalListener {
  /** Waits for a connection; returns `undefined` once it is closed. */
  accept(): Promise<LocalConnection | undefined>;
  /** Accepts no more. */
  close(): Promise<void>;
}

/** A connection to another process of this user. */
export interface LocalConnection {
  /** Waits for a line, and returns it without its end; `undefined` when either side has closed. */
  read(): Promise<string | undefined>;
  /** Sends a line without waiting. Returns whether it was sent: the other process may have stopped. */
  write(line: string): boolean;
  /** Sends nothing more. What the other side has sent can still be read. */
  endWriting(): void;
  /** Closes it. */
  close(): Promise<void>;
}

/**
 * The mode of a terminal. `raw`: each key is read when it is pressed, is not echoed, and sends no
 * signal. `silent`: no echo. `original`: as wev found it.
 */
export type TerminalMode = "raw" | "silent" | "original";

/**
 * A terminal; `in use` if there is one that another program uses, so that nothing may be read from it or
 * written to it; `undefined` if there is none.
 */
export type OpenedTerminal = Terminal | "in use" | undefined;

/** A terminal for questions. */
export interface Terminal {
  /** Shows `text`. */
  write(text: string): void;
  /**
   * Sets the mode. Before a signal ends or stops wev, the terminal is set back to the original mode.
   *
   * @throws {SuspendedError} if `raw` is set in the background.
   */
  setMode(mode: TerminalMode): void;
  /**
   * Waits for keys; returns the bytes, or `undefined` at the end of the input. Returns no bytes if other
   * processes have written to the terminal, so that the cursor has moved. Throws the reason of `signal`
   * when that is aborted; a terminal that can't poll for keys may then swallow the next one.
   *
   * @throws {SuspendedError} if wev is to be stopped, or is in the background.
   * @throws {EndedError} if a signal came that could not end wev.
   */
  read(signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Whether `read` notices that other processes have written. Valid in raw mode. */
  readonly noticesOthers: boolean;
  /** Returns the number of columns, if that is known. */
  columns(): number | undefined;
  /** Restores the original mode and closes the terminal. */
  close(): void;
}

/**
 * Why a question is interrupted. `group`: Ctrl-Z; `process`: SIGTSTP from another process;
 * `background`: another job is in the foreground; `continued`: this process was stopped without notice
 * and has been continued; `answered`: another run has resolved the values.
 */
export type Suspension = "group" | "process" | "background" | "continued" | "answered";

/** A question is interrupted, because this process is to be stopped or was. */
export class SuspendedError extends Error {
  override readonly name: string = "SuspendedError";

  /** Makes an error with the reason. */
  constructor(readonly how: Suspension) {
    super(`The question is interrupted: ${how}`);
  }
}

/** A signal at a question could not end this process: it is process 1 of a container. */
export class EndedError extends Error {
  override readonly name: string = "EndedError";

  /** Makes an error with the number of the signal. */
  constructor(readonly signal: number) {
    super(`Signal ${signal} came`);
  }
}

/** A command to execute. */
export interface Command {
  /** The file to execute, or a name without a slash that is looked up on PATH. */
  readonly path: string;
  /** Its arguments; the first is the name it was called by. */
  readonly argv: readonly string[];
  /** The changes to the environment wev was started with. */
  readonly environment: EnvironmentChanges;
}

/** Changes to an environment. */
export interface EnvironmentChanges {
  /** Variables to set, by name. */
  readonly set: ReadonlyMap<string, string>;
  /** Variables to remove. */
  readonly unset: readonly string[];
}

/** Runs commands. */
export interface Processes {
  /**
   * Executes `command` in place of this process. Returns only if that is impossible here (Windows, no
   * libc at its known places, no permission): then the caller spawns it.
   *
   * @throws {ExecutionError} if the system refuses to execute it.
   */
  execute?(command: Command): Promise<void>;
  /**
   * Runs `command` as a child with the same streams and terminal, passes signals on, waits.
   *
   * @throws {ExecutionError} if the system refuses to execute it.
   */
  spawn(command: Command): Promise<CommandStatus>;
  /**
   * Runs a program for wev itself, as a child with wev's environment, and returns its output.
   *
   * @throws {ExecutionError} if the system refuses to execute it.
   */
  capture(argv: readonly string[], options: CaptureOptions): Promise<Captured>;
  /**
   * Starts a program that asks the user, as a child in a session of its own, without the terminal. It
   * ends with wev, however wev ends; on Windows it may go on.
   *
   * @throws {ExecutionError} if the system refuses to execute it.
   */
  startDialog?(argv: readonly string[], options: DialogOptions): Promise<Dialog>;
  /** Returns whether a process is stopped; `false` if that is unknown. */
  isStopped?(process: number): Promise<boolean>;
  /**
   * Returns the ID of the session of `process`, by default of this one. Two processes have the same
   * controlling terminal if, and only if, they are in the same session. Returns `undefined` if the
   * session has no terminal, or is unknown.
   */
  sessionOf?(process?: number): Promise<number | undefined>;
  /** Returns the process that started this one. */
  parent?(): Promise<ParentProcess>;
  /**
   * Ends this process by the signal that ended the command, so that the caller sees the same status.
   * Returns if that is impossible.
   */
  endBy?(signal: string): Promise<void>;
}

/** The process that started this one. */
export interface ParentProcess {
  /** Its process ID. */
  readonly process: number;
  /** The name of its program, if that is known. */
  readonly name?: string | undefined;
}

/** How a program is run whose output is read. */
export interface CaptureOptions {
  /** The time after which it is killed, in milliseconds. */
  readonly timeout: number;
  /**
   * Its standard input. Secrets belong here, because every user can see arguments.
   *
   * @default {""}
   */
  readonly input?: string;
  /**
   * Whether its standard input and error are the controlling terminal, if there is one, for a program
   * that asks questions. Otherwise its input is empty: that of wev belongs to the command. If another
   * program uses that terminal, it has none, and can't open it either.
   *
   * @default {false}
   */
  readonly onTerminal?: boolean;
  /**
   * Its standard error: that of wev, or the null device.
   *
   * @default {"inherit"}
   */
  readonly stderr?: "inherit" | "null";
  /**
   * Variables added to the environment of wev.
   *
   * @default {{}}
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The output of a program, and how it ended. */
export interface Captured {
  /** Its standard output. */
  readonly stdout: string;
  /** Its exit code, as in {@linkcode CommandStatus}. */
  readonly code: number;
  /** Why wev killed it, if it did: it ran too long, or printed too much. */
  readonly stopped?: "time" | "output";
}

/** The controlling terminal. */
export interface OwnTerminal {
  /** Its path, if that is known. */
  readonly path: string | undefined;
  /** Whether this process is in its foreground. */
  readonly isForeground: boolean;
}

/** How a program is run that asks the user. */
export interface DialogOptions {
  /**
   * Whether wev speaks to it on its standard input. Otherwise its input is empty, and its standard error
   * is that of wev.
   *
   * @default {false}
   */
  readonly speaks?: boolean;
  /**
   * Whether it uses wev's terminal, whose path it was told. Then a signal that ends or stops wev first ends
   * the program, so that it restores the terminal.
   *
   * @default {false}
   */
  readonly drawsOnTerminal?: boolean;
  /**
   * Variables added to the environment of wev.
   *
   * @default {{}}
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A program that asks the user. */
export interface Dialog {
  /** Sends a line. It is lost if the program has ended. */
  send(line: string): Promise<void>;
  /**
   * Waits for a line of its standard output; returns `undefined` at the end.
   *
   * @throws {SuspendedError} if wev is to be stopped, and the program uses its terminal.
   * @throws {EndedError} if a signal came that could not end wev, and the program uses its terminal.
   */
  readLine(): Promise<string | undefined>;
  /** Waits for its end, and returns its exit code, as in {@linkcode CommandStatus}. */
  exitCode(): Promise<number>;
  /**
   * Ends it, and what it has started in its process group, if it still runs: SIGTERM, and SIGKILL after a
   * second. Waits for the end.
   */
  end(): Promise<void>;
}

/** How a command ended: with an exit code, or by a signal. */
export interface CommandStatus {
  /** Its exit code; 128 + the signal number if a signal ended it. */
  readonly code: number;
  /** The name of the signal that ended it. */
  readonly signal?: string;
}

/** How HTTP requests are sent. */
export interface FetchOptions {
  /** The time in which a connection must be established, in milliseconds. */
  readonly connectTimeout: number;
  /** Additional trusted certificates in PEM. */
  readonly certificates: readonly string[];
  /** Is called with the URL of each request before it is sent; throws to reject it. */
  check(url: URL): void;
  /** Secrets to redact in responses. They are read for each response, as more may be known by then. */
  readonly secrets: KnownSecrets;
}

/** Secrets that are redacted in responses, so that no message can quote them. */
export interface KnownSecrets {
  /** Secrets to redact in every response. */
  readonly always: Iterable<string>;
  /** Secrets to redact in error responses only: common words, or values that AWS returns on purpose. */
  readonly inRefusals: Iterable<string>;
}

/**
 * Sends an HTTP request once, without following redirects, and returns the whole response with secrets
 * redacted, whatever its status. HTTPS requests use the proxy in `HTTPS_PROXY` or `ALL_PROXY`, unless
 * `NO_PROXY` contains the host.
 *
 * Throws errors with a `code`. Nothing was sent if it is `ECONNREFUSED`, `ENOTFOUND`, `EHOSTUNREACH`,
 * `ENETUNREACH`, `EPROTO` (no TLS), `EPROXY` (the proxy rejected the request), `ECERT` (the certificate
 * can't be verified), `ECERTFILE` (a trusted certificate can't be parsed), or `ECONNECT` (any other
 * failure to connect). The request may have been sent if it is `ECONNRESET`, `EBADMSG` (the response is
 * not HTTP), `EMSGSIZE` (more than 1 MiB, or too many headers), or `ETIMEDOUT` (probably no connection).
 */
export type Fetch = (request: Request) => Promise<Response>;

/** A request that could not be sent, or that got no response. */
export class NetworkError extends Error {
  override readonly name: string = "NetworkError";

  /** Makes an error with a code of {@linkcode Fetch}. */
  constructor(readonly code: string, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The file at a path is not a regular file, or other users can write it. */
export class ForeignFileError extends Error {
  override readonly name: string = "ForeignFileError";
}

/** A part of the environment of this process that wev needs and can't read. */
export interface UnreadableError extends Error {
  /** The name of the part: `the variable HOME`. */
  readonly unreadable: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Returns whether `error` is an {@linkcode UnreadableError}. */
export function isUnreadable(error: unknown): error is UnreadableError {
  return error instanceof Error && "unreadable" in error;
}

/** The system failed to execute a file. */
export class ExecutionError extends Error {
  override readonly name: string = "ExecutionError";

  /** Makes an error with the system's name for it: `ENOENT`, `EACCES`, `ENOEXEC`, `E2BIG`, … */
  constructor(readonly code: string, message: string) {
    super(message);
  }
}
