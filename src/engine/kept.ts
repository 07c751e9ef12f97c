/**
 * What is known, without getting it, of what variables share.
 *
 * @module
 */

import { isFresh, isOpen } from "../cache/entry.ts";
import type { CacheStore } from "../cache/store.ts";
import type { Step } from "../plan/plan.ts";
import type { SharedState, ShareParts } from "../plugin/context.ts";
import type { Clock } from "../runtime.ts";
import { shareKey } from "./keep.ts";

/** Returns a fact that the plugin of `step` remembers as `parts`, if it does. */
export async function recallFact(
  step: Step,
  parts: ShareParts,
  { facts }: { readonly facts: CacheStore },
): Promise<string | undefined> {
  const entry = facts.read(await shareKey(step, parts));
  return entry !== undefined && isOpen(entry) ? entry.resolution.values[0] : undefined;
}

/** Returns what is known of that which the plugin of `step` shares as `parts`, if it is usable. */
export async function recallShared(
  step: Step,
  parts: ShareParts,
  { store, clock }: { readonly store: CacheStore; readonly clock: Clock },
): Promise<SharedState | undefined> {
  const key = await shareKey(step, parts);
  const found = store.findShared(key, (entry) => isFresh(entry, clock.now()));
  if (found === undefined) return undefined;
  const { identity, expiresAt } = found.entry.resolution;
  return { identity, expiresAt };
}
