/**
 * Lists and forgets the cached entries. Says whether a run here would use an entry, and if not, why.
 *
 * @module
 */

import { freshUntil, isFresh, type KeptEntry, type KeyedEntry } from "../cache/entry.ts";
import { ExitStatus, WevError } from "../errors.ts";
import type { Plan, Step } from "../plan/plan.ts";
import type { Plugin } from "../plugin/handler.ts";
import type { KeepPurpose } from "../plugin/keep.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import { stillHolds } from "./inputs.ts";
import { explainContext } from "./explain_context.ts";
import { keyOf } from "./keys.ts";
import { outerEnvironment } from "./nesting.ts";
import { isOfRightIdentity, isTooOld, remainingOf } from "./cached.ts";
import { plainRequest } from "./resolve.ts";
import type { Request } from "./resolved.ts";
import { keptKey } from "./keep.ts";
import type { State } from "./state.ts";

/** The options of listing and forgetting. */
export interface ListOptions extends State {
  /** The plugins. */
  readonly registry: PluginRegistry;
}

/** The reasons why a run here would not use an entry. */
export const REASONS = {
  expired: "expired",
  expiring: "about to expire",
  clock: "resolved in the future: was the clock set back?",
  elsewhere: "other options, profile or directory",
  unknown: "this directory's configuration has a mistake",
  refreshed: "--refresh resolves it again",
  short: "less life left than min_remaining",
  account: "of another account than the options ask for",
  changed: "the files it depends on have changed",
} as const;

/** One of {@linkcode REASONS}, by name. */
export type Reason = keyof typeof REASONS;

/** An entry of the cache, without its values. `--json` prints it as it is. */
export interface ListedEntry {
  /** The name of its file, without the extension. */
  readonly key: string;
  /** The names of the variable it was resolved for; others may share it. */
  readonly names: readonly string[];
  /** The plugin that resolved it. */
  readonly plugin: string;
  /** The identity that the values belong to; `null` if the plugin did not report one. */
  readonly identity: string | null;
  /** The AWS profile it was resolved with; `null` if none was used. */
  readonly profile: string | null;
  /** When it was resolved. */
  readonly resolvedAt: Date;
  /** When it expires. */
  readonly expiresAt: Date;
  /** Whether a run in this directory would use it, or use values that were made with it. */
  readonly used: boolean;
  /** Why it would not be used, in words; `null` if it would. */
  readonly reason: string | null;
}

/** The result of forgetting. `--json` prints it as it is. */
export interface Forgotten {
  /** The removed entries. */
  readonly entries: readonly ListedEntry[];
  /** The entries that were made with a removed one, and are kept until they expire. */
  readonly kept: readonly ListedEntry[];
}

/** Returns the entries of the cache, sorted by expiry. `plan` is the plan of this directory. */
export async function listEntries(
  plan: Plan | undefined,
  options: ListOptions,
): Promise<ListedEntry[]> {
  const variables = plan === undefined ? undefined : await cachedVariables(plan.steps, options);
  return await listWith(variables, options.store.entries(), options);
}

/** A variable, and the entries that it uses. */
export interface CachedVariable {
  /** Its step. */
  readonly step: Step;
  /** The key of its own entry. */
  readonly key: string;
  /** The keys of the kept entries that it would use or was made from, with their purposes. */
  readonly kept: ReadonlyMap<string, KeepPurpose>;
}

/** Returns the variables of `steps`, without constants. */
export async function cachedVariables(
  steps: readonly Step[],
  options: ListOptions,
): Promise<CachedVariable[]> {
  const outer = outerEnvironment(options.environment);
  const { home, store } = options;
  return await Promise.all(
    steps.filter(({ constant }) => constant === undefined).map(async (step) => {
      const key = await keyOf(step, { outer, home });
      const kept = await keptBy(step, options);
      const own = store.read(key);
      for (const source of own?.madeFrom ?? []) {
        const entry = store.read(source);
        const isSource = entry !== undefined && !isCopy(own!, { key: source, entry });
        if (isSource && !kept.has(source)) kept.set(source, "source");
      }
      return { step, key, kept };
    }),
  );
}

async function keptBy(step: Step, options: ListOptions): Promise<Map<string, KeepPurpose>> {
  const plugin: Plugin = await options.registry.get(step.plugin)!();
  const kept = new Map<string, KeepPurpose>();
  try {
    const uses = await plugin.keeps?.(step.options, explainContext(step, options)) ?? [];
    for (const { parts, purpose } of uses) kept.set(await keptKey(step, parts), purpose);
  } catch (error) {
    // It can't be resolved, so it would use nothing.
    if (!(error instanceof WevError)) throw error;
  }
  return kept;
}

/**
 * Returns the list of the entries `all`, given the variables of this directory, if known. A kept entry is
 * left out if a variable's entry has the same values.
 */
async function listWith(
  variables: readonly CachedVariable[] | undefined,
  all: readonly KeyedEntry[],
  options: ListOptions,
): Promise<ListedEntry[]> {
  const shown = all.filter((kept) => !all.some(({ entry }) => isCopy(entry, kept)));
  const listed = await Promise.all(
    shown.map(async ({ key, entry }): Promise<ListedEntry> => {
      const same = all.filter((kept) => isCopy(entry, kept));
      const reasons = await Promise.all(
        [{ key, entry }, ...same].map((one) =>
          reasonAgainst(one.key, one.entry, variables, options)
        ),
      );
      const { profile, AWS_PROFILE, AWS_DEFAULT_PROFILE } = entry.inputs;
      const reason = strongest(reasons);
      return {
        key,
        names: entry.names,
        plugin: entry.plugin,
        identity: entry.resolution.identity ?? null,
        profile: profile || AWS_PROFILE || AWS_DEFAULT_PROFILE || null,
        resolvedAt: entry.resolvedAt,
        expiresAt: entry.resolution.expiresAt,
        used: reason === undefined,
        reason: reason === undefined ? null : REASONS[reason],
      };
    }),
  );
  return listed.sort((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
}

/**
 * Returns whether a variable's entry has the values of a kept entry: it was made from that entry, and has
 * the same times. The values can't be compared, because they may be encrypted.
 */
function isCopy({ madeFrom = [], resolvedAt, resolution }: KeptEntry, kept: KeyedEntry): boolean {
  return madeFrom.includes(kept.key) &&
    resolvedAt.getTime() === kept.entry.resolvedAt.getTime() &&
    resolution.expiresAt.getTime() === kept.entry.resolution.expiresAt.getTime();
}

/**
 * Returns why none of `variables` would use the entry of `key`, or `undefined` if one would. `variables`
 * is `undefined` if they are not known.
 */
export async function reasonAgainst(
  key: string,
  entry: KeptEntry,
  variables: readonly CachedVariable[] | undefined,
  options: ListOptions,
  request: Request = plainRequest(options.clock.now()),
): Promise<Reason | undefined> {
  const now = options.clock.now();
  if (entry.resolution.expiresAt <= now) return "expired";
  if (freshUntil(entry) <= now) return "expiring";
  if (!isFresh(entry, now)) return "clock";
  if (variables === undefined) return "unknown";
  const reasons = await Promise.all(
    variables.filter((variable) => variable.key === key || variable.kept.has(key))
      .map((variable) => reasonAgainstUse(variable, key, entry, options, request)),
  );
  return reasons.length === 0 ? "elsewhere" : strongest(reasons);
}

/** Returns no reason if one use is possible. Otherwise returns the first that concerns this directory. */
function strongest(reasons: readonly (Reason | undefined)[]): Reason | undefined {
  if (reasons.includes(undefined)) return undefined;
  return reasons.find((reason) => reason !== "elsewhere") ?? reasons[0];
}

async function reasonAgainstUse(
  { step, key: own, kept }: CachedVariable,
  key: string,
  entry: KeptEntry,
  options: ListOptions,
  request: Request,
): Promise<Reason | undefined> {
  if (isTooOld(entry, request)) return "refreshed";
  // The options set conditions for the values, not for the sessions they are made with.
  if (own !== key && kept.get(key) !== "command") return undefined;
  if (!isOfRightIdentity(entry, step)) return "account";
  if (!isFresh(entry, options.clock.now(), remainingOf(step, request))) return "short";
  if (own === key && !await stillHolds(entry, step, options)) return "changed";
  return undefined;
}

/**
 * Removes the entries of the variables of this directory, or only of the variables `names` if there are
 * any. Also removes the sessions they were made from, and their remembered choices.
 *
 * @throws {WevError} if this directory has no variable of that name.
 */
export async function forgetHere(
  plan: Plan,
  names: readonly string[],
  options: ListOptions,
): Promise<Forgotten> {
  const variables = await cachedVariables(plan.steps, options);
  const selected = names.length === 0 ? variables : variablesNamed(names, plan, variables, options);
  const { store, remembered } = options;
  const all = store.entries();
  const listed = await listWith(variables, all, options);
  const own = all.filter(({ key }) => selected.some((variable) => variable.key === key));
  const sources = new Set(own.flatMap(({ entry }) => entry.madeFrom ?? []));
  const used = new Set(selected.flatMap(({ kept }) => [...kept.keys()]));
  // A kept entry that no entry was made from belongs here: the variable's own entry may have expired.
  const isOurs = ({ key }: KeyedEntry) =>
    sources.has(key) ||
    (used.has(key) && !all.some(({ entry }) => entry.madeFrom?.includes(key)));
  const sessions = all.filter(isOurs);
  // Remove every copy of a session: otherwise it would be used again at once.
  const removed = all.filter((one) =>
    own.includes(one) || sessions.some((kept) => kept === one || isCopy(one.entry, kept))
  );
  for (const { key } of removed) store.remove(key);
  // Remove the remembered choices of these variables, even if another run made them.
  for (const { key } of remembered.entries()) {
    if (sources.has(key) || used.has(key)) remembered.remove(key);
  }
  const keys = new Set(removed.map(({ key }) => key));
  const left = new Set(
    all.filter((one) =>
      !removed.includes(one) && sessions.some(({ key }) => one.entry.madeFrom?.includes(key))
    ).map(({ key }) => key),
  );
  return {
    entries: listed.filter(({ key }) => keys.has(key)),
    kept: listed.filter(({ key }) => left.has(key)),
  };
}

function variablesNamed(
  names: readonly string[],
  { steps }: Plan,
  variables: readonly CachedVariable[],
  { system }: ListOptions,
): CachedVariable[] {
  // On Windows the case of variable names does not matter.
  const form = (name: string) => system === "windows" ? name.toUpperCase() : name;
  const has = (step: Step, name: string) => step.names.some((one) => form(one) === form(name));
  const unknown = names.find((name) => !steps.some((step) => has(step, name)));
  if (unknown !== undefined) {
    throw new WevError(`The configuration of this directory has no variable "${unknown}"`, {
      exitStatus: ExitStatus.failure,
      suggest: { word: unknown, known: steps.flatMap(({ names }) => names) },
      hint: "To list the cached entries, run: wev --list\n" +
        "To delete all of them, run: wev --forget --all",
    });
  }
  return variables.filter(({ step }) => names.some((name) => has(step, name)));
}

/** Removes all entries, including damaged ones and kept plans. Returns those that could be read. */
export async function forgetAll(options: ListOptions): Promise<Forgotten> {
  const entries = await listEntries(undefined, options);
  options.store.clear();
  options.remembered.clear();
  return { entries, kept: [] };
}
