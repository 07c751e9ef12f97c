/**
 * The heart of wev: from the plan to the environment of the command.
 *
 * @module
 */

import {
  canLast,
  holds,
  isFresh,
  isOpen,
  type KeptEntry,
  MAX_ENTRY_BYTES,
  parseEntry,
} from "../cache/entry.ts";
import { entryPath } from "../cache/layout.ts";
import { isPrivate } from "../paths.ts";
import type { Place } from "../plan/kept_plan.ts";
import type { Plan, Step } from "../plan/plan.ts";
import type { DefaultVariable, Resolution } from "../plugin/context.ts";
import type {
  Clock,
  Environment,
  EnvironmentChanges,
  Files,
  ListedEnvironment,
} from "../runtime.ts";
import { nestingNote, NOTE, type OuterEnvironment, outerEnvironment } from "./nesting.ts";

/** The variable that gives the code of one run to `wev-awsmfa`. */
const CODE_VARIABLE = "WEV_AWSMFA_TOKEN";

/** What resolving needs. */
export interface ResolverOptions {
  /** The environment wev was started with. */
  readonly environment: ListedEnvironment;
  /** The time. */
  readonly clock: Clock;
  /** The file system. */
  readonly files: Files;
  /** Where the plan counts, and where the cache is. */
  readonly place: Place;
  /** This process's user ID; `undefined` on Windows. */
  readonly user: number | undefined;
  /** How fresh cached values must be. */
  readonly freshness: Freshness;
  /** Is told the values that are cached, before anything else happens. */
  readonly onValues?: ((values: readonly string[]) => void) | undefined;
  /** Returns the resolutions of `steps`, in order: of what is not cached. */
  resolveMissing(steps: readonly Step[]): Promise<readonly Resolution[]>;
}

/** How fresh cached values must be. */
export interface Freshness {
  /** The instant from which on they must have been resolved: the run's start, to refresh them. */
  readonly resolvedSince?: Date | undefined;
  /** Seconds of life that they must have left. */
  readonly minRemaining?: number | undefined;
}

/**
 * Returns how the command's environment differs from wev's: every variable, or an error. Where
 * everything is cached, it contacts nothing and writes nothing.
 *
 * @throws {WevError} of the first variable that can't be resolved.
 */
export async function resolveAll(
  { steps }: Plan,
  options: ResolverOptions,
): Promise<EnvironmentChanges> {
  const outer = outerEnvironment(options.environment);
  const resolutions = new Map<Step, Resolution>();
  const missing: Step[] = [];
  for (const step of steps) {
    const resolution = step.constant === undefined
      ? cachedResolution(step, outer, options)
      : { values: step.constant };
    if (resolution === undefined) {
      missing.push(step);
      continue;
    }
    if (step.constant === undefined) options.onValues?.(named(step, resolution));
    resolutions.set(step, resolution);
  }
  if (missing.length > 0) {
    const resolved = await options.resolveMissing(missing);
    for (const [index, step] of missing.entries()) resolutions.set(step, resolved[index]!);
  }
  return changes(steps, resolutions, options.environment, outer);
}

/** Returns the values that the names of `step` get: a plugin may give more, which are no secrets. */
export function named({ names }: Step, { values }: Resolution): readonly string[] {
  return values.slice(0, names.length);
}

/** Returns what is cached for `step`, if it can be told without waiting. Whatever is wrong is a miss. */
function cachedResolution(
  step: Step,
  outer: Environment,
  { clock, files, place, user, freshness }: ResolverOptions,
): Resolution | undefined {
  const { knownKey } = step;
  if (place.cacheDirectory === undefined || knownKey === undefined) return undefined;
  if (knownKey.surroundings !== JSON.stringify(surroundings(outer, step))) return undefined;
  try {
    const path = entryPath(place.cacheDirectory, knownKey.key, place.system);
    const { info, bytes } = files.readRegular(path, MAX_ENTRY_BYTES) ?? {};
    if (info === undefined || bytes === undefined || !isPrivate(info, user)) return undefined;
    const entry = parseEntry(new TextDecoder().decode(bytes), knownKey.key);
    if (entry === undefined || !isOpen(entry)) return undefined;
    if (!isPlain(entry.resolution.values, step)) return undefined;
    if (asksForTooMuch(freshness, entry) || !isUsable(entry, step, clock.now(), freshness)) {
      return undefined;
    }
    return holds(entry, files) ? entry.resolution : undefined;
  } catch {
    // Whoever resolves it looks once more, and says what is wrong.
    return undefined;
  }
}

/**
 * Returns whether a command can be given `values` for sure. JSON has a backslash for each character
 * that an environment or a header can't hold, and for a few others: those get a closer look elsewhere.
 */
function isPlain(values: readonly string[], { names }: Step): boolean {
  return values.length >= names.length && !JSON.stringify(values).includes("\\");
}

/**
 * Returns the variables that the plugin of `step` reads and that are set, but for secret ones; and those
 * that are named in their values, since a path may have them.
 */
export function surroundings(
  environment: Environment,
  { reads, readsSecret, consumes }: Step,
): Record<string, string> {
  const met: Record<string, string> = {};
  for (const name of reads) {
    const value = environment.get(name);
    if (value === undefined) continue;
    met[name] = value;
    // Hardly a run comes here, and to compile an expression takes longer.
    if (!value.includes("$") && !value.includes("%")) continue;
    for (const [, named = ""] of value.matchAll(/[$%]\{?(\w+)/g)) {
      const isSecret = readsSecret.includes(named) || consumes.includes(named);
      const other = isSecret ? undefined : environment.get(named);
      if (other !== undefined) met[named] = other;
    }
  }
  return met;
}

/** Returns the seconds of life that what `step` resolves to must have left. */
export function remainingOf({ minRemaining = 0 }: Step, freshness: Freshness): number {
  return Math.max(minRemaining, freshness.minRemaining ?? 0);
}

/** Returns whether the command line wants more life left than an entry like this one ever has. */
export function asksForTooMuch({ minRemaining = 0 }: Freshness, entry: KeptEntry): boolean {
  return minRemaining > 0 && !canLast(entry, minRemaining);
}

/** Returns whether `entry` may be handed to a command at the instant `now`. */
export function isUsable(entry: KeptEntry, step: Step, now: Date, freshness: Freshness): boolean {
  const { resolvedSince } = freshness;
  if (!isOfRightIdentity(entry, step)) return false;
  if (resolvedSince !== undefined && entry.resolvedAt < resolvedSince) return false;
  return isFresh(entry, now, remainingOf(step, freshness));
}

/** Returns whether `entry` is of the identity that the options of `step` ask for, if they do. */
export function isOfRightIdentity({ resolution }: KeptEntry, { identityHas }: Step): boolean {
  return identityHas === undefined || (resolution.identity?.includes(identityHas) ?? false);
}

function changes(
  steps: readonly Step[],
  resolutions: ReadonlyMap<Step, Resolution>,
  environment: ListedEnvironment,
  outer: OuterEnvironment,
): EnvironmentChanges {
  const set = new Map<string, string>();
  const missing: string[] = [];
  for (const step of steps) {
    const { values, unset = [] } = resolutions.get(step)!;
    // That there are as many values as names was checked when they were resolved.
    for (const [position, name] of step.names.entries()) {
      if (unset.includes(position)) missing.push(name);
      else set.set(name, values[position]!);
    }
  }
  const unset = [...steps.flatMap((step) => [...step.unset, ...step.consumes]), ...missing]
    .filter((name) => !set.has(name));
  // A code for wev never reaches a command, whatever is configured.
  if (!unset.includes(CODE_VARIABLE)) unset.push(CODE_VARIABLE);
  const defaults: string[] = [];
  const standingIn = steps.filter((step) => step.unset.length > 0);
  for (const step of standingIn) {
    const given = givenEnvironment(set, unset, environment, outer);
    for (const one of resolutions.get(step)!.defaults ?? []) {
      for (const [name, value] of missingOf(one, given)) {
        set.set(name, value);
        defaults.push(name);
      }
    }
  }
  // What an outer wev set for its own profile is not for this one's.
  if (standingIn.length > 0) unset.push(...outer.defaults.filter((name) => !set.has(name)));
  const expiryOf = (step: Step) => resolutions.get(step)?.expiresAt;
  const note = nestingNote(environment, steps, { set, unset, defaults }, expiryOf);
  if (note !== undefined) set.set(NOTE, note);
  return { set, unset };
}

/** Returns what the command has, but for what an outer wev set since its command had none. */
function givenEnvironment(
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

/** Returns the variables that `one` sets in an environment: names and values. */
function missingOf(
  { names, value, unless = [], emptyCounts = false }: DefaultVariable,
  environment: ListedEnvironment,
): (readonly [string, string])[] {
  const isSet = (name: string) => {
    const text = environment.get(name);
    return emptyCounts ? text !== undefined : Boolean(text);
  };
  const stands = (name: string) =>
    name.endsWith("*")
      ? environment.names().some((one) => one.startsWith(name.slice(0, -1)) && isSet(one))
      : isSet(name);
  if (unless.some(stands)) return [];
  const known = names.find(isSet);
  const text = known === undefined ? value : environment.get(known);
  if (text === undefined) return [];
  return names.filter((name) => !isSet(name)).map((name) => [name, text] as const);
}
