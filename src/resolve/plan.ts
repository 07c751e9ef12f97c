/**
 * From the configuration to what is to be done: which plugin resolves which variable, with which
 * options. Everything that a file alone can have wrong is found here, before anybody is asked.
 *
 * @module
 */

import type { Variable } from "../config/load.ts";
import { ConfigError, escapeControls } from "../errors.ts";
import type { Plugin } from "../plugin/contract.ts";
import { OptionReader } from "../plugin/options.ts";
import type { PluginRegistry } from "../plugin/registry.ts";

/** A variable, the plugin that resolves it, and the options as that plugin understands them. */
export interface PlannedVariable {
  /** The variable. */
  readonly variable: Variable;
  /** Its plugin. */
  readonly plugin: Plugin;
  /** What the plugin's `parse` returned. */
  readonly options: unknown;
}

/**
 * Returns what is to be done, in the order of the variables.
 *
 * @throws {ConfigError} where a plugin is unknown or its options are wrong.
 */
export async function plan(
  variables: readonly Variable[],
  registry: PluginRegistry,
): Promise<PlannedVariable[]> {
  const planned: PlannedVariable[] = [];
  for (const variable of variables) planned.push(await planVariable(variable, registry));
  return planned;
}

async function planVariable(
  variable: Variable,
  registry: PluginRegistry,
): Promise<PlannedVariable> {
  const load = registry.get(variable.pluginId);
  if (load === undefined) throw unknownPlugin(variable, registry);
  const plugin = await load();
  const reader = new OptionReader(variable.options, {
    plugin: plugin.id,
    pluginLocation: variable.pluginIdLocation,
    variableLocation: variable.location,
  });
  // First, so that a misspelt option is called that, and not a missing one.
  reader.allowOnly(Object.keys(plugin.options));
  return { variable, plugin, options: plugin.parse(reader, variable.names) };
}

function unknownPlugin(variable: Variable, registry: PluginRegistry): ConfigError {
  const known = [...registry.keys()].sort();
  return new ConfigError(
    variable.pluginIdLocation,
    `There is no plugin "${escapeControls(variable.pluginId)}"`,
    {
      suggest: { word: variable.pluginId, known },
      hint: `The plugins are ${known.join(", ")}.`,
    },
  );
}
