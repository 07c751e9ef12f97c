/**
 * The context that a plugin gets from wev, and the values that it returns.
 *
 * @module
 */

import type { Location } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Captured, Fetch, FetchOptions } from "../runtime.ts";
import type { Times } from "../times.ts";
import type { KeepParts, KeepPurpose, KeptState, Lease } from "./keep.ts";
import type { Question } from "./questions.ts";

/** The resolved values of a variable. */
export interface Resolution {
  /** The values, in the order of the names. Extra values are for variables with more names. */
  readonly values: readonly string[];
  /** When they expire; if omitted, they are not cached. */
  readonly expiresAt?: Date;
  /** Positions of missing values: their names are unset. */
  readonly unset?: readonly number[];
  /**
   * Default variables, in this order: the command gets them if it has no value for them. They are used
   * only if the variable has conflicting variables, which they replace.
   */
  readonly defaults?: readonly DefaultVariable[];
  /** The identity that the values belong to, for people: an ARN, a user name. No secret. */
  readonly identity?: string;
}

/** A variable that the command gets if neither its environment nor the configuration sets it. */
export interface DefaultVariable {
  /** Names with the same meaning. If some are set, the others get the value of the first one that is set. */
  readonly names: readonly string[];
  /** The value if none of them is set; if omitted, they stay unset. No secret. */
  readonly value?: string;
  /** Variables that prevent the default if one is set. `NAME*` means all that start with `NAME`. */
  readonly unless?: readonly string[];
  /**
   * Whether an empty variable counts as set.
   *
   * @default false
   */
  readonly emptyCounts?: boolean;
}

/** A resolution that expires, so it can be cached. */
export type ExpiringResolution = Resolution & { readonly expiresAt: Date };

/** The inputs from files that values depend on. */
export interface PluginBasis {
  /** The inputs that were read, by name. No secret. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Absolute paths of the files, which may not exist. */
  readonly files: readonly string[];
}

/** The context of a plugin while it explains. */
export interface ExplainContext {
  /** The names of the variable. */
  readonly names: readonly string[];
  /** The environment wev was started with: only the variables that the plugin declares. */
  readonly environment: { get(name: string): string | undefined };
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** Formats instants for people, in the user's time zone. */
  readonly times: Times;
  /** The file system. */
  readonly files: PluginFiles;
  /**
   * Returns the path in the environment variable `name`, or `undefined` if it is not set. The plugin must
   * declare `name`. wev expands `~`, `~user`, `$NAME` and `${NAME}` as Python's `os.path` does, and adds
   * the variables in the path to the cache key.
   */
  pathFrom(name: string): string | undefined;
  /** The current instant. */
  now(): Date;
  /** Returns the location of an option, if it is set. */
  placeOf(option: string): Location | undefined;
  /** Returns the state of the kept value of `parts`, if there is a usable one. */
  kept(parts: KeepParts): Promise<KeptState | undefined>;
}

/** The file system, read-only. For an absent file the methods return `undefined`; other failures throw. */
export interface PluginFiles {
  /** Returns the kind of `path` and its size in bytes; follows links. */
  stat(
    path: string,
  ): { readonly kind: "file" | "directory" | "link" | "other"; readonly size: number } | undefined;
  /** Returns the first `limit` bytes of `path`, and one more if the file is longer. */
  read(path: string, limit: number): Uint8Array | undefined;
}

/** The options of running a program. */
export interface ProgramOptions {
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  /**
   * The places to look for it. `absolute`: an absolute path, or the absolute directories of PATH, because
   * a relative one is another program in each directory. `anywhere`: as a shell does, for command lines
   * that other tools run this way.
   */
  readonly lookup: "absolute" | "anywhere";
  /**
   * Variables that it gets in addition to those of wev.
   *
   * @default {{}}
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The context of a plugin while it resolves. */
export interface ResolveContext extends ExplainContext {
  /** Logs messages to standard error. */
  readonly logger: Logger;
  /**
   * Returns the answer to a question. It is the only way to the person. Questions of several variables
   * come one at a time. `meanwhile` is what must be checked before the answer counts: it begins when the
   * question stands, and if it fails the question is taken back. An answer counts only if no other
   * variable has failed by then.
   *
   * @throws {CancelledError} if the user cancels.
   * @throws {WevError} if wev can't ask.
   */
  question(question: Question, meanwhile?: () => Promise<string | undefined>): Promise<string>;
  /**
   * Checks that values may be resolved without a code from the user. A plugin calls it before it requests
   * them. wev checks it again before it uses the values.
   *
   * @throws {WevError} if wev is locked (`wev --lock`).
   */
  checkUnattended(): void;
  /** Aborted as soon as the run can't succeed any more. */
  readonly signal: AbortSignal;
  /**
   * Writes a message to the terminal, or to standard error if there is no terminal. Writes only one message
   * per `topic` in a run.
   */
  tell(topic: string, message: string): Promise<void>;
  /** Waits for `work`. After a second, tells the user that wev waits for `what`. */
  waitFor<Result>(what: string, work: Promise<Result>): Promise<Result>;
  /** The location of the variable, `FILE:LINE:COLUMN`, for messages. */
  readonly location: string;
  /**
   * Returns a lease: the kept value of `parts`, or the duty to provide it. Concurrent callers, in this run
   * and in others, wait for the one that has the duty. A variable has one duty at a
   * time, and while it proves a choice a second one: for what it gets with it.
   */
  keep(parts: KeepParts, purpose: KeepPurpose): Promise<Lease>;
  /**
   * Returns whether the kept value of `parts` is there, or another variable of this run has the duty to
   * provide it: then nobody has to be asked for it.
   */
  isProvided(parts: KeepParts, purpose: KeepPurpose): Promise<boolean>;
  /** Returns a function that sends HTTP requests. It is the only one that supports proxies. */
  createFetch(options: FetchOptions): Fetch;
  /**
   * Runs a program on the terminal, if there is one, and returns its output. As in a shell, the exit code
   * is 127 if the program does not exist, and 126 if it can't be executed.
   */
  askProgram(argv: readonly string[], options: ProgramOptions): Promise<Captured>;
}
