/**
 * What a plugin gets to see of the environment.
 *
 * @module
 */

import type { Step } from "../plan/plan.ts";
import type { Environment } from "../runtime.ts";

/**
 * Returns `environment` as far as the plugin of `step` declares that it reads it. So what a plugin
 * reads is in the key of what is cached, and its author can't forget it.
 */
export function declaredEnvironment(environment: Environment, step: Step): Environment {
  return {
    get(name) {
      const { reads, readsSecret, consumes } = step;
      if ([...reads, ...readsSecret, ...consumes].includes(name)) return environment.get(name);
      throw new TypeError(`Plugin "${step.plugin}" does not declare that it reads "${name}"`);
    },
  };
}
