/**
 * Shows the entries of the cache, to people or as JSON. Never a value.
 *
 * @module
 */

import { escapeControls } from "../errors.ts";
import type { ListedEntry } from "../resolve/list.ts";
import { jsonText } from "./json_text.ts";
import { describeExpiry } from "./time.ts";

/** Returns what `--json` writes. */
export function entriesAsJson(entries: readonly ListedEntry[]): string {
  return jsonText({ entries });
}

/** Returns what `wev --list` writes; `now` is for times in words. */
export function entriesAsText(entries: readonly ListedEntry[], now: Date): string {
  if (entries.length === 0) return "Nothing is cached.\n";
  return entries.map((entry) => describe(entry, now)).join("\n");
}

/** Returns what `wev --forget` writes. */
export function forgottenAsText(entries: readonly ListedEntry[], now: Date): string {
  if (entries.length === 0) return "Nothing to forget.\n";
  return `Forgot:\n${entriesAsText(entries, now)}`;
}

function describe(entry: ListedEntry, now: Date): string {
  const { names, plugin, identity, profile, expiresAt, reason } = entry;
  const lines = [
    `  plugin: ${escapeControls(plugin)}`,
    ...(identity === null ? [] : [`  identity: ${escapeControls(identity)}`]),
    ...(profile === null ? [] : [`  profile: ${escapeControls(profile)}`]),
    `  ${expiresAt <= now ? "expired" : "expires"}: ${describeExpiry(expiresAt, now)}`,
    reason === null ? "  used here: yes" : `  used here: no (${reason})`,
  ];
  return `${names.map(escapeControls).join(", ")}\n${lines.join("\n")}\n`;
}
