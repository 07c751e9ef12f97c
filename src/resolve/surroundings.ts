/**
 * What a plugin reads of the environment.
 *
 * @module
 */

import type { Step } from "../plan/plan.ts";
import type { Environment } from "../runtime.ts";

/** Returns the variables that the plugin of `step` reads and that are set, but for secret ones. */
export function surroundings(environment: Environment, { reads }: Step): Record<string, string> {
  const met: Record<string, string> = {};
  for (const name of reads) {
    const value = environment.get(name);
    if (value !== undefined) met[name] = value;
  }
  return met;
}
