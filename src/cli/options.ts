/**
 * The options of wev, as a table for the parser, the help and the completions.
 *
 * @module
 */

import { LOG_LEVELS } from "../logger.ts";

/** The formats of `--export`. */
export const EXPORT_FORMATS = ["github"] as const;
/** The shells that can complete wev's command line. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
/** A shell that can complete wev's command line. */
export type Shell = typeof SHELLS[number];

/** The usage line. */
export const USAGE = "wev [OPTIONS] COMMAND [ARG...]";

/** A verb: what the command line asks wev to do. It is `run` if no option selects another. */
export type Verb =
  | "run"
  | "explain"
  | "list"
  | "forget"
  | "answer"
  | "deny"
  | "export"
  | "login"
  | "check"
  | "lock"
  | "completions"
  | "schema"
  | "version"
  | "help";

/** An option of wev. */
export interface OptionSpec {
  /** The name, with its dashes. */
  readonly name: string;
  /** The short form, with its dash. */
  readonly short?: string;
  /** The name of its value, if it takes one. */
  readonly value?: string;
  /** The allowed values, if the set is fixed. */
  readonly choices?: readonly string[];
  /** The description, one line of the help. */
  readonly summary: string;
  /** The verb that it selects. A command line can select only one. */
  readonly verb?: Verb;
  /** The verbs that it can be used with. If omitted, all verbs. */
  readonly goesWith?: readonly Verb[];
  /** Whether words may follow the options: a command, or names. `false` refuses them. */
  readonly words?: boolean;
}

/** The verbs that use resolved values. */
const RESOLVING: readonly Verb[] = ["run", "export", "login"];

/** All options, in the order of the help. */
export const OPTIONS: readonly OptionSpec[] = [
  {
    name: "--explain",
    verb: "explain",
    // A command is allowed but not run.
    words: true,
    summary: "Show the variables and where they come from",
  },
  { name: "--list", verb: "list", words: false, summary: "List cached entries, without values" },
  {
    name: "--forget",
    verb: "forget",
    words: true,
    summary: "Delete cached values, here or of the named variables",
  },
  {
    name: "--all",
    goesWith: ["forget"],
    words: false,
    summary: "With --forget: delete all cached values",
  },
  {
    name: "--login",
    verb: "login",
    words: false,
    summary: "Resolve all variables and print their identities",
  },
  {
    name: "--check",
    verb: "check",
    words: false,
    summary: "Exit with 0 if everything is cached, else with 1",
  },
  {
    name: "--lock",
    verb: "lock",
    words: false,
    summary: "Delete all cached values, and require a code",
  },
  {
    name: "--json",
    summary: "Print output and failures as JSON, for programs",
  },
  {
    name: "--refresh",
    goesWith: RESOLVING,
    summary: "Ignore cached values and resolve them again",
  },
  {
    name: "--min-remaining",
    value: "SECONDS",
    goesWith: [...RESOLVING, "check"],
    summary: "Resolve again if less lifetime is left",
  },
  {
    name: "--wait",
    value: "SECONDS",
    goesWith: RESOLVING,
    summary: "Without a terminal, wait for wev --answer",
  },
  {
    name: "--answer",
    verb: "answer",
    words: false,
    summary: "Answer the runs that wait, in any terminal",
  },
  { name: "--deny", verb: "deny", words: false, summary: "End the runs that wait" },
  {
    name: "--token",
    value: "CODE",
    goesWith: [...RESOLVING, "answer"],
    summary: "Use CODE (six digits) instead of asking for one",
  },
  {
    name: "--log-level",
    value: "LEVEL",
    choices: LOG_LEVELS,
    summary: `${listed(LOG_LEVELS, "or")} (default: info)`,
  },
  {
    name: "--export",
    value: "FORMAT",
    choices: EXPORT_FORMATS,
    verb: "export",
    words: false,
    summary: `${listed(EXPORT_FORMATS, "or")}: pass variables to later steps of a job`,
  },
  {
    name: "--completions",
    value: "SHELL",
    choices: SHELLS,
    verb: "completions",
    words: false,
    summary: `Show completions: ${listed(SHELLS, "or")}`,
  },
  {
    name: "--schema",
    verb: "schema",
    words: false,
    summary: "Show the JSON Schema of wev.yml, for editors",
  },
  {
    name: "--version",
    verb: "version",
    words: false,
    summary: "Show version, target, runtime and commit",
  },
  { name: "--help", short: "-h", verb: "help", summary: "Show this help" },
];

/** Returns the words as a list in a sentence: `a, b and c`, or `a, b or c`. */
export function listed(words: readonly string[], conjunction: "and" | "or"): string {
  const [last = "", ...rest] = words.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(", ")} ${conjunction} ${last}`;
}
