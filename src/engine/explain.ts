/**
 * What would be set, by which plugin, from where, cached until when. Asks nobody, contacts nothing.
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

/** What explaining needs. */
interface ExplainOptions extends State {
  /** The plugins. */
  readonly registry: PluginRegistry;
}

/** A variable, explained. It has a form for machines: this, as JSON. */
export interface Explanation {
  /** The names of the environment variables. */
  readonly names: readonly string[];
  /** Which plugin resolves it. */
  readonly plugin: { readonly id: string; readonly version: string };
  /** Where it stands, in the strongest file. */
  readonly location: Location;
  /** Where it stands in weaker files, the strongest of them first. */
  readonly overrides: readonly Location[];
  /** Options that replace those of weaker files, each with the places of both. */
  readonly options: readonly ExplainedOption[];
  /** What the plugin will do, a sentence each. */
  readonly explanation: readonly string[];
  /** Variables that do not reach the command, since they would win over these. */
  readonly removes: readonly string[];
  /** What is cached; `null` where nothing is that would be used. */
  readonly cached: { readonly expiresAt: Date; readonly identity: string | null } | null;
}

/** Where an option stands. */
interface ExplainedOption {
  /** Its name. */
  readonly name: string;
  /** Where it stands, in the strongest file. */
  readonly location: Location;
  /** Where it stands in weaker files, the strongest of them first. */
  readonly overrides: readonly Location[];
  /** Whether it is empty, and so switches off what weaker files say. */
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
