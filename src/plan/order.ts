/**
 * The order in which steps can be resolved, if some need variables that others set.
 *
 * @module
 */

import { ConfigError, escapeControls, formatLocation } from "../errors.ts";
import type { Step } from "./plan.ts";

/** A step on the way to the one that is looked at, and the name by which the one before needs it. */
interface Needed {
  readonly name: string;
  readonly step: Step;
}

/**
 * Returns `steps` so that each comes after the steps that set what it needs, and otherwise in the order
 * that they have. What no step sets, and what a step sets itself, comes from the environment.
 *
 * @throws {ConfigError} with the places of steps that need each other.
 */
export function inOrder(steps: readonly Step[]): readonly Step[] {
  const setters = new Map(steps.flatMap((step) => step.names.map((name) => [name, step] as const)));
  const ordered = new Set<Step>();
  const visit = (needed: Needed, path: readonly Needed[]) => {
    const { step } = needed;
    if (ordered.has(step)) return;
    const start = path.findIndex((other) => other.step === step);
    if (start >= 0) throw circle([needed, ...path.slice(start + 1)]);
    for (const name of step.needs ?? []) {
      const setter = setters.get(name);
      if (setter === undefined || setter === step) continue;
      visit({ name, step: setter }, [...path, needed]);
    }
    ordered.add(step);
  };
  for (const step of steps) visit({ name: step.names[0] ?? "", step }, []);
  return [...ordered];
}

/** Returns the error for steps of which each needs the next, and the last one the first. */
function circle(needed: readonly Needed[]): ConfigError {
  const sentences = needed.map(({ name, step: { location } }, at) => {
    const next = needed[(at + 1) % needed.length]!;
    return `${escapeControls(name)} needs ${escapeControls(next.name)} (${
      formatLocation(location)
    })`;
  });
  return new ConfigError(
    needed[0]!.step.location,
    `The variables need each other: ${sentences.join(", ")}`,
    { hint: "Remove one of these needs." },
  );
}
