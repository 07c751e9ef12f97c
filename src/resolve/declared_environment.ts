/**
 * What a plugin gets to see of the environment.
 *
 * @module
 */

import type { Plugin } from "../plugin/contract.ts";
import type { Environment } from "../runtime.ts";

/**
 * Returns `environment` as far as `plugin` declares that it reads it. So what a plugin reads is in the
 * key of what is cached, and its author can't forget it.
 */
export function declaredEnvironment(environment: Environment, plugin: Plugin): Environment {
  const declared = new Set([...plugin.reads ?? [], ...plugin.readsSecret ?? []]);
  return {
    get(name) {
      if (declared.has(name)) return environment.get(name);
      throw new TypeError(`Plugin "${plugin.id}" does not declare that it reads "${name}"`);
    },
  };
}

/** Returns what belongs to the key: the variables that `plugin` declares, but for the secret ones. */
export function surroundings(
  environment: Environment,
  plugin: Plugin,
): Record<string, string | undefined> {
  return Object.fromEntries((plugin.reads ?? []).map((name) => [name, environment.get(name)]));
}
