/**
 * The key of what a step resolves to.
 *
 * @module
 */

import { entryKey } from "../cache/key.ts";
import type { Step } from "../plan/plan.ts";
import type { Environment } from "../runtime.ts";
import { surroundings } from "./resolver.ts";

/** Returns the key of what `step` resolves to in `environment`. */
export async function keyOf(step: Step, environment: Environment): Promise<string> {
  const { plugin, version, options } = step;
  return await entryKey({
    plugin,
    version,
    options,
    surroundings: surroundings(environment, step),
  });
}

/** Returns `step` with its key, for the surroundings that it meets now. */
export async function withKnownKey(step: Step, environment: Environment): Promise<Step> {
  if (step.constant !== undefined) return step;
  const met = JSON.stringify(surroundings(environment, step));
  return { ...step, knownKey: { surroundings: met, key: await keyOf(step, environment) } };
}
