/**
 * The part of the environment that a plugin can read.
 *
 * @module
 */

import type { Step } from "../plan/plan.ts";
import type { Environment } from "../runtime.ts";
import { type ExpandOptions, expandPath } from "./expand_path.ts";

/**
 * Returns the part of `environment` that the plugin of `step` declares. So every variable that a plugin
 * reads is part of the cache key, and its author can't forget one.
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
 * Returns the expanded path in the variable `name`, or `undefined` if it is not set. The plugin of `step`
 * must declare `name`, but not the variables that its value refers to.
 */
export function declaredPath(
  name: string,
  step: Step,
  options: ExpandOptions,
): string | undefined {
  const path = declaredEnvironment(options.environment, step).get(name);
  return path === undefined ? undefined : expandPath(path, options);
}
