/**
 * What is cached, whether it would be used here and why not, and forgetting it.
 *
 * @module
 */

import { freshUntil, holds, isFresh, type KeptEntry } from "../cache/entry.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { keyOf } from "./keys.ts";
import { outerEnvironment } from "./nesting.ts";
import { remainingOf } from "./resolver.ts";
import type { State } from "./state.ts";

/** An entry of the cache, without its values. It has a form for machines: this, as JSON. */
export interface ListedEntry {
  /** The name of its file, without the ending. */
  readonly key: string;
  /** The names of the variable it was resolved for; others may share it. */
  readonly names: readonly string[];
  /** Which plugin resolved it. */
  readonly plugin: string;
  /** Whose values they are; `null` where the plugin did not say. */
  readonly identity: string | null;
  /** The AWS profile it was resolved with; `null` where none was named. */
  readonly profile: string | null;
  /** When it was resolved. */
  readonly resolvedAt: Date;
  /** When it expires. */
  readonly expiresAt: Date;
  /** Whether a run in this directory would use it. */
  readonly used: boolean;
  /** Why it would not be used; `null` where it would. */
  readonly reason: string | null;
}

/** Returns the entries of the cache, those that expire first first; `plan` is that of this directory. */
export async function listEntries(
  plan: Plan | undefined,
  options: State,
): Promise<ListedEntry[]> {
  const steps = plan === undefined ? new Map<string, Step>() : await stepsByKey(plan, options);
  return options.store.entries()
    .map(({ key, entry }) => {
      // What is shared is used by those who are made with it.
      const user = [key, ...entry.users ?? []].find((one) => steps.has(one));
      return listed(key, entry, user === undefined ? undefined : steps.get(user), options);
    })
    .sort((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
}

function listed(
  key: string,
  entry: KeptEntry,
  step: Step | undefined,
  options: State,
): ListedEntry {
  const reason = reasonAgainst(entry, step, options);
  return {
    key,
    names: entry.names,
    plugin: entry.plugin,
    identity: entry.resolution.identity ?? null,
    profile: entry.about.AWS_PROFILE ?? entry.about.AWS_DEFAULT_PROFILE ?? null,
    resolvedAt: entry.resolvedAt,
    expiresAt: entry.resolution.expiresAt,
    used: reason === undefined,
    reason: reason ?? null,
  };
}

function reasonAgainst(
  entry: KeptEntry,
  step: Step | undefined,
  { clock, files }: State,
): string | undefined {
  const now = clock.now();
  if (entry.resolution.expiresAt <= now) return "expired";
  if (freshUntil(entry) <= now) return "about to expire";
  if (!isFresh(entry, now)) return "resolved in the future: was the clock set back?";
  if (step === undefined) return "other options, profile or directory";
  if (!isFresh(entry, now, remainingOf(step, {}))) return "less life left than min_remaining";
  if (!holds(entry, files)) return "the files it depends on have changed: to be checked";
  return undefined;
}

async function stepsByKey(
  { steps }: Plan,
  { environment, home }: State,
): Promise<Map<string, Step>> {
  const outer = outerEnvironment(environment);
  const found = new Map<string, Step>();
  for (const step of steps) {
    if (step.constant === undefined) found.set(await keyOf(step, { outer, home }), step);
  }
  return found;
}

/**
 * Removes the entries that `steps` resolve to, what they share with others, and what is remembered for
 * them, and returns the entries.
 */
export async function forgetSteps(plan: Plan, options: State): Promise<ListedEntry[]> {
  const keys = [...(await stepsByKey(plan, options)).keys()];
  return forget(keys, await listEntries(plan, options), options);
}

/** Removes the entries that were resolved for a variable with one of `names`, and returns them. */
export async function forgetNamed(
  names: readonly string[],
  options: State,
): Promise<ListedEntry[]> {
  const entries = await listEntries(undefined, options);
  const meant = entries.filter((entry) => entry.names.some((name) => names.includes(name)));
  const { facts } = options;
  for (const { key, entry } of facts.entries()) {
    if (entry.names.some((name) => names.includes(name))) facts.remove(key);
  }
  return forget(meant.map(({ key }) => key), entries, options);
}

/** Removes all entries, damaged ones and kept plans too, and returns those that could be read. */
export async function forgetAll(options: State): Promise<ListedEntry[]> {
  const entries = await listEntries(undefined, options);
  options.store.clear();
  options.facts.clear();
  return entries;
}

function forget(
  keys: readonly string[],
  entries: readonly ListedEntry[],
  { store, facts }: State,
): ListedEntry[] {
  const all = store.entries();
  const shares = all.filter(({ key }) => keys.includes(key))
    .map(({ entry }) => entry.resolution.share);
  const isMeant = ({ key, entry }: (typeof all)[number]) =>
    keys.includes(key) || entry.users?.some((user) => keys.includes(user)) ||
    (entry.resolution.share !== undefined && shares.includes(entry.resolution.share));
  const meant = new Set(all.filter(isMeant).map(({ key }) => key));
  for (const key of meant) store.remove(key);
  for (const { key } of facts.entries().filter(isMeant)) facts.remove(key);
  return entries.filter(({ key }) => meant.has(key));
}
