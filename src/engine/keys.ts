/**
 * The cache key of a step.
 *
 * @module
 */

import { entryKey } from "../cache/key.ts";
import type { Step } from "../plan/plan.ts";
import type { Environment } from "../runtime.ts";
import { variablesRead } from "./cached.ts";

/** The inputs of a key besides the step itself. */
interface KeyContext {
  /** The environment as it was before any outer wev. */
  readonly outer: Environment;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
}

/** Returns the cache key of `step`. */
export async function keyOf(step: Step, { outer, home }: KeyContext): Promise<string> {
  const { plugin, version, options } = step;
  return await entryKey({
    plugin,
    version,
    options,
    variables: variablesRead(outer, step),
    home,
  });
}

/** Returns `step` with its current key stored in it. */
export async function withKnownKey(step: Step, context: KeyContext): Promise<Step> {
  if (step.constant !== undefined) return step;
  const variables = JSON.stringify(variablesRead(context.outer, step));
  return { ...step, knownKey: { variables, key: await keyOf(step, context) } };
}
