/**
 * Shows explanations, to people or as JSON.
 *
 * @module
 */

import { escapeControls, formatLocation } from "../errors.ts";
import type { Explanation } from "../resolve/explain.ts";
import type { Times } from "../times.ts";
import { jsonText } from "./json_text.ts";

/** What is shown. */
export interface Explained {
  /** The configuration files, the weakest first. */
  readonly files: readonly string[];
  /** The variables. */
  readonly variables: readonly Explanation[];
}

/** Returns what `wev --explain --json` writes. */
export function explainedAsJson(explained: Explained): string {
  return jsonText(explained);
}

/** Returns what `wev --explain` writes. */
export function explainedAsText({ files, variables }: Explained, times: Times): string {
  if (variables.length === 0) {
    return files.length === 0
      ? "No variables: there is no configuration file here, above, or in the home directory.\n"
      : `No variables in ${files.map(escapeControls).join(", ")}.\n`;
  }
  return variables.map((variable) => explainOne(variable, times)).join("\n");
}

function explainOne(variable: Explanation, times: Times): string {
  const { names, plugin, location, overrides, options, explanation, removes, cached } = variable;
  const places = (at: readonly { readonly file: string; line: number; column: number }[]) =>
    at.map(formatLocation).join(", ");
  const lines = [
    `  plugin: ${plugin.id} ${plugin.version}`,
    `  from: ${formatLocation(location)}`,
    ...(overrides.length === 0 ? [] : [`  merged into: ${places(overrides)}`]),
    ...options.flatMap((option) =>
      option.overrides.length === 0 ? [] : [
        `  ${escapeControls(option.name)}: ${formatLocation(option.location)} overrides ${
          places(option.overrides)
        }`,
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
