/**
 * Formats the entries of the cache, as text or as JSON. It never shows a value.
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

/** The options of the text format. */
interface TextOptions {
  /** Formats instants. */
  readonly times: Times;
  /** Columns of the terminal; `undefined` if the output is not a terminal. */
  readonly width: number | undefined;
}

/** Returns the output of `wev --list --json`. */
export function entriesAsJson(
  entries: readonly ListedEntry[],
  standing: Standing | undefined,
): string {
  return jsonText(dataOf(entries, standing));
}

function dataOf(entries: readonly ListedEntry[], standing: Standing | undefined) {
  return { entries, locked: standing === undefined ? null : { since: standing.since ?? null } };
}

/** Returns the first line of the output of `wev --list` if wev is locked. */
export function lockedAsText(standing: Standing | undefined, times: Times): string {
  if (standing === undefined) return "";
  return `${lockedText(standing, times)}: the next code that you give unlocks it.\n`;
}

/** Returns the output of `wev --list`. */
export function entriesAsText(entries: readonly ListedEntry[], options: TextOptions): string {
  if (entries.length === 0) return "Nothing is cached.\n";
  const lines = table(entries, options, [usedColumn(entries)]);
  if (entries.every(({ used }) => used)) return textOf(lines);
  return textOf([...lines, "", "For the reasons in full, run: wev --list --json"]);
}

/** Returns the output of `wev --lock --json`; `entries` are those that it deleted. */
export function lockAsJson(
  entries: readonly ListedEntry[],
  standing: Standing | undefined,
): string {
  return jsonText({ wev: 1, ...dataOf(entries, standing) });
}

/** Returns the output of `wev --forget --json`. */
export function forgottenAsJson(forgotten: Forgotten): string {
  return jsonText(forgotten);
}

/** Returns the output of `wev --forget`. */
export function forgottenAsText({ entries, kept }: Forgotten, options: TextOptions): string {
  if (entries.length === 0) return "Nothing to forget.\n";
  return textOf([
    "Forgot:",
    ...table(entries, options),
    ...(kept.length === 0
      ? []
      : ["", "Kept, although made with a forgotten session:", ...table(kept, options)]),
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
      // The end of an ARN says more than its start.
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

/** The short form of each reason. */
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
