/**
 * What a plugin sees while it explains, made of files and variables.
 *
 * @module
 */

import type { ExplainContext } from "../../src/plugin/mod.ts";
import { expandPath } from "../../src/engine/expand_path.ts";
import { Times } from "../../src/times.ts";
import { FakeRuntime, type FakeRuntimeOptions, utc } from "./fake_runtime.ts";

/** Returns a context in which nothing is kept. */
export function explainContext(options: FakeRuntimeOptions = {}): ExplainContext & {
  readonly files: FakeRuntime["files"];
} {
  const { environment, files, system } = new FakeRuntime(options);
  const home = "/home/ann";
  const now = new Date("2026-01-31T12:00:00Z");
  return {
    names: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    environment,
    home,
    files,
    pathFrom(name) {
      const path = environment.get(name);
      return path === undefined
        ? undefined
        : expandPath(path, { environment, home, files, system });
    },
    now: () => now,
    times: new Times(utc, { now: () => now }),
    placeOf: () => undefined,
    kept: () => Promise.resolve(undefined),
  };
}
