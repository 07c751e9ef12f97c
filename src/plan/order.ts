/**
 * Sorts steps, so that each comes after the steps whose variables it needs.
 *
 * @module
 */

import { ConfigError, escapeControls, formatLocation } from "../errors.ts";
import type { Step } from "./plan.ts";

/** A step on the current path, and the variable that the previous step needs from it. */
interface Needed {
  readonly name: string;
  readonly step: Step;
}

/**
 * Returns `steps` sorted: each comes after the steps that set the variables it needs; otherwise the order
 * stays. If no other step sets a needed variable, it comes from the environment.
 *
 * @throws {ConfigError} if steps need each other, with their locations.
 */
export function inOrder(steps: readonly Step[]): readonly Step[] {
  const setters = new Map(steps.flatMap((step) => step.names.map((name) => [name, step] as const)));
  const ordered = new Set<Step>();
  const visit = (needed: Needed, path: readonly Needed[]) => {
    const { step } = needed;
    if (ordered.has(step)) return;
    const start = path.findIndex((other) => other.step === step);
    if (start >= 0) throw cycleError([needed, ...path.slice(start + 1)]);
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

/** Returns the error for a cycle: each step needs the next, and the last needs the first. */
function cycleError(needed: readonly Needed[]): ConfigError {
  const sentences = needed.map(({ name, step: { location } }, at) => {
    const next = needed[(at + 1) % needed.length]!;
    return `${escapeControls(name)} needs ${escapeControls(next.name)} (${
      formatLocation(location)
    })`;
  });
  return new ConfigError(
    needed[0]!.step.location,
    `The variables need each other: ${sentences.join(", ")}`,
    { hint: "Remove one of these dependencies." },
  );
}
