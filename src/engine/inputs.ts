/**
 * Whether what values depend on is as it was when they were resolved.
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

/** What values depend on, and the files that it stands in. */
interface Basis {
  /** What the plugin read of the environment and of files, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Absolute paths of the files, there or not. */
  readonly files: readonly string[];
}

/**
 * Returns what the values of `step` depend on now.
 *
 * @throws {WevError} where the files make no sense.
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

/** Returns whether what `entry` depends on is what it depends on now. */
export function isOfBasis(
  { inputs: former }: KeptEntry,
  { inputs }: Pick<Basis, "inputs">,
): boolean {
  const names = Object.keys(former);
  return names.length === Object.keys(inputs).length &&
    names.every((name) => former[name] === inputs[name]);
}

/**
 * Returns whether a run would take `entry` for `step` as far as files are concerned: they are as they
 * were, or say the same.
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
    // A run would fail for it.
    if (error instanceof WevError) return false;
    throw error;
  }
}
