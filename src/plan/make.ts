/**
 * Makes the plan from the configuration. It finds every mistake in the files before wev asks a question.
 *
 * @module
 */

import type { Configuration, Variable } from "../config/load.ts";
import { ConfigError, escapeControls } from "../errors.ts";
import type { Plugin } from "../plugin/handler.ts";
import { optionError, readOptions, type WrittenOptions } from "../plugin/options.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import { checkConflicts, checkGuards, checkSwitchedOff, type GuardedVariable } from "./guards.ts";
import { checkOwnNames, checkValueNames } from "./names.ts";
import { inOrder } from "./order.ts";
import type { Plan, Step } from "./plan.ts";
import { isSwitchedOff } from "./switched_off.ts";

/**
 * Returns the plan, with the steps in the order of the variables. `isOfHome` returns whether a
 * configuration file is in the home directory, and so belongs to the user.
 *
 * @throws {ConfigError} if a plugin is unknown, its options are invalid, or variables need each other.
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
  // Throws if variables need each other.
  inOrder(steps);
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
  const { manifest } = plugin;
  const entries = [...variable.options]
    .filter(([name, entry]) => !isSwitchedOff(name, entry, manifest));
  const written: WrittenOptions = {
    plugin: manifest.id,
    table: manifest.options,
    entries: new Map(entries),
    pluginLocation: variable.pluginIdLocation,
    variableLocation: location,
    isOfHome,
  };
  const { values: options, minRemaining, identityHas, places, ofHome } = readOptions(written);
  const problem = plugin.check?.(options, names);
  if (problem !== undefined) throw optionError(written, problem);
  if (manifest.values !== undefined) checkValueNames(variable, manifest.values);
  const needs = plugin.needs?.(options) ?? [];
  const constant = plugin.constant?.(options);
  return {
    names,
    location,
    plugin: manifest.id,
    version: manifest.version,
    reads: manifest.reads ?? [],
    readsSecret: manifest.readsSecret ?? [],
    consumes: manifest.consumes ?? [],
    options,
    ...(needs.length === 0 ? {} : { needs }),
    ...(manifest.values === undefined
      ? {}
      : { secret: manifest.values.map(({ secret }) => secret) }),
    ...(ofHome.length === 0 ? {} : { ofHome }),
    // Constants need no locations: they are not resolved, so there are no messages.
    ...(constant === undefined ? { places } : { constant }),
    ...(minRemaining === undefined ? {} : { minRemaining }),
    ...(identityHas === undefined ? {} : { identityHas }),
    unset: names.flatMap((name) => manifest.conflicts?.[name] ?? []),
  };
}

async function unknownPlugin(
  variable: Variable,
  registry: PluginRegistry,
): Promise<ConfigError> {
  const known = [...registry.keys()].sort();
  const plugins = await Promise.all([...registry.values()].map((load) => load()));
  const synonyms = Object.fromEntries(
    plugins.flatMap(({ manifest: { id, otherNames = [] } }) =>
      otherNames.map((name) => [name, id])
    ),
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
