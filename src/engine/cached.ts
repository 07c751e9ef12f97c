/**
 * The cached read: the constants and the cached values of a plan. It never waits, logs or changes
 * anything. The cold run reads again, and reports what is wrong.
 *
 * @module
 */

import { canLast, holds, isFresh, isOpen, type KeptEntry, readEntry } from "../cache/entry.ts";
import { isPrivate } from "../paths.ts";
import type { Place } from "../plan/kept_plan.ts";
import type { Plan, Step } from "../plan/plan.ts";
import type { Resolution } from "../plugin/context.ts";
import type { Clock, Environment, Files } from "../runtime.ts";
import type { Origin, Request, Resolved } from "./resolved.ts";

/** Returns `resolution` as the resolved values of `step`. */
export function toResolved(
  step: Step,
  { values, unset, expiresAt, identity, defaults }: Resolution,
  origin: Origin,
  key?: string,
): Resolved {
  return {
    step,
    values: step.names.map((_, position) => ({
      text: unset?.includes(position) ? undefined : values[position]!,
      secret: origin !== "constant" && (step.secret?.[position] ?? true),
    })),
    expiresAt,
    identity,
    origin,
    key,
    defaults,
  };
}

/** The options of {@linkcode cached}. */
export interface CachedOptions {
  /** The environment as it was before any outer wev. */
  readonly outer: Environment;
  /** The current time. */
  readonly clock: Clock;
  /** The file system. */
  readonly files: Files;
  /** The place that the plan is for, and the cache directory. */
  readonly place: Place;
  /** This process's user ID; `undefined` on Windows. */
  readonly user: number | undefined;
}

/** Returns for each step of `plan` its constant or cached values, or `undefined`. */
export function cached(
  { steps }: Plan,
  request: Request,
  options: CachedOptions,
): (Resolved | undefined)[] {
  return steps.map((step) =>
    step.constant === undefined
      ? cachedOne(step, request, options)
      : toResolved(step, { values: step.constant }, "constant")
  );
}

function cachedOne(
  step: Step,
  request: Request,
  { outer, clock, files, place, user }: CachedOptions,
): Resolved | undefined {
  const { cacheDirectory, system } = place;
  const { knownKey } = step;
  if (cacheDirectory === undefined || knownKey === undefined) return undefined;
  if (knownKey.variables !== JSON.stringify(variablesRead(outer, step))) return undefined;
  const { key } = knownKey;
  try {
    const { info, entry } = readEntry(key, { directory: cacheDirectory, files, system }) ?? {};
    if (info === undefined || entry === undefined || !isPrivate(info, user)) return undefined;
    if (!isOpen(entry) || !isPlain(entry.resolution.values, step)) return undefined;
    if (asksForTooMuch(request, entry)) return undefined;
    return isUsable(entry, step, clock.now(), request) && holds(entry, files)
      ? toResolved(step, entry.resolution, "cache", key)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns whether `values` are certainly valid in an environment. JSON escapes each character that an
 * environment or a header can't hold, and a few others. The cold run checks those values in detail.
 */
function isPlain(values: readonly string[], { names }: Step): boolean {
  return values.length >= names.length && !JSON.stringify(values).includes("\\");
}

/**
 * Returns the variables that the plugin of `step` reads and that are set, without secret ones. It includes
 * variables that their values refer to, because a path may contain them.
 */
export function variablesRead(
  environment: Environment,
  { reads, readsSecret, consumes }: Step,
): Record<string, string> {
  const read: Record<string, string> = {};
  for (const name of reads) {
    const value = environment.get(name);
    if (value === undefined) continue;
    read[name] = value;
    // Skip this for most values: compiling the regular expression takes longer.
    if (!value.includes("$") && !value.includes("%")) continue;
    for (const [, named = ""] of value.matchAll(/[$%]\{?(\w+)/g)) {
      const isSecret = readsSecret.includes(named) || consumes.includes(named);
      const other = isSecret ? undefined : environment.get(named);
      if (other !== undefined) read[named] = other;
    }
  }
  return read;
}

/** Returns the minimum remaining lifetime of the values of `step`, in seconds. */
export function remainingOf({ minRemaining = 0 }: Step, request: Request): number {
  return Math.max(minRemaining, request.minRemaining);
}

/** Returns whether the command line asks for more remaining lifetime than such an entry can ever have. */
export function asksForTooMuch({ minRemaining }: Request, entry: KeptEntry): boolean {
  return minRemaining > 0 && !canLast(entry, minRemaining);
}

/** Returns whether a command may get `entry` at the instant `now`. */
export function isUsable(entry: KeptEntry, step: Step, now: Date, request: Request): boolean {
  return isOfRightIdentity(entry, step) && !isTooOld(entry, request) &&
    isFresh(entry, now, remainingOf(step, request));
}

/** Returns whether `request` asks for something newer than `entry`. */
export function isTooOld({ resolvedAt }: KeptEntry, { refresh, at }: Request): boolean {
  return refresh && resolvedAt < at;
}

/** Returns whether `entry` has the identity that the options of `step` require, if they require one. */
export function isOfRightIdentity({ resolution }: KeptEntry, { identityHas }: Step): boolean {
  return identityHas === undefined || (resolution.identity?.includes(identityHas) ?? false);
}
