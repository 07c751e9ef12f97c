/**
 * wev's own options, as data: what is read, what the help says.
 *
 * @module
 */

import { LOG_LEVELS } from "../logger.ts";

/** Who the variables can be exported to. */
export const EXPORT_FORMATS = ["github"] as const;
/** The shells that can complete wev's command line. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
/** A shell that can complete wev's command line. */
export type Shell = typeof SHELLS[number];

/** How wev is called. */
export const USAGE = "wev [OPTIONS] COMMAND [ARG...]";

/** What a command line can ask for. `run`: a command, where no option asks for anything else. */
export type Verb =
  | "run"
  | "explain"
  | "list"
  | "forget"
  | "answer"
  | "deny"
  | "export"
  | "completions"
  | "schema"
  | "version"
  | "help";

/** One of wev's options. */
export interface OptionSpec {
  /** Its name, with the dashes. */
  readonly name: string;
  /** A short form, with its dash. */
  readonly short?: string;
  /** What its value is called, if it takes one. */
  readonly value?: string;
  /** What its value may be, where there are only so many. */
  readonly choices?: readonly string[];
  /** What it does, a line of the help. */
  readonly summary: string;
  /** What it asks for, where that is not a run. One command line asks for one thing. */
  readonly verb?: Verb;
  /** The verbs that it changes; any other would ignore it. Without it, that is all of them. */
  readonly goesWith?: readonly Verb[];
  /** Whether words may follow: a command, or names. Whatever is not refused is read. */
  readonly words?: boolean;
}

/** The verbs that use resolved values. */
const RESOLVING: readonly Verb[] = ["run", "export"];

/** All options, in the order of the help. */
export const OPTIONS: readonly OptionSpec[] = [
  {
    name: "--explain",
    verb: "explain",
    // It explains what the run of this command would set.
    words: true,
    summary: "Show what would be set, and from where",
  },
  { name: "--list", verb: "list", words: false, summary: "Show what is cached, without values" },
  {
    name: "--forget",
    verb: "forget",
    words: true,
    summary: "Drop what is cached here, or for the variables named",
  },
  {
    name: "--all",
    goesWith: ["forget"],
    words: false,
    summary: "With --forget: drop everything that is cached",
  },
  {
    name: "--json",
    goesWith: ["explain", "list", "forget", "answer"],
    summary: "With --explain, --list, --forget and --answer: as JSON",
  },
  { name: "--refresh", goesWith: RESOLVING, summary: "Resolve again, whatever is cached" },
  {
    name: "--min-remaining",
    value: "SECONDS",
    goesWith: RESOLVING,
    summary: "Resolve again what has less life left",
  },
  {
    name: "--wait",
    value: "SECONDS",
    goesWith: RESOLVING,
    summary: "Wait for wev --answer where nobody can be asked",
  },
  {
    name: "--answer",
    verb: "answer",
    words: false,
    summary: "Answer the runs that wait, from any terminal",
  },
  { name: "--deny", verb: "deny", words: false, summary: "End the runs that wait" },
  {
    name: "--token",
    value: "CODE",
    goesWith: [...RESOLVING, "answer"],
    summary: "Take CODE, six digits, instead of asking for it",
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
    summary: `${listed(EXPORT_FORMATS, "or")}: hand variables to later steps of a job`,
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

/** Returns `a, b and c`, or with another conjunction. */
export function listed(words: readonly string[], conjunction: "and" | "or"): string {
  const [last = "", ...rest] = words.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(", ")} ${conjunction} ${last}`;
}
