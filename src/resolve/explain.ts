/**
 * What would be set, by which plugin, from where, cached until when. Asks nobody, contacts nothing.
 *
 * @module
 */

import { isFresh } from "../cache/entry.ts";
import type { CacheStore } from "../cache/store.ts";
import type { Location } from "../errors.ts";
import type { Clock, Environment } from "../runtime.ts";
import { declaredEnvironment } from "./declared_environment.ts";
import type { PlannedVariable } from "./plan.ts";
import { keyOf } from "./resolver.ts";

/** What explaining needs. */
export interface ExplainOptions {
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** The time. */
  readonly clock: Clock;
  /** The cache. */
  readonly store: CacheStore;
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
  /** What is cached; `null` where nothing is that would be used. */
  readonly cached: { readonly expiresAt: Date; readonly identity: string | null } | null;
}

/** Where an option stands. */
export interface ExplainedOption {
  /** Its name. */
  readonly name: string;
  /** Where it stands, in the strongest file. */
  readonly location: Location;
  /** Where it stands in weaker files, the strongest of them first. */
  readonly overrides: readonly Location[];
}

/** Returns the explanations of `planned`, in order. */
export async function explainAll(
  planned: readonly PlannedVariable[],
  options: ExplainOptions,
): Promise<Explanation[]> {
  return await Promise.all(planned.map((one) => explainOne(one, options)));
}

async function explainOne(
  planned: PlannedVariable,
  { environment, home, clock, store }: ExplainOptions,
): Promise<Explanation> {
  const { variable, plugin, options } = planned;
  const entry = plugin.cached === false ? undefined : store.read(await keyOf(planned, environment));
  const resolution = entry !== undefined && isFresh(entry, clock.now())
    ? entry.resolution
    : undefined;
  const explanation = plugin.explain(options, {
    environment: declaredEnvironment(environment, plugin),
    home,
  });
  return {
    names: variable.names,
    plugin: { id: plugin.id, version: plugin.version },
    location: variable.location,
    overrides: variable.overrides,
    options: [...variable.options.values()].map(({ names, location, overrides }) => ({
      name: names.join(", "),
      location,
      overrides,
    })),
    explanation,
    cached: resolution === undefined
      ? null
      : { expiresAt: resolution.expiresAt, identity: resolution.identity ?? null },
  };
}
