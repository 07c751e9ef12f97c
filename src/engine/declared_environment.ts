/**
 * What a plugin gets to see of the environment.
 *
 * @module
 */

import type { Step } from "../plan/plan.ts";
import type { Environment } from "../runtime.ts";
import { type ExpandOptions, expandPath } from "./expand_path.ts";

/**
 * Returns `environment` as far as the plugin of `step` declares that it reads it. So what a plugin
 * reads is in the key of what is cached, and its author can't forget it.
 */
export function declaredEnvironment(environment: Environment, step: Step): Environment {
  return {
    get(name) {
      const { reads, readsSecret } = step;
      if ([...reads, ...readsSecret].includes(name)) return environment.get(name);
      throw new TypeError(`Plugin "${step.plugin}" does not declare that it reads "${name}"`);
    },
  };
}

/**
 * Returns the path that the variable `name` holds, expanded; `undefined` where it is not set.
 * `name` must be one that the plugin of `step` declares: those that are named in the value need not be.
 */
export function declaredPath(
  name: string,
  step: Step,
  options: ExpandOptions,
): string | undefined {
  const path = declaredEnvironment(options.environment, step).get(name);
  return path === undefined ? undefined : expandPath(path, options);
}
