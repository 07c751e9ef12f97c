/**
 * The key of what a step resolves to.
 *
 * @module
 */

import { entryKey } from "../cache/key.ts";
import type { Step } from "../plan/plan.ts";
import type { Environment } from "../runtime.ts";
import { surroundings } from "./resolve.ts";

/** What a step meets when it is resolved. */
export interface KeySurroundings {
  /** The environment, as it was before any outer wev. */
  readonly outer: Environment;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
}

/** Returns the key of what `step` resolves to. */
export async function keyOf(step: Step, { outer, home }: KeySurroundings): Promise<string> {
  const { plugin, version, options } = step;
  return await entryKey({
    plugin,
    version,
    options,
    surroundings: surroundings(outer, step),
    home,
  });
}

/** Returns `step` with its key, for the surroundings that it meets now. */
export async function withKnownKey(step: Step, met: KeySurroundings): Promise<Step> {
  if (step.constant !== undefined) return step;
  const read = JSON.stringify(surroundings(met.outer, step));
  return { ...step, knownKey: { surroundings: read, key: await keyOf(step, met) } };
}
