/**
 * Reads the state of kept values without a lease.
 *
 * @module
 */

import { isFresh, isOpen } from "../cache/entry.ts";
import type { Step } from "../plan/plan.ts";
import type { KeepParts, KeptState } from "../plugin/keep.ts";
import { keptKey } from "./keep.ts";
import type { State } from "./state.ts";

/** Returns the state, without secrets, of the value that the plugin of `step` keeps as `parts`, if usable. */
export async function keptState(
  step: Step,
  parts: KeepParts,
  { remembered, store, clock }: Pick<State, "remembered" | "store" | "clock">,
): Promise<KeptState | undefined> {
  const key = await keptKey(step, parts);
  const now = clock.now();
  const choice = remembered.read(key);
  if (choice !== undefined && isOpen(choice) && now < choice.resolution.expiresAt) {
    return { values: choice.resolution.values };
  }
  const entry = store.read(key);
  if (entry === undefined || !isFresh(entry, now)) return undefined;
  const { identity, expiresAt } = entry.resolution;
  return { expiresAt, ...(identity === undefined ? {} : { identity }) };
}
