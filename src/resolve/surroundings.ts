/**
 * What a plugin gets to see of the environment, and what of that belongs to a key.
 *
 * @module
 */

import { entryKey } from "../cache/key.ts";
import type { Step } from "../plan/plan.ts";
import type { Environment } from "../runtime.ts";

/**
 * Returns `environment` as far as the plugin of `step` declares that it reads it. So what a plugin
 * reads is in the key of what is cached, and its author can't forget it.
 */
export function declaredEnvironment(environment: Environment, step: Step): Environment {
  return {
    get(name) {
      if (step.reads.includes(name) || step.readsSecret.includes(name)) {
        return environment.get(name);
      }
      throw new TypeError(`Plugin "${step.plugin}" does not declare that it reads "${name}"`);
    },
  };
}

/** Returns the variables that the plugin of `step` reads and that are set, but for secret ones. */
export function surroundings(environment: Environment, { reads }: Step): Record<string, string> {
  return Object.fromEntries(reads.flatMap((name) => {
    const value = environment.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** Returns the key of what `step` resolves to. */
export async function keyOf(step: Step, environment: Environment): Promise<string> {
  const { plugin, version, options, knownKey } = step;
  const met = surroundings(environment, step);
  if (knownKey !== undefined && knownKey.surroundings === JSON.stringify(met)) return knownKey.key;
  return await entryKey({ plugin, version, options, surroundings: met });
}

/** Returns `step` with its key, for the surroundings that it meets now. */
export async function withKnownKey(step: Step, environment: Environment): Promise<Step> {
  if (step.constant !== undefined) return step;
  const key = await keyOf(step, environment);
  return {
    ...step,
    knownKey: { surroundings: JSON.stringify(surroundings(environment, step)), key },
  };
}
