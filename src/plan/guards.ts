/**
 * Guarded options: they protect the user if the user's own configuration file sets them. A project can't
 * weaken them.
 *
 * @module
 */

import type { SwitchedOff, Variable } from "../config/load.ts";
import type { Entry, MappingNode, Node } from "../config/node.ts";
import { ConfigError, escapeControls, formatLocation, type Location } from "../errors.ts";
import type { Plugin } from "../plugin/handler.ts";
import type { Guard } from "../plugin/option_table.ts";
import type { PluginRegistry } from "../plugin/registry.ts";

/** A variable, and the location of the guard on its identity. */
export interface GuardedVariable {
  /** The variable. */
  readonly variable: Variable;
  /** The location of the option that fixes the identity of the values; `undefined` if there is none. */
  readonly identityLocation: Location | undefined;
}

/**
 * Checks that other files do not weaken the guarded options of `variable` in the home directory's files.
 * `plugin` is the plugin that resolves it.
 *
 * @throws {ConfigError} with both locations if they do.
 */
export async function checkGuards(
  variable: Variable,
  plugin: Plugin,
  registry: PluginRegistry,
): Promise<GuardedVariable> {
  const own = pluginEntries(variable.own);
  const ownId = textOf(own?.get("id")?.value);
  const ownPlugin = ownId === undefined ? plugin : await registry.get(ownId)?.() ?? plugin;
  let identityLocation: Location | undefined;
  for (const [name, entry] of own ?? []) {
    const guard = guardOf(ownPlugin, name);
    // An empty option counts as not set.
    if (guard === undefined || textOf(entry.value) === "") continue;
    const now = variable.options.get(name);
    const guarded = describeOwn(name, entry);
    if (ownPlugin.manifest.id !== plugin.manifest.id) {
      const change =
        `${plugin.manifest.id} in place of ${ownPlugin.manifest.id} would drop ${guarded}`;
      throw new ConfigError(variable.pluginIdLocation, change, { hint: HINT });
    }
    if (now === undefined) {
      const change = `This replaces earlier files, and would drop ${guarded}`;
      throw new ConfigError(variable.location, change, { hint: HINT });
    }
    if (!isKept(guard, entry.value, now.value)) {
      const change = `This ${guard === "minimum" ? "is less than" : "differs from"} ${guarded}`;
      throw new ConfigError(now.location, change, { hint: HINT });
    }
    if (guard === "identity") identityLocation ??= entry.location;
  }
  return { variable, identityLocation };
}

/**
 * Checks that switching off a variable drops no guarded option of the home directory's files.
 *
 * @throws {ConfigError} with both locations if it drops one.
 */
export async function checkSwitchedOff(
  { location, own }: SwitchedOff,
  registry: PluginRegistry,
): Promise<void> {
  const entries = pluginEntries(own);
  if (entries === undefined) return;
  const load = registry.get(textOf(entries.get("id")?.value) ?? "");
  // If another file names the plugin, it may be any of them.
  const loaders = load === undefined ? [...registry.values()] : [load];
  const plugins = await Promise.all(loaders.map((load) => load()));
  for (const [name, entry] of entries) {
    const isGuarded = plugins.some((plugin) => guardOf(plugin, name) !== undefined);
    if (!isGuarded || textOf(entry.value) === "") continue;
    const change = `This switches the variable off, and would drop ${describeOwn(name, entry)}`;
    throw new ConfigError(location, change, { hint: HINT });
  }
}

/**
 * Checks that no project sets a variable that programs prefer to one with a guarded identity. Programs
 * would then use another identity. `conflictsOf` returns the names of the variables they prefer.
 *
 * @throws {ConfigError} with both locations if one does.
 */
export function checkConflicts(
  guarded: readonly GuardedVariable[],
  conflictsOf: (variable: Variable) => readonly string[],
  isOfHome: (file: string) => boolean,
): void {
  for (const { variable, identityLocation } of guarded) {
    if (identityLocation === undefined) continue;
    // On Windows `aws_profile` and `AWS_PROFILE` are the same variable.
    const conflicts = new Set(conflictsOf(variable).map((name) => name.toUpperCase()));
    for (const { variable: { names, nameLocations, location } } of guarded) {
      const index = names.findIndex((name) => conflicts.has(name.toUpperCase()));
      if (index < 0 || isOfHome(location.file)) continue;
      throw new ConfigError(
        nameLocations[index]!,
        `Programs may prefer ${escapeControls(names[index]!)} to the identity that your own ` +
          `configuration file requires (${formatLocation(identityLocation)})`,
        { hint: HINT },
      );
    }
  }
}

const HINT = "A project can't weaken what a configuration file of the home directory requires. " +
  "Remove one of the two.";

function guardOf({ manifest: { options } }: Plugin, name: string): Guard | undefined {
  return Object.hasOwn(options, name) ? options[name]!.guard : undefined;
}

function describeOwn(name: string, { location }: Entry): string {
  return `"${name}" of your own configuration file (${formatLocation(location)})`;
}

function isKept(guard: Guard, own: Node, now: Node): boolean {
  if (guard !== "minimum") return withoutPlaces(own) === withoutPlaces(now);
  return Number(textOf(now) || NaN) >= Number(textOf(own) || NaN) ||
    withoutPlaces(own) === withoutPlaces(now);
}

/** Returns the content of a node as text, for comparison. */
function withoutPlaces(node: Node): string {
  return JSON.stringify(node, (key, value) => key === "location" ? undefined : value);
}

function textOf(node: Node | undefined): string | undefined {
  return node?.kind === "scalar" ? node.text : undefined;
}

function pluginEntries(entry: Entry | undefined): MappingNode["entries"] | undefined {
  const plugin = entry?.value.kind === "mapping" ? entry.value.entries.get("plugin") : undefined;
  return plugin?.value.kind === "mapping" ? plugin.value.entries : undefined;
}
