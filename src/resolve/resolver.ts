/**
 * The heart of wev: from the plan to the environment of the command.
 *
 * @module
 */

import { type CacheEntry, isFresh } from "../cache/entry.ts";
import type { CacheStore } from "../cache/store.ts";
import { ConfigError } from "../errors.ts";
import type { Plan, Step } from "../plan/plan.ts";
import type { Resolution } from "../plugin/contract.ts";
import type { Clock, Environment, EnvironmentChanges } from "../runtime.ts";
import { nestingNote, NOTE, outerEnvironment } from "./nesting.ts";
import { keyOf } from "./surroundings.ts";

/** What resolving needs. */
export interface ResolverOptions {
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The time. */
  readonly clock: Clock;
  /** The cache. */
  readonly store: CacheStore;
  /** How fresh cached values must be. */
  readonly freshness: Freshness;
  /** Resolves what is not cached. */
  resolveMissing(missing: readonly Missing[]): Promise<ReadonlyMap<string, Resolution>>;
}

/** How fresh cached values must be. */
export interface Freshness {
  /** The instant from which on they must have been resolved: the run's start, to refresh them. */
  readonly resolvedSince?: Date;
  /** Seconds of life that they must have left. */
  readonly minRemaining?: number;
}

/** What is not cached. */
export interface Missing {
  /** Its key. */
  readonly key: string;
  /** How to resolve it. */
  readonly step: Step;
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
  const { environment, clock, store, freshness } = options;
  const outer = outerEnvironment(environment);
  const resolutions = new Map<Step, Resolution>();
  const missing: Missing[] = [];
  const keys = new Map<Step, string>();
  for (const step of steps) {
    if (step.constant !== undefined) {
      resolutions.set(step, { values: step.constant });
      continue;
    }
    const key = await keyOf(step, outer);
    keys.set(step, key);
    const entry = store.read(key);
    if (entry !== undefined && isUsable(entry, step, clock.now(), freshness, store)) {
      resolutions.set(step, entry.resolution);
    } else if (!missing.some((other) => other.key === key)) missing.push({ key, step });
  }
  if (missing.length > 0) {
    const resolved = await options.resolveMissing(missing);
    for (const [step, key] of keys) {
      const resolution = resolved.get(key);
      if (resolution !== undefined) resolutions.set(step, resolution);
    }
  }
  return changes(steps, resolutions, environment);
}

/** Returns the seconds of life that what `step` resolves to must have left. */
export function remainingOf({ minRemaining = 0 }: Step, freshness: Freshness): number {
  return Math.max(minRemaining, freshness.minRemaining ?? 0);
}

/** Returns whether `entry` may be handed to a command now. */
export function isUsable(
  entry: CacheEntry,
  step: Step,
  now: Date,
  freshness: Freshness,
  store: CacheStore,
): boolean {
  if (freshness.resolvedSince !== undefined && entry.resolvedAt < freshness.resolvedSince) {
    return false;
  }
  return isFresh(entry, now, remainingOf(step, freshness)) && store.holds(entry);
}

function changes(
  steps: readonly Step[],
  resolutions: ReadonlyMap<Step, Resolution>,
  environment: Environment,
): EnvironmentChanges {
  const set = new Map<string, string>();
  for (const step of steps) {
    const { values } = resolutions.get(step)!;
    for (const [position, name] of step.names.entries()) {
      const value = values[position];
      if (value === undefined) throw tooManyNames(step, values.length);
      set.set(name, value);
    }
  }
  const unset = steps.flatMap((step) => step.unset).filter((name) => !set.has(name));
  for (const step of steps.filter((step) => step.unset.length > 0)) {
    const { defaults = {} } = resolutions.get(step)!;
    const names = Object.keys(defaults);
    if (names.some((name) => set.has(name) || environment.get(name))) continue;
    for (const [name, value] of Object.entries(defaults)) set.set(name, value);
  }
  const note = nestingNote(environment, steps, { set, unset });
  if (note !== undefined) set.set(NOTE, note);
  return { set, unset };
}

function tooManyNames({ location, plugin, names }: Step, values: number): ConfigError {
  return new ConfigError(location, `${plugin} gives ${values} values for ${names.length} names`, {
    hint: `Name ${values} variables.`,
  });
}
