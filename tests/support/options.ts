/**
 * Options of a plugin, from YAML.
 *
 * @module
 */

import { parseConfig } from "../../src/config/parse.ts";
import { OptionReader } from "../../src/plugin/options.ts";

/** Returns the options that `yaml`, a mapping, gives the plugin `plugin`. */
export function readOptions(yaml: string, plugin: string): OptionReader {
  const file = "wev.yml";
  const { entries } = parseConfig(new TextEncoder().encode(yaml), file);
  return new OptionReader(entries, {
    plugin,
    pluginLocation: { file, line: 98, column: 1 },
    variableLocation: { file, line: 99, column: 1 },
  });
}
