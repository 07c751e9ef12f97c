/**
 * Formats explanations, as text or as JSON.
 *
 * @module
 */

import type { SwitchedOff } from "../config/load.ts";
import type { UnreadFile } from "../config/unread_files.ts";
import { escapeControls, formatLocation, type Location } from "../errors.ts";
import type { Explanation } from "../engine/explain.ts";
import type { Times } from "../times.ts";
import { jsonText } from "./json_text.ts";

/** The result of `wev --explain`. */
interface Explained {
  /** The configuration files; later ones override earlier ones. */
  readonly files: readonly string[];
  /** The names of configuration files and the directories that wev searches; later ones override. */
  readonly lookedFor: {
    readonly names: readonly string[];
    readonly directories: readonly string[];
  };
  /** Files that wev ignores, although their names suggest that they are meant for it. */
  readonly unread: readonly UnreadFile[];
  /** Whether a run fails if nothing is configured. */
  readonly required: boolean;
  /** The variables. */
  readonly variables: readonly Explanation[];
  /** The variables that are set by one file and switched off by a later one. */
  readonly switchedOff: readonly Pick<SwitchedOff, "names" | "location" | "overrides">[];
}

/** Returns the output of `wev --explain --json`. */
export function explainedAsJson(explained: Explained): string {
  return jsonText(explained);
}

/** Returns the output of `wev --explain`. */
export function explainedAsText(explained: Explained, times: Times): string {
  const { variables, switchedOff } = explained;
  const parts = [
    ...(variables.length === 0 ? [explainNothing(explained)] : []),
    ...variables.map((variable) => explainOne(variable, times)),
    ...switchedOff.map(({ names, location, overrides }) =>
      `${names.map(escapeControls).join(", ")}\n` +
      `  switched off: ${formatLocation(location)} is empty, and overrides ${places(overrides)}\n`
    ),
  ];
  return parts.join("\n");
}

function explainNothing({ files, lookedFor, required }: Explained): string {
  const fails = required ? "WEV_REQUIRE is set: a run fails here.\n" : "";
  if (files.length > 0) return `No variables in ${files.map(escapeControls).join(", ")}.\n${fails}`;
  const directories = lookedFor.directories.map((one) => `  ${escapeControls(one)}\n`).join("");
  return "No variables: there is no configuration file in this directory, its parents or the home " +
    `directory.\nLooked for ${lookedFor.names.join(", ")} in\n${directories}${fails}`;
}

function places(at: readonly Location[]): string {
  return at.map(formatLocation).join(", ");
}

function explainOne(variable: Explanation, times: Times): string {
  const { names, plugin, location, overrides, options, explanation, removes, cached } = variable;
  const lines = [
    `  plugin: ${plugin.id} ${plugin.version}`,
    `  from: ${formatLocation(location)}`,
    ...(overrides.length === 0 ? [] : [`  merged into: ${places(overrides)}`]),
    ...options.flatMap((option) =>
      option.overrides.length === 0 ? [] : [
        `  ${escapeControls(option.name)}: ${formatLocation(option.location)} ${
          option.switchedOff ? "is empty, and switches off" : "overrides"
        } ${places(option.overrides)}`,
      ]
    ),
    ...explanation.map((sentence) => `  ${escapeControls(sentence)}`),
    ...(removes.length === 0 ? [] : [`  removes, if set: ${removes.join(", ")}`]),
    cached === null
      ? "  cached: no"
      : `  cached: until ${times.until(cached.expiresAt)}${
        cached.identity === null ? "" : `, for ${escapeControls(cached.identity)}`
      }`,
  ];
  return `${names.map(escapeControls).join(", ")}\n${lines.join("\n")}\n`;
}
