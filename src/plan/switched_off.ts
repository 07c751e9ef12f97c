/**
 * Options that an empty value switches off.
 *
 * @module
 */

import type { Entry } from "../config/node.ts";
import type { Plugin } from "../plugin/manifest.ts";

/**
 * Returns whether the option `name` of `plugin` is as if it were not set: a weaker file, or a mapping
 * that is merged into this one, sets it, and here stands nothing.
 */
export function isSwitchedOff(name: string, entry: Entry, plugin: Plugin): boolean {
  return entry.overrides.length > 0 && entry.value.kind === "scalar" && entry.value.text === "" &&
    Object.hasOwn(plugin.options, name) && !plugin.mayBeEmpty?.includes(name);
}
