/**
 * Options of a plugin, from YAML.
 *
 * @module
 */

import { parseConfig } from "../../src/config/parse.ts";
import type { Plugin } from "../../src/plugin/mod.ts";
import {
  optionError,
  type ReadOptions,
  readOptions,
  type WrittenOptions,
} from "../../src/plugin/options.ts";

/** Returns options as they are written in `yaml`, a mapping in `wev.yml`, which is no file of home. */
export function writtenOptions(
  yaml: string,
  { manifest }: Pick<Plugin, "manifest">,
): WrittenOptions {
  const file = "wev.yml";
  return {
    plugin: manifest.id,
    table: manifest.options,
    entries: parseConfig(new TextEncoder().encode(yaml), file).entries,
    pluginLocation: { file, line: 98, column: 1 },
    variableLocation: { file, line: 99, column: 1 },
    isOfHome: () => false,
  };
}

/**
 * Returns the options that `yaml` gives `plugin` for a variable with `names`.
 *
 * @throws {ConfigError} if they are wrong.
 */
export function optionsOf(
  yaml: string,
  plugin: Plugin,
  names: readonly string[],
): ReadOptions["values"] {
  const written = writtenOptions(yaml, plugin);
  const { values } = readOptions(written);
  const problem = plugin.check?.(values, names);
  if (problem !== undefined) throw optionError(written, problem);
  return values;
}
