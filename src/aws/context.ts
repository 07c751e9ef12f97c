/**
 * The context that the code for AWS needs. The context of a plugin has all of it.
 *
 * @module
 */

import type { Location } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Captured, Fetch, FetchOptions, FileInfo } from "../runtime.ts";
import type { Times } from "../times.ts";

/** Reads variables and files, and changes nothing. */
export interface ReadContext {
  /** The environment variables. */
  readonly environment: { get(name: string): string | undefined };
  /** The absolute path of the home directory, if it is known. */
  readonly home: string | undefined;
  /** The file system. */
  readonly files: ReadableFiles;
  /** Returns the path in the variable `name`, with `~` and other variables expanded as the AWS CLI does. */
  pathFrom(name: string): string | undefined;
  /** Returns the place of an option in the configuration, if it is set there. */
  placeOf(option: string): Location | undefined;
  /** The current instant. */
  now(): Date;
  /** Formats instants for people. */
  readonly times: Times;
}

/** Files to be read. An absent file is `undefined`; any other failure throws. */
export interface ReadableFiles {
  /** Returns the kind of the file at `path`; follows links. */
  stat(path: string): Pick<FileInfo, "kind"> | undefined;
  /** Returns the content of `path`: at most `limit` bytes, and one more if there are more. */
  read(path: string, limit: number): Uint8Array | undefined;
}

/** Also sends requests and runs programs. */
export interface RequestContext extends ReadContext {
  /** Logs to standard error. */
  readonly logger: Pick<Logger, "debug" | "warning">;
  /** Aborted if the run can no longer succeed. */
  readonly signal: AbortSignal;
  /** Waits for `work`. After a second, says that wev waits for `what`. */
  waitFor<Result>(what: string, work: Promise<Result>): Promise<Result>;
  /** Returns a function that sends HTTP requests. */
  createFetch(options: FetchOptions): Fetch;
  /**
   * Runs a program and returns its output. As in a shell, the exit code is 127 if there is no such program
   * and 126 if it can't be executed.
   */
  askProgram(argv: readonly string[], options: ProgramOptions): Promise<Captured>;
}

/** How a program is run. */
export interface ProgramOptions {
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  /** Where it is looked up: `anywhere`, as a shell does. */
  readonly lookup: "anywhere";
  /** Environment variables that it gets beside those of wev. */
  readonly environment: Readonly<Record<string, string>>;
}
