/**
 * Options that an empty value switches off.
 *
 * @module
 */

import type { Entry } from "../config/node.ts";
import type { Manifest } from "../plugin/manifest.ts";

/**
 * Returns whether the option `name` is switched off: it is empty here, and an earlier file or a merged
 * mapping sets it.
 */
export function isSwitchedOff(name: string, entry: Entry, { options }: Manifest): boolean {
  return entry.overrides.length > 0 && entry.value.kind === "scalar" && entry.value.text === "" &&
    Object.hasOwn(options, name) && !options[name]!.mayBeEmpty;
}
