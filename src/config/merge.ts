/**
 * Merges a stronger configuration into a weaker one.
 *
 * @module
 */

import { ConfigError, escapeControls, formatLocation } from "../errors.ts";
import type { Entry, MappingNode, Node } from "./node.ts";

/**
 * Returns `weak` overridden by `strong`: mappings are merged deeply, any other value is replaced. Keys
 * stay in the order of their first appearance.
 *
 * @throws {ConfigError} if a mapping would replace a list: a user who meant to add to the list would lose
 * it without notice. The Python version of wev failed too.
 */
export function mergeConfigs(weak: MappingNode, strong: MappingNode): MappingNode {
  const entries = new Map(weak.entries);
  for (const [identity, entry] of strong.entries) {
    const below = entries.get(identity);
    entries.set(identity, below === undefined ? entry : mergeEntries(below, entry));
  }
  return { kind: "mapping", entries, location: strong.location };
}

function mergeEntries(weak: Entry, strong: Entry): Entry {
  return {
    ...strong,
    value: mergeValues(weak, strong),
    overrides: [...strong.overrides, weak.location, ...weak.overrides],
  };
}

function mergeValues(weak: Entry, strong: Entry): Node {
  if (strong.value.kind !== "mapping") return strong.value;
  if (weak.value.kind === "mapping") return mergeConfigs(weak.value, strong.value);
  if (weak.value.kind === "scalar") return strong.value;
  throw new ConfigError(
    strong.location,
    `"${escapeControls(strong.names.join(", "))}" is a mapping here and a list at ${
      formatLocation(weak.location)
    }`,
    { hint: "Make both a mapping or both a list." },
  );
}
