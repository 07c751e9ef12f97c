/**
 * The cases of `cases.json`: what the Python wev 1.3.5 did and wev must do as well.
 *
 * @module
 */

import data from "./cases.json" with { type: "json" };

/** One case. `{{ROOT}}` is a fresh directory, `{{HOME}}` is `{{ROOT}}/home`, `{{OUT}}` a file. */
export interface GoldenCase {
  /** What it is called. */
  readonly name: string;
  /** Files below the root. */
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>;
  /** Directories below the root. */
  readonly dirs?: readonly string[];
  /** Which of the files can be executed. */
  readonly executable?: readonly string[];
  /** A symbolic link. */
  readonly symlink?: { readonly link: string; readonly target: string };
  /** The working directory. */
  readonly cwd: string;
  /** The home directory. */
  readonly home: string;
  /** What is added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly stdin?: string;
  /** The arguments of wev, where it runs once. */
  readonly argv?: readonly string[];
  /** The arguments of wev, where it runs several times: what is expected is about the last. */
  readonly runs?: readonly (readonly string[])[];
  /** What must come of it. */
  readonly expect: GoldenExpectation;
}

/** What must come of a case. */
export interface GoldenExpectation {
  /** The exit status. */
  readonly exit: number;
  /** Whether the command ran: it writes its environment to `{{OUT}}`. */
  readonly ran?: boolean;
  /** What the command's environment must have. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it must not have. */
  readonly unset?: readonly string[];
  /** All that it has and wev's own environment has not, or has otherwise. */
  readonly changed?: Readonly<Record<string, string>>;
  /** Pieces of standard output. */
  readonly stdout_contains?: readonly string[];
}

/** All cases. */
export const goldenCases: readonly GoldenCase[] = data as readonly GoldenCase[];
