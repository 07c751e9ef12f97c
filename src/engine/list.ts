/**
 * What is cached, whether it would be used here and why not, and forgetting it.
 *
 * @module
 */

import { freshUntil, isFresh, type KeptEntry } from "../cache/entry.ts";
import { ExitStatus, WevError } from "../errors.ts";
import type { Plan, Step } from "../plan/plan.ts";
import type { Plugin } from "../plugin/handler.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import { stillHolds } from "./inputs.ts";
import { explainContext } from "./explain_context.ts";
import { keyOf } from "./keys.ts";
import { outerEnvironment } from "./nesting.ts";
import { isOfRightIdentity, isTooOld, remainingOf } from "./cached.ts";
import { plainRequest } from "./resolve.ts";
import type { Request } from "./resolved.ts";
import { shareKey } from "./keep.ts";
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
  const uses = plan === undefined ? undefined : await usesOf(plan.steps, options);
  return await listWith(uses, options);
}

/** What a variable is made with. */
export interface Use {
  /** What is to be done for the variable. */
  readonly step: Step;
  /** The key of its own entry. */
  readonly key: string;
  /** What it shares, by key: whether it is handed to the command. */
  readonly shares: ReadonlyMap<string, boolean>;
}

/** Returns what `steps` are made with, but for those that nothing is cached for. */
async function usesOf(steps: readonly Step[], options: ListOptions): Promise<Use[]> {
  const outer = outerEnvironment(options.environment);
  const { home } = options;
  return await Promise.all(
    steps.filter(({ constant }) => constant === undefined).map(async (step) => ({
      step,
      key: await keyOf(step, { outer, home }),
      shares: await sharesOf(step, options),
    })),
  );
}

async function sharesOf(step: Step, options: ListOptions): Promise<Map<string, boolean>> {
  const plugin: Plugin = await options.registry.get(step.plugin)!();
  const shares = new Map<string, boolean>();
  try {
    const used = await plugin.shares?.(step.options, explainContext(step, options)) ?? [];
    for (const { parts, isForCommand } of used) {
      shares.set(await shareKey(step, parts), isForCommand);
    }
  } catch (error) {
    // It can't be resolved as it is, so it would share nothing.
    if (!(error instanceof WevError)) throw error;
  }
  return shares;
}

async function listWith(
  uses: readonly Use[] | undefined,
  options: ListOptions,
): Promise<ListedEntry[]> {
  const listed = await Promise.all(
    options.store.entries().map(async ({ key, entry }): Promise<ListedEntry> => {
      const reason = await reasonAgainst(key, entry, uses, options);
      const { profile, AWS_PROFILE, AWS_DEFAULT_PROFILE } = entry.about;
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
 * Returns why the entry of `key` would not be used for any of `uses`, which are `undefined` where they are
 * not known; `undefined` where it would.
 */
export async function reasonAgainst(
  key: string,
  entry: KeptEntry,
  uses: readonly Use[] | undefined,
  options: ListOptions,
  request: Request = plainRequest(options.clock.now()),
): Promise<Reason | undefined> {
  const now = options.clock.now();
  if (entry.resolution.expiresAt <= now) return "expired";
  if (freshUntil(entry) <= now) return "expiring";
  if (!isFresh(entry, now)) return "clock";
  if (uses === undefined) return "unknown";
  const reasons = await Promise.all(
    uses.filter((use) => isUsedBy(use, key, entry))
      .map((use) => reasonAgainstUse(use, key, entry, options, request)),
  );
  // It is enough that one variable would use it.
  return reasons.length === 0 ? "elsewhere" : reasons.includes(undefined) ? undefined : reasons[0];
}

/** Returns whether a variable is, was made, or would be made with an entry. */
function isUsedBy(use: Use, key: string, entry: KeptEntry): boolean {
  return use.key === key || (entry.users?.includes(use.key) ?? false) ||
    sharedAs(use, key, entry) !== undefined;
}

/** Returns the key by which a variable shares an entry; `undefined` where it does not. */
function sharedAs({ shares }: Use, key: string, entry: KeptEntry): string | undefined {
  return [key, entry.resolution.share].find((one) => one !== undefined && shares.has(one));
}

async function reasonAgainstUse(
  use: Use,
  key: string,
  entry: KeptEntry,
  options: ListOptions,
  request: Request,
): Promise<Reason | undefined> {
  const { step } = use;
  if (isTooOld(entry, request)) return "refreshed";
  const isOwn = use.key === key;
  const share = sharedAs(use, key, entry);
  const isForCommand = share !== undefined && use.shares.get(share) === true;
  // What values are made with need not be what the options ask of the values.
  if (!isOwn && !isForCommand) return undefined;
  if (!isOfRightIdentity(entry, step)) return "account";
  if (!isFresh(entry, options.clock.now(), remainingOf(step, request))) return "short";
  if (isOwn && !isForCommand && !await stillHolds(entry, step, options)) return "changed";
  return undefined;
}

/**
 * Removes the entries of the variables of this directory, of those with one of `names` where there are
 * any; the sessions that these were made with, and what is remembered for them.
 *
 * @throws {WevError} where this directory has no variable of that name.
 */
export async function forgetHere(
  plan: Plan,
  names: readonly string[],
  options: ListOptions,
): Promise<Forgotten> {
  const uses = await usesOf(plan.steps, options);
  const meant = names.length === 0 ? uses : usesNamed(names, plan, uses, options);
  const listed = await listWith(uses, options);
  const { store, facts } = options;
  const all = store.entries();
  const keys = new Set(meant.map(({ key }) => key));
  const isMadeFor = ({ key, entry }: (typeof all)[number]) =>
    keys.has(key) || (entry.users?.some((user) => keys.has(user)) ?? false);
  // A session may be kept as the entry of another variable: it goes wherever it is, or it would be used
  // again at once. One that was not used here yet stays.
  const sessions = new Set(
    all.filter(isMadeFor).flatMap(({ key, entry }) => [key, entry.resolution.share ?? key]),
  );
  const gone = all.filter(({ key, entry }) =>
    sessions.has(key) || sessions.has(entry.resolution.share ?? key)
  );
  const goneKeys = new Set(gone.map(({ key }) => key));
  for (const { key } of gone) store.remove(key);
  // What is remembered here, whoever found it out.
  for (const fact of facts.entries()) {
    if (isMadeFor(fact) || meant.some(({ shares }) => shares.has(fact.key))) facts.remove(fact.key);
  }
  const users = new Set(gone.flatMap(({ entry }) => entry.users ?? []));
  return {
    entries: listed.filter(({ key }) => goneKeys.has(key)),
    kept: listed.filter(({ key }) => users.has(key) && !goneKeys.has(key)),
  };
}

function usesNamed(
  names: readonly string[],
  { steps }: Plan,
  uses: readonly Use[],
  { system }: ListOptions,
): Use[] {
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
  return uses.filter(({ step }) => names.some((name) => has(step, name)));
}

/** Removes all entries, damaged ones and kept plans too, and returns those that could be read. */
export async function forgetAll(options: ListOptions): Promise<Forgotten> {
  const entries = await listEntries(undefined, options);
  options.store.clear();
  options.facts.clear();
  return { entries, kept: [] };
}
