/**
 * What a plugin gets from wev, and what it gives.
 *
 * @module
 */

import type { Location } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Captured, Fetch, FetchOptions } from "../runtime.ts";
import type { Times } from "../times.ts";
import type { KeepParts, KeepPurpose, KeptState, Lease } from "./keep.ts";
import type { Question } from "./questions.ts";

/** The values of a variable. */
export interface Resolution {
  /** The values, in the order of the names; any beyond the names are for variables with more names. */
  readonly values: readonly string[];
  /** When they expire; without it they are not cached. */
  readonly expiresAt?: Date;
  /** Positions of values that there are not: their names are unset. */
  readonly unset?: readonly number[];
  /**
   * What the command gets too, as far as it has none, in this order. It counts with rivals only: it
   * stands in for what they said.
   */
  readonly defaults?: readonly DefaultVariable[];
  /** Whose values they are, for people: an ARN, a user's name. No secret. */
  readonly identity?: string;
}

/** What the command gets where its environment and the configuration say nothing of it. */
export interface DefaultVariable {
  /** The names of one thing: where some of them are set, the others get the value of the first of those. */
  readonly names: readonly string[];
  /** The value where none of them is set; without it, none of them is set then. No secret. */
  readonly value?: string;
  /** Variables beside which it is not set; `NAME*` is each one that begins with `NAME`. */
  readonly unless?: readonly string[];
  /**
   * Whether an empty variable counts as set.
   *
   * @default false
   */
  readonly emptyCounts?: boolean;
}

/** A resolution that expires, as every one does that is cached. */
export type ExpiringResolution = Resolution & { readonly expiresAt: Date };

/** What values depend on that stands in files. */
export interface PluginBasis {
  /** What was read there, by name. No secret. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Absolute paths of the files, there or not. */
  readonly files: readonly string[];
}

/** What a plugin can see while it explains. */
export interface ExplainContext {
  /** The names of the variable. */
  readonly names: readonly string[];
  /** The environment wev was started with, as far as the plugin declares that it reads it. */
  readonly environment: { get(name: string): string | undefined };
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** Tells instants to people: sentences have them in the user's time zone. */
  readonly times: Times;
  /** The file system. */
  readonly files: PluginFiles;
  /**
   * Returns the path that the environment variable `name`, which the plugin declares that it reads, holds:
   * with `~`, `~user`, `$NAME` and `${NAME}` expanded as Python's `os.path` does. Variables that are named
   * in it are read for the plugin, and belong to the key of what is cached. `undefined` where it is not
   * set.
   */
  pathFrom(name: string): string | undefined;
  /** The current instant. */
  now(): Date;
  /** Returns where an option stands that the plugin lists as `placed`, if it is set. */
  placeOf(option: string): Location | undefined;
  /** Returns what is known of the kept value of `parts`, if there is one that is usable. */
  kept(parts: KeepParts): Promise<KeptState | undefined>;
}

/** The file system, to be read. An absent file is `undefined`; any other failure throws. */
export interface PluginFiles {
  /** Returns what `path` is, links followed, and its size in bytes. */
  stat(
    path: string,
  ): { readonly kind: "file" | "directory" | "link" | "other"; readonly size: number } | undefined;
  /** Returns the content of `path`: at most `limit` bytes, and one more if there are more. */
  read(path: string, limit: number): Uint8Array | undefined;
}

/** How a program is run that a plugin asks. */
export interface ProgramOptions {
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  /**
   * Where it is looked for. `absolute`: at an absolute path, or in the absolute elements of PATH, since
   * any other is another program in each directory. `anywhere`: as a shell does, for a command line that
   * another tool runs that way.
   */
  readonly lookup: "absolute" | "anywhere";
  /**
   * Variables that it gets beside those of wev.
   *
   * @default {{}}
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a plugin can see and use while it resolves. */
export interface ResolveContext extends ExplainContext {
  /** Says things on standard error. */
  readonly logger: Logger;
  /**
   * Returns the answer to a question. It is the only way to the person. Questions of several variables
   * come one at a time, and only when no other variable can fail any more without having asked.
   *
   * @throws {CancelledError} if the person gives up.
   * @throws {WevError} if nobody can be asked.
   */
  question(question: Question): Promise<string>;
  /**
   * Checks that values may be resolved without a code from a person, for a plugin to call before it
   * requests any. wev checks it once more when they are there.
   *
   * @throws {WevError} if wev is locked (`wev --lock`).
   */
  checkUnattended(): void;
  /** Is aborted when the run can't succeed any more. */
  readonly signal: AbortSignal;
  /**
   * Says something to the person at the terminal, if there is one, else on standard error: once a run
   * for each `topic`.
   */
  tell(topic: string, message: string): Promise<void>;
  /** Waits for `work`, and after a second says to the person that wev waits for `what`. */
  waitFor<Result>(what: string, work: Promise<Result>): Promise<Result>;
  /** Where the variable stands, `FILE:LINE:COLUMN`, for messages. */
  readonly location: string;
  /**
   * Returns the kept value of `parts`, or the duty to provide it. Concurrent callers, in this run and in
   * others, wait for a single one. A variable has one duty at a time.
   */
  keep(parts: KeepParts, purpose: KeepPurpose): Promise<Lease>;
  /** Returns what sends HTTP requests. It is the only way to the network that knows of proxies. */
  createFetch(options: FetchOptions): Fetch;
  /**
   * Runs a program on the terminal, if there is one, and returns what it prints. As in a shell its exit
   * code is 127 where there is no such program, and 126 where it can't be executed.
   */
  askProgram(argv: readonly string[], options: ProgramOptions): Promise<Captured>;
}
