/**
 * What is cached, whether it would be used here and why not, and forgetting it.
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

/** What listing and forgetting need. */
export interface ListOptions extends State {
  /** The plugins. */
  readonly registry: PluginRegistry;
}

/** Why an entry would not be used here. */
export const REASONS = {
  expired: "expired",
  expiring: "about to expire",
  clock: "resolved in the future: was the clock set back?",
  elsewhere: "other options, profile or directory",
  unknown: "this directory's configuration has a mistake",
  refreshed: "it is to be resolved again (--refresh)",
  short: "less life left than min_remaining",
  account: "of another account than the options ask for",
  changed: "the files it depends on have changed",
} as const;

/** One of {@linkcode REASONS}, by name. */
export type Reason = keyof typeof REASONS;

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
  /** The AWS profile it was resolved with; `null` where none was. */
  readonly profile: string | null;
  /** When it was resolved. */
  readonly resolvedAt: Date;
  /** When it expires. */
  readonly expiresAt: Date;
  /** Whether a run in this directory would use it, or was made with it. */
  readonly used: boolean;
  /** Why it would not be used, in words; `null` where it would. */
  readonly reason: string | null;
}

/** What was forgotten. It has a form for machines: this, as JSON. */
export interface Forgotten {
  /** The entries that are not there any more. */
  readonly entries: readonly ListedEntry[];
  /** The entries that were made with one of them, and are kept until they expire. */
  readonly kept: readonly ListedEntry[];
}

/** Returns the entries of the cache, those that expire first first; `plan` is that of this directory. */
export async function listEntries(
  plan: Plan | undefined,
  options: ListOptions,
): Promise<ListedEntry[]> {
  const variables = plan === undefined ? undefined : await cachedVariables(plan.steps, options);
  return await listWith(variables, options.store.entries(), options);
}

/** A variable, and the entries that it uses. */
export interface CachedVariable {
  /** What is to be done for it. */
  readonly step: Step;
  /** The key of its own entry. */
  readonly key: string;
  /** The keys of the kept entries that it would use, or was made from, with what each is for. */
  readonly kept: ReadonlyMap<string, KeepPurpose>;
}

/** Returns the variables of `steps`, but for those that nothing is cached for. */
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
    // It can't be resolved as it is, so it would use nothing.
    if (!(error instanceof WevError)) throw error;
  }
  return kept;
}

/**
 * Returns `all` as they are listed, for the variables of this directory if these are known. A kept entry
 * is not listed beside an entry that has the same values.
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
 * Returns whether the values of a variable's entry are those of a kept one: then it is made from that, and
 * exactly as old. The values themselves may be sealed.
 */
function isCopy({ madeFrom = [], resolvedAt, resolution }: KeptEntry, kept: KeyedEntry): boolean {
  return madeFrom.includes(kept.key) &&
    resolvedAt.getTime() === kept.entry.resolvedAt.getTime() &&
    resolution.expiresAt.getTime() === kept.entry.resolution.expiresAt.getTime();
}

/**
 * Returns why the entry of `key` would not be used for any of `variables`, which are `undefined` if they
 * are not known; `undefined` if it would.
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

/** Returns the reason that counts: none if one use is possible, else the first that is about this directory. */
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
  // What values are made with need not be what the options ask of the values.
  if (own !== key && kept.get(key) !== "command") return undefined;
  if (!isOfRightIdentity(entry, step)) return "account";
  if (!isFresh(entry, options.clock.now(), remainingOf(step, request))) return "short";
  if (own === key && !await stillHolds(entry, step, options)) return "changed";
  return undefined;
}

/**
 * Removes the entries of the variables of this directory, of those with one of `names` if there are any;
 * the sessions that these were made from, and what is remembered for them.
 *
 * @throws {WevError} if this directory has no variable of that name.
 */
export async function forgetHere(
  plan: Plan,
  names: readonly string[],
  options: ListOptions,
): Promise<Forgotten> {
  const variables = await cachedVariables(plan.steps, options);
  const meant = names.length === 0 ? variables : variablesNamed(names, plan, variables, options);
  const { store, remembered } = options;
  const all = store.entries();
  const listed = await listWith(variables, all, options);
  const own = all.filter(({ key }) => meant.some((variable) => variable.key === key));
  const sources = new Set(own.flatMap(({ entry }) => entry.madeFrom ?? []));
  const used = new Set(meant.flatMap(({ kept }) => [...kept.keys()]));
  // What nothing was made from is nobody else's: the variable's own entry may have expired before it.
  const isOurs = ({ key }: KeyedEntry) =>
    sources.has(key) ||
    (used.has(key) && !all.some(({ entry }) => entry.madeFrom?.includes(key)));
  const sessions = all.filter(isOurs);
  // A session goes wherever it is, or it would be used again at once.
  const gone = all.filter((one) =>
    own.includes(one) || sessions.some((kept) => kept === one || isCopy(one.entry, kept))
  );
  for (const { key } of gone) store.remove(key);
  // What is remembered here, whoever found it out.
  for (const { key } of remembered.entries()) {
    if (sources.has(key) || used.has(key)) remembered.remove(key);
  }
  const keys = new Set(gone.map(({ key }) => key));
  const left = new Set(
    all.filter((one) =>
      !gone.includes(one) && sessions.some(({ key }) => one.entry.madeFrom?.includes(key))
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
  // Windows knows no two variables that differ in case alone.
  const form = (name: string) => system === "windows" ? name.toUpperCase() : name;
  const has = (step: Step, name: string) => step.names.some((one) => form(one) === form(name));
  const unknown = names.find((name) => !steps.some((step) => has(step, name)));
  if (unknown !== undefined) {
    throw new WevError(`The configuration of this directory has no variable "${unknown}"`, {
      exitStatus: ExitStatus.failure,
      suggest: { word: unknown, known: steps.flatMap(({ names }) => names) },
      hint: "To see what is cached, run: wev --list\n" +
        "To drop all of it, from everywhere, run: wev --forget --all",
    });
  }
  return variables.filter(({ step }) => names.some((name) => has(step, name)));
}

/** Removes all entries, damaged ones and kept plans too, and returns those that could be read. */
export async function forgetAll(options: ListOptions): Promise<Forgotten> {
  const entries = await listEntries(undefined, options);
  options.store.clear();
  options.remembered.clear();
  return { entries, kept: [] };
}
