/**
 * wev's own options, as data: what is read, what the help says.
 *
 * @module
 */

/** One of wev's options. */
export interface OptionSpec {
  /** Its name, with the dashes. */
  readonly name: string;
  /** A short form, with its dash. */
  readonly short?: string;
  /** What its value is called, if it takes one. */
  readonly value?: string;
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
    summary: "debug, info, warning or error (default: info)",
  },
  {
    name: "--version",
    summary: "Show the version, the machine it is for, Deno's version, the commit",
  },
  { name: "--help", short: "-h", summary: "Show this help" },
];
