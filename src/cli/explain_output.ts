/**
 * Shows explanations, to people or as JSON.
 *
 * @module
 */

import type { SwitchedOff } from "../config/load.ts";
import type { UnreadFile } from "../config/unread_files.ts";
import { escapeControls, formatLocation, type Location } from "../errors.ts";
import type { Explanation } from "../engine/explain.ts";
import type { Times } from "../times.ts";
import { jsonText } from "./json_text.ts";

/** What is shown. */
interface Explained {
  /** The configuration files, the weakest first. */
  readonly files: readonly string[];
  /** What is looked for: the names of configuration files, and the directories, the weakest first. */
  readonly lookedFor: {
    readonly names: readonly string[];
    readonly directories: readonly string[];
  };
  /** Files that set nothing, though somebody may have meant them to. */
  readonly unread: readonly UnreadFile[];
  /** Whether a run fails where nothing is configured. */
  readonly required: boolean;
  /** The variables. */
  readonly variables: readonly Explanation[];
  /** The variables that weaker files set, and that are switched off. */
  readonly switchedOff: readonly Pick<SwitchedOff, "names" | "location" | "overrides">[];
}

/** Returns what `wev --explain --json` writes. */
export function explainedAsJson(explained: Explained): string {
  return jsonText(explained);
}

/** Returns what `wev --explain` writes. */
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
  return "No variables: there is no configuration file here, above, or in the home directory.\n" +
    `Looked for ${lookedFor.names.join(", ")} in\n${directories}${fails}`;
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
