/**
 * The context of a plugin while it explains.
 *
 * @module
 */

import type { Step } from "../plan/plan.ts";
import type { ExplainContext } from "../plugin/context.ts";
import { declaredEnvironment, declaredPath } from "./declared_environment.ts";
import { outerEnvironment } from "./nesting.ts";
import { keptState } from "./kept.ts";
import type { State } from "./state.ts";

/** Returns the context for the plugin of `step`. */
export function explainContext(step: Step, state: State): ExplainContext {
  const { environment, home, times, clock, files } = state;
  const outer = outerEnvironment(environment);
  return {
    names: step.names,
    environment: declaredEnvironment(outer, step),
    home,
    files,
    times,
    now: () => clock.now(),
    pathFrom: (name) => declaredPath(name, step, { ...state, environment: outer }),
    placeOf: (option) => step.places?.[option],
    kept: (parts) => keptState(step, parts, state),
  };
}
