/**
 * Makes the plan from the configuration. Everything that a file alone can have wrong is found here,
 * before anybody is asked.
 *
 * @module
 */

import type { Configuration, Variable } from "../config/load.ts";
import { ConfigError, escapeControls } from "../errors.ts";
import type { Plugin } from "../plugin/contract.ts";
import { OptionReader } from "../plugin/options.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import type { Plan, Step } from "./plan.ts";

/**
 * Returns what is to be done, in the order of the variables. `isOfHome` tells whether a configuration
 * file is one of the home directory, and so its user's own.
 *
 * @throws {ConfigError} where a plugin is unknown or its options are wrong.
 */
export async function makePlan(
  { files, variables }: Configuration,
  registry: PluginRegistry,
  isOfHome: (file: string) => boolean = () => false,
): Promise<Plan> {
  const steps: Step[] = [];
  for (const variable of variables) steps.push(await makeStep(variable, registry, isOfHome));
  return { files, steps };
}

async function makeStep(
  variable: Variable,
  registry: PluginRegistry,
  isOfHome: (file: string) => boolean,
): Promise<Step> {
  const { names, location, pluginId } = variable;
  const load = registry.get(pluginId);
  if (load === undefined) throw unknownPlugin(variable, registry);
  const plugin = await load();
  const reader = new OptionReader(variable.options, {
    plugin: plugin.id,
    pluginLocation: variable.pluginIdLocation,
    variableLocation: location,
    isOfHome,
  });
  // First, so that a misspelt option is called that, and not a missing one.
  reader.allowOnly(Object.keys(plugin.options));
  const options = plugin.parse(reader, names);
  const minRemaining = plugin.minRemaining?.(reader);
  const identityHas = plugin.identityHas?.(options);
  const constant = plugin.constant?.(options);
  return {
    names,
    location,
    plugin: plugin.id,
    version: plugin.version,
    reads: plugin.reads ?? [],
    readsSecret: plugin.readsSecret ?? [],
    consumes: plugin.consumes ?? [],
    options,
    ...(constant === undefined ? {} : { constant }),
    ...(minRemaining === undefined ? {} : { minRemaining }),
    ...(identityHas === undefined ? {} : { identityHas }),
    unset: rivalsOf(names, plugin),
  };
}

function rivalsOf(names: readonly string[], plugin: Plugin): string[] {
  return names.flatMap((name) => plugin.rivals?.[name] ?? []);
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
