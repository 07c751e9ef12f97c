/**
 * From resolved values to the environment of the command.
 *
 * @module
 */

import type { DefaultVariable } from "../plugin/context.ts";
import type { EnvironmentChanges, ListedEnvironment } from "../runtime.ts";
import type { Resolved } from "./resolved.ts";
import { nestingNote, NOTE, type OuterEnvironment, outerEnvironment } from "./nesting.ts";

/** The variable that supplies a code for one run of `wev-awsmfa`. */
const CODE_VARIABLE = "WEV_AWSMFA_TOKEN";

/**
 * Returns the changes that make the command's environment from `environment`, the one wev was started
 * with. Every variable of `resolved` is set or removed, and conflicting variables are removed.
 */
export function environmentOf(
  resolved: readonly Resolved[],
  environment: ListedEnvironment,
): EnvironmentChanges {
  const outer = outerEnvironment(environment);
  const steps = resolved.map(({ step }) => step);
  const set = new Map<string, string>();
  const absent: string[] = [];
  for (const { step, values } of resolved) {
    for (const [position, name] of step.names.entries()) {
      const { text } = values[position]!;
      if (text === undefined) absent.push(name);
      else set.set(name, text);
    }
  }
  const unset = [...steps.flatMap((step) => [...step.unset, ...step.consumes]), ...absent]
    .filter((name) => !set.has(name));
  // A command never gets a code for wev, whatever the configuration says.
  if (!unset.includes(CODE_VARIABLE)) unset.push(CODE_VARIABLE);
  const defaults: string[] = [];
  const withConflicts = resolved.filter(({ step }) => step.unset.length > 0);
  for (const one of withConflicts) {
    const current = environmentSoFar(set, unset, environment, outer);
    for (const variable of one.defaults ?? []) {
      for (const [name, value] of missingOf(variable, current)) {
        set.set(name, value);
        defaults.push(name);
      }
    }
  }
  // Defaults that an outer wev set belong to its profile, not to this one.
  if (withConflicts.length > 0) unset.push(...outer.defaults.filter((name) => !set.has(name)));
  const note = nestingNote({ environment, outer }, resolved, { set, unset, defaults });
  if (note !== undefined) set.set(NOTE, note);
  return { set, unset };
}

/** Returns the command's environment so far, without the defaults that an outer wev set. */
function environmentSoFar(
  set: ReadonlyMap<string, string>,
  unset: readonly string[],
  environment: ListedEnvironment,
  outer: OuterEnvironment,
): ListedEnvironment {
  const { defaults } = outer;
  return {
    get(name) {
      if (unset.includes(name)) return undefined;
      return set.get(name) ?? (defaults.includes(name) ? outer : environment).get(name);
    },
    names: () => [...set.keys(), ...environment.names()],
  };
}

/** Returns the variables that a default adds to an environment: names and values. */
function missingOf(
  { names, value, unless = [], emptyCounts = false }: DefaultVariable,
  environment: ListedEnvironment,
): (readonly [string, string])[] {
  const isSet = (name: string) => {
    const text = environment.get(name);
    return emptyCounts ? text !== undefined : Boolean(text);
  };
  const matches = (name: string) =>
    name.endsWith("*")
      ? environment.names().some((one) => one.startsWith(name.slice(0, -1)) && isSet(one))
      : isSet(name);
  if (unless.some(matches)) return [];
  const known = names.find(isSet);
  const text = known === undefined ? value : environment.get(known);
  if (text === undefined) return [];
  return names.filter((name) => !isSet(name)).map((name) => [name, text] as const);
}
