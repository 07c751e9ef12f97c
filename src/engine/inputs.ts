/**
 * Checks whether the inputs of values are still the same as when they were resolved.
 *
 * @module
 */

import { holds, type KeptEntry } from "../cache/entry.ts";
import { WevError } from "../errors.ts";
import type { Step } from "../plan/plan.ts";
import type { Plugin } from "../plugin/handler.ts";
import type { ExplainContext, PluginBasis } from "../plugin/context.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import type { Environment } from "../runtime.ts";
import { explainContext } from "./explain_context.ts";
import { outerEnvironment } from "./nesting.ts";
import { variablesRead } from "./cached.ts";
import type { State } from "./state.ts";

/** The inputs of values, and the files that they were read from. */
interface Basis {
  /** The inputs that the plugin read from the environment and from files, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Absolute paths of the files, which may not exist. */
  readonly files: readonly string[];
}

/**
 * Returns the current inputs of the values of `step`.
 *
 * @throws {WevError} if the files are invalid.
 */
export async function basisOf(
  step: Step,
  plugin: Plugin,
  context: ExplainContext,
  outer: Environment,
): Promise<Basis> {
  const basis: PluginBasis | undefined = await plugin.basis?.(step.options, context);
  return { inputs: { ...variablesRead(outer, step), ...basis?.inputs }, files: basis?.files ?? [] };
}

/** Returns whether the inputs of `entry` are the current ones. */
export function isOfBasis(
  { inputs: former }: KeptEntry,
  { inputs }: Pick<Basis, "inputs">,
): boolean {
  const names = Object.keys(former);
  return names.length === Object.keys(inputs).length &&
    names.every((name) => former[name] === inputs[name]);
}

/**
 * Returns whether the files behind `entry` let a run use it for `step`: they are unchanged, or their
 * inputs are still the same.
 */
export async function stillHolds(
  entry: KeptEntry,
  step: Step,
  state: State & { readonly registry: PluginRegistry },
): Promise<boolean> {
  if (holds(entry, state.files)) return true;
  const plugin: Plugin = await state.registry.get(step.plugin)!();
  const outer = outerEnvironment(state.environment);
  try {
    return isOfBasis(entry, await basisOf(step, plugin, explainContext(step, state), outer));
  } catch (error) {
    // A run would fail with this error.
    if (error instanceof WevError) return false;
    throw error;
  }
}
