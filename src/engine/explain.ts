/**
 * Explains the variables: their plugins, where they come from and until when they are cached. It asks no
 * question and sends no request.
 *
 * @module
 */

import type { Configuration, Variable } from "../config/load.ts";
import type { Location } from "../errors.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { isSwitchedOff } from "../plan/switched_off.ts";
import type { Plugin } from "../plugin/handler.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import { stillHolds } from "./inputs.ts";
import { outerEnvironment } from "./nesting.ts";
import { isUsable } from "./cached.ts";
import { plainRequest } from "./resolve.ts";
import { explainContext } from "./explain_context.ts";
import { keyOf } from "./keys.ts";
import type { State } from "./state.ts";

/** The options of {@linkcode explainAll}. */
interface ExplainOptions extends State {
  /** The plugins. */
  readonly registry: PluginRegistry;
}

/** The explanation of a variable. `--json` prints it as it is. */
export interface Explanation {
  /** The names of the environment variables. */
  readonly names: readonly string[];
  /** The plugin that resolves it. */
  readonly plugin: { readonly id: string; readonly version: string };
  /** Its location in the last file that has it. */
  readonly location: Location;
  /** Its locations in earlier files, the last of them first. */
  readonly overrides: readonly Location[];
  /** The options that are set, each with its locations. */
  readonly options: readonly ExplainedOption[];
  /** What the plugin will do, one sentence each. */
  readonly explanation: readonly string[];
  /** The conflicting variables, which are removed from the command's environment. */
  readonly removes: readonly string[];
  /** The cached values; `null` if there are none that a run would use. */
  readonly cached: { readonly expiresAt: Date; readonly identity: string | null } | null;
}

/** An option and its locations. */
interface ExplainedOption {
  /** Its name. */
  readonly name: string;
  /** Its location in the last file that has it. */
  readonly location: Location;
  /** Its locations in earlier files, the last of them first. */
  readonly overrides: readonly Location[];
  /** Whether it is empty, which switches off the option of earlier files. */
  readonly switchedOff: boolean;
}

/** Returns the explanations of the variables of `configuration`, whose plan is `plan`, in order. */
export async function explainAll(
  { variables }: Configuration,
  { steps }: Plan,
  options: ExplainOptions,
): Promise<Explanation[]> {
  return await Promise.all(
    variables.map((variable, index) => explainOne(variable, steps[index]!, options)),
  );
}

async function explainOne(
  { names, location, overrides, options: entries }: Variable,
  step: Step,
  options: ExplainOptions,
): Promise<Explanation> {
  const { registry, environment, home, clock, store } = options;
  const plugin: Plugin = await registry.get(step.plugin)!();
  const outer = outerEnvironment(environment);
  const cached = step.constant === undefined
    ? store.read(await keyOf(step, { outer, home }))
    : undefined;
  const fresh = cached !== undefined &&
    isUsable(cached, step, clock.now(), plainRequest(clock.now())) &&
    await stillHolds(cached, step, options);
  return {
    names,
    plugin: { id: step.plugin, version: step.version },
    location,
    overrides,
    options: [...entries].map(([name, entry]) => ({
      name: entry.names.join(", "),
      location: entry.location,
      overrides: entry.overrides,
      switchedOff: isSwitchedOff(name, entry, plugin.manifest),
    })),
    explanation: await plugin.explain(step.options, explainContext(step, options)),
    removes: step.unset,
    cached: fresh
      ? {
        expiresAt: cached.resolution.expiresAt,
        identity: cached.resolution.identity ?? null,
      }
      : null,
  };
}
