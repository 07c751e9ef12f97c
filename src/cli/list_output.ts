/**
 * Shows the entries of the cache, to people or as JSON. Never a value.
 *
 * @module
 */

import type { Standing } from "../cache/lockout.ts";
import { escapeControls } from "../errors.ts";
import { lockedText } from "../engine/admission.ts";
import { type Forgotten, type ListedEntry, type Reason, REASONS } from "../engine/list.ts";
import type { Times } from "../times.ts";
import { jsonText } from "./json_text.ts";
import { type Column, tableLines } from "./table.ts";

/** How entries are shown to people. */
interface TextOptions {
  /** Tells instants. */
  readonly times: Times;
  /** Columns of the terminal; `undefined` where it is none. */
  readonly width: number | undefined;
}

/** Returns what `wev --list --json` writes. */
export function entriesAsJson(
  entries: readonly ListedEntry[],
  standing: Standing | undefined,
): string {
  const locked = standing === undefined ? null : { since: standing.since ?? null };
  return jsonText({ locked, entries });
}

/** Returns what `wev --list` writes first if wev is locked. */
export function lockedAsText(standing: Standing | undefined, times: Times): string {
  if (standing === undefined) return "";
  return `${lockedText(standing, times)}: a code from a person unlocks it.\n`;
}

/** Returns what `wev --list` writes. */
export function entriesAsText(entries: readonly ListedEntry[], options: TextOptions): string {
  if (entries.length === 0) return "Nothing is cached.\n";
  const lines = table(entries, options, [usedColumn(entries)]);
  if (entries.every(({ used }) => used)) return textOf(lines);
  return textOf([...lines, "", "For the reasons in full, run: wev --list --json"]);
}

/** Returns what `wev --forget --json` writes. */
export function forgottenAsJson(forgotten: Forgotten): string {
  return jsonText(forgotten);
}

/** Returns what `wev --forget` writes. */
export function forgottenAsText({ entries, kept }: Forgotten, options: TextOptions): string {
  if (entries.length === 0) return "Nothing to forget.\n";
  return textOf([
    "Forgot:",
    ...table(entries, options),
    ...(kept.length === 0
      ? []
      : ["", "Made with a session that is forgotten, and kept:", ...table(kept, options)]),
  ]);
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

function table(
  entries: readonly ListedEntry[],
  { times, width }: TextOptions,
  more: readonly Column[] = [],
): string[] {
  const columns: readonly Column[] = [
    {
      heading: "IDENTITY",
      cells: entries.map(({ identity }) => cell(identity)),
      // The end of an ARN tells more than its start.
      keeps: 20,
      cutTo: "end",
    },
    { heading: "PROFILE", cells: entries.map(({ profile }) => cell(profile)), keeps: 16 },
    {
      heading: "EXPIRES",
      cells: entries.map(({ expiresAt }) => times.until(expiresAt)),
      short: entries.map(({ expiresAt }) => times.distance(expiresAt)),
    },
    ...more,
    {
      heading: "VARIABLES",
      cells: entries.map(({ names }) => names.map(escapeControls).join(", ")),
      keeps: 18,
    },
  ];
  return tableLines(columns, width);
}

function cell(text: string | null): string {
  return text === null || text === "" ? "-" : escapeControls(text);
}

/** A word for each reason. */
const WORDS: Readonly<Record<Reason, string>> = {
  expired: "expired",
  expiring: "expiring",
  clock: "clock",
  elsewhere: "elsewhere",
  unknown: "unknown",
  refreshed: "refreshed",
  short: "too short",
  account: "account",
  changed: "changed",
};

function usedColumn(entries: readonly ListedEntry[]): Column {
  const names = Object.keys(REASONS) as Reason[];
  return {
    heading: "USED HERE",
    cells: entries.map(({ reason }) => {
      const name = names.find((name) => REASONS[name] === reason);
      return name === undefined ? "yes" : `no: ${WORDS[name]}`;
    }),
  };
}
