/**
 * The environment that a command gets of a plugin's defaults.
 *
 * @module
 */

import type { Step } from "../../src/plan/plan.ts";
import type { DefaultVariable } from "../../src/plugin/context.ts";
import { toResolved } from "../../src/engine/cached.ts";
import { environmentOf } from "../../src/engine/environment.ts";
import { FakeRuntime } from "./fake_runtime.ts";

/** A step of credentials, which take profiles away. */
export const STEP: Step = {
  names: ["AWS_ACCESS_KEY_ID"],
  location: { file: "/home/ann/wev.yml", line: 1, column: 1 },
  plugin: "fake",
  version: "1.0.0",
  reads: ["AWS_REGION"],
  readsSecret: [],
  consumes: [],
  options: {},
  unset: ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
};

/** Returns the environment of the command of a wev that is started with `environment`. */
export function commandOf(
  defaults: readonly DefaultVariable[],
  environment: Readonly<Record<string, string>>,
  steps: readonly Step[] = [STEP],
): Record<string, string> {
  const resolved = steps.map((step) =>
    step.constant === undefined
      ? toResolved(step, { values: ["AKIA"], defaults }, "fresh")
      : toResolved(step, { values: step.constant }, "constant")
  );
  const { set, unset } = environmentOf(resolved, new FakeRuntime({ environment }).environment);
  const left = Object.entries(environment).filter(([name]) => !unset.includes(name));
  return Object.fromEntries([...left, ...set]);
}
