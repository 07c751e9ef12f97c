/**
 * Options by which the user's own configuration file protects the user: no project may weaken them.
 *
 * @module
 */

import type { SwitchedOff, Variable } from "../config/load.ts";
import type { Entry, MappingNode, Node } from "../config/node.ts";
import { ConfigError, escapeControls, formatLocation, type Location } from "../errors.ts";
import type { Plugin } from "../plugin/handler.ts";
import type { Guard } from "../plugin/option_table.ts";
import type { PluginRegistry } from "../plugin/registry.ts";

/** A variable that the home directory's files protect, and the options that do. */
export interface GuardedVariable {
  /** The variable. */
  readonly variable: Variable;
  /** Where an option stands that says whose the values must be; `undefined` where none does. */
  readonly identityLocation: Location | undefined;
}

/**
 * Checks that what other files say of `variable` leaves the options as they are by which the home
 * directory's files protect the user. `plugin` is the one that resolves it.
 *
 * @throws {ConfigError} with both places where they do not.
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
    // An empty option is none.
    if (guard === undefined || textOf(entry.value) === "") continue;
    const now = variable.options.get(name);
    const says = ownWords(name, entry);
    if (ownPlugin.manifest.id !== plugin.manifest.id) {
      const change =
        `${plugin.manifest.id} in place of ${ownPlugin.manifest.id} would drop ${says}`;
      throw new ConfigError(variable.pluginIdLocation, change, { hint: HINT });
    }
    if (now === undefined) {
      const change = `This replaces what weaker files say, and would drop ${says}`;
      throw new ConfigError(variable.location, change, { hint: HINT });
    }
    if (!isKept(guard, entry.value, now.value)) {
      const change = `This ${guard === "minimum" ? "is less than" : "differs from"} ${says}`;
      throw new ConfigError(now.location, change, { hint: HINT });
    }
    if (guard === "identity") identityLocation ??= entry.location;
  }
  return { variable, identityLocation };
}

/**
 * Checks that who switches off a variable drops no option by which the home directory's files protect
 * the user.
 *
 * @throws {ConfigError} with both places where one is dropped.
 */
export async function checkSwitchedOff(
  { location, own }: SwitchedOff,
  registry: PluginRegistry,
): Promise<void> {
  const entries = pluginEntries(own);
  if (entries === undefined) return;
  const load = registry.get(textOf(entries.get("id")?.value) ?? "");
  // Where another file names the plugin, it may be any.
  const loaders = load === undefined ? [...registry.values()] : [load];
  const plugins = await Promise.all(loaders.map((load) => load()));
  for (const [name, entry] of entries) {
    const isGuarded = plugins.some((plugin) => guardOf(plugin, name) !== undefined);
    if (!isGuarded || textOf(entry.value) === "") continue;
    const change = `This switches the variable off, and would drop ${ownWords(name, entry)}`;
    throw new ConfigError(location, change, { hint: HINT });
  }
}

/**
 * Checks that no project sets a variable that programs prefer to one whose identity is protected: they
 * would act as somebody else. `conflictsOf` returns the names of those variables.
 *
 * @throws {ConfigError} with both places where one does.
 */
export function checkConflicts(
  guarded: readonly GuardedVariable[],
  conflictsOf: (variable: Variable) => readonly string[],
  isOfHome: (file: string) => boolean,
): void {
  for (const { variable, identityLocation } of guarded) {
    if (identityLocation === undefined) continue;
    // Windows does not tell `aws_profile` from `AWS_PROFILE`.
    const conflicts = new Set(conflictsOf(variable).map((name) => name.toUpperCase()));
    for (const { variable: { names, nameLocations, location } } of guarded) {
      const index = names.findIndex((name) => conflicts.has(name.toUpperCase()));
      if (index < 0 || isOfHome(location.file)) continue;
      throw new ConfigError(
        nameLocations[index]!,
        `Programs may prefer ${escapeControls(names[index]!)} to the identity that your own ` +
          `configuration file asks for (${formatLocation(identityLocation)})`,
        { hint: HINT },
      );
    }
  }
}

const HINT = "A project can't weaken what a configuration file of the home directory asks for. " +
  "Remove one of the two.";

function guardOf({ manifest: { options } }: Plugin, name: string): Guard | undefined {
  return Object.hasOwn(options, name) ? options[name]!.guard : undefined;
}

function ownWords(name: string, { location }: Entry): string {
  return `"${name}" of your own configuration file (${formatLocation(location)})`;
}

function isKept(guard: Guard, own: Node, now: Node): boolean {
  if (guard !== "minimum") return withoutPlaces(own) === withoutPlaces(now);
  return Number(textOf(now) || NaN) >= Number(textOf(own) || NaN) ||
    withoutPlaces(own) === withoutPlaces(now);
}

/** Returns what a node holds, to be compared. */
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
