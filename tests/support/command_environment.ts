/**
 * The environment that a command gets of a plugin's defaults.
 *
 * @module
 */

import type { Step } from "../../src/plan/plan.ts";
import type { DefaultVariable } from "../../src/plugin/context.ts";
import { resolveAll } from "../../src/engine/resolve.ts";
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
export async function commandOf(
  defaults: readonly DefaultVariable[],
  environment: Readonly<Record<string, string>>,
  steps: readonly Step[] = [STEP],
): Promise<Record<string, string>> {
  const runtime = new FakeRuntime({ environment });
  const { set, unset } = await resolveAll({ files: [], steps }, {
    environment: runtime.environment,
    clock: runtime.clock,
    files: runtime.files,
    place: {
      workingDirectory: "/home/ann",
      home: "/home/ann",
      system: "linux",
      cacheDirectory: undefined,
    },
    user: 1000,
    freshness: {},
    resolveMissing: (steps) => Promise.resolve(steps.map(() => ({ values: ["AKIA"], defaults }))),
  });
  const left = Object.entries(environment).filter(([name]) => !unset.includes(name));
  return Object.fromEntries([...left, ...set]);
}
