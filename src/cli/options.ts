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
}

/** All options, in the order of the help. */
export const OPTIONS: readonly OptionSpec[] = [
  {
    name: "--explain",
    summary: "Show what would be set, and from where",
  },
  { name: "--list", summary: "Show what is cached, without values" },
  {
    name: "--forget",
    summary: "Drop what is cached here, or for the variables named",
  },
  { name: "--all", summary: "With --forget: drop everything that is cached" },
  { name: "--json", summary: "With --explain, --list and --forget: as JSON" },
  { name: "--refresh", summary: "Resolve again, whatever is cached" },
  {
    name: "--min-remaining",
    value: "SECONDS",
    summary: "Resolve again what has less life left",
  },
  {
    name: "--token",
    value: "CODE",
    summary: "Take CODE, six digits, instead of asking for it",
  },
  {
    name: "--log-level",
    value: "LEVEL",
    choices: LOG_LEVELS,
    summary: "debug, info, warning or error (default: info)",
  },
  {
    name: "--export",
    value: "FORMAT",
    choices: EXPORT_FORMATS,
    summary: "github: hand variables to later steps of a job",
  },
  {
    name: "--completions",
    value: "SHELL",
    choices: SHELLS,
    summary: "Show completions: bash, zsh, fish or powershell",
  },
  { name: "--schema", summary: "Show the JSON Schema of wev.yml, for editors" },
  {
    name: "--version",
    summary: "Show version, target, runtime and commit",
  },
  { name: "--help", short: "-h", summary: "Show this help" },
];
