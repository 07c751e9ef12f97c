/**
 * Makes the plan from the configuration. Everything that a file alone can have wrong is found here,
 * before anybody is asked.
 *
 * @module
 */

import type { Configuration, Variable } from "../config/load.ts";
import { ConfigError, escapeControls } from "../errors.ts";
import type { Plugin } from "../plugin/manifest.ts";
import { OptionReader } from "../plugin/options.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import { checkConflicts, checkGuards, checkSwitchedOff, type GuardedVariable } from "./guards.ts";
import { checkOwnNames, checkValueNames } from "./names.ts";
import type { Plan, Step } from "./plan.ts";
import { isSwitchedOff } from "./switched_off.ts";

/**
 * Returns what is to be done, in the order of the variables. `isOfHome` tells whether a configuration
 * file is one of the home directory, and so its user's own.
 *
 * @throws {ConfigError} where a plugin is unknown or its options are wrong.
 */
export async function makePlan(
  { files, variables, switchedOff }: Configuration,
  registry: PluginRegistry,
  isOfHome: (file: string) => boolean,
): Promise<Plan> {
  const steps: Step[] = [];
  const guarded: GuardedVariable[] = [];
  for (const variable of variables) {
    checkOwnNames(variable, isOfHome);
    const plugin = await loadPlugin(variable, registry);
    guarded.push(await checkGuards(variable, plugin, registry));
    steps.push(makeStep(variable, plugin, isOfHome));
  }
  for (const variable of switchedOff) {
    checkOwnNames(variable, isOfHome);
    await checkSwitchedOff(variable, registry);
  }
  const conflictsOf = ({ names }: Variable) =>
    steps.find((step) => step.names === names)?.unset ?? [];
  checkConflicts(guarded, conflictsOf, isOfHome);
  return { files, steps };
}

async function loadPlugin(variable: Variable, registry: PluginRegistry): Promise<Plugin> {
  const load = registry.get(variable.pluginId);
  if (load === undefined) throw await unknownPlugin(variable, registry);
  return await load();
}

function makeStep(
  variable: Variable,
  plugin: Plugin,
  isOfHome: (file: string) => boolean,
): Step {
  const { names, location } = variable;
  const set = [...variable.options].filter(([name, entry]) => !isSwitchedOff(name, entry, plugin));
  const reader = new OptionReader(new Map(set), {
    plugin: plugin.id,
    pluginLocation: variable.pluginIdLocation,
    variableLocation: location,
    isOfHome,
  });
  // First, so that a misspelt option is called that, and not a missing one.
  reader.allowOnly(Object.keys(plugin.options), plugin.synonyms);
  const options = plugin.parse(reader, names);
  if (plugin.values !== undefined) checkValueNames(variable, plugin.values);
  const minRemaining = plugin.minRemaining?.(reader);
  const identityHas = plugin.identityHas?.(options);
  const constant = plugin.constant?.(options);
  const places = reader.placesOf(plugin.placed ?? []);
  return {
    names,
    location,
    plugin: plugin.id,
    version: plugin.version,
    reads: plugin.reads ?? [],
    readsSecret: plugin.readsSecret ?? [],
    consumes: plugin.consumes ?? [],
    options,
    ...(plugin.values === undefined ? {} : { secret: plugin.values.map(({ secret }) => secret) }),
    ...(reader.ofHome.length === 0 ? {} : { ofHome: reader.ofHome }),
    ...(constant === undefined ? {} : { constant }),
    ...(Object.keys(places).length === 0 ? {} : { places }),
    ...(minRemaining === undefined ? {} : { minRemaining }),
    ...(identityHas === undefined ? {} : { identityHas }),
    unset: rivalsOf(names, plugin),
  };
}

function rivalsOf(names: readonly string[], plugin: Plugin): string[] {
  return names.flatMap((name) => plugin.rivals?.[name] ?? []);
}

async function unknownPlugin(
  variable: Variable,
  registry: PluginRegistry,
): Promise<ConfigError> {
  const known = [...registry.keys()].sort();
  const plugins = await Promise.all([...registry.values()].map((load) => load()));
  const synonyms = Object.fromEntries(
    plugins.flatMap(({ id, otherNames = [] }) => otherNames.map((name) => [name, id])),
  );
  return new ConfigError(
    variable.pluginIdLocation,
    `There is no plugin "${escapeControls(variable.pluginId)}"`,
    {
      suggest: { word: variable.pluginId, known, synonyms },
      hint: `The plugins are ${known.join(", ")}.`,
    },
  );
}
