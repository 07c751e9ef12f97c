/**
 * The plan of configuration files, for tests.
 *
 * @module
 */

import { loadConfiguration } from "../../src/config/load.ts";
import { isHomeFile } from "../../src/config/home_file.ts";
import { makePlan } from "../../src/plan/make.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { PluginRegistry } from "../../src/plugin/mod.ts";
import { builtinPlugins } from "../../src/plugins/mod.ts";
import { FakeFiles } from "./fake_runtime.ts";

const HOME = "/home/ann";
/** The user's own configuration file. */
export const OWN = `${HOME}/wev.yml`;
/** The configuration file of a project. */
export const FILE = `${HOME}/project/wev.yml`;

/** Returns the plan of the project where files have these `contents`, by path. */
export async function planOf(
  contents: Readonly<Record<string, string>>,
  registry: PluginRegistry = builtinPlugins,
): Promise<Plan> {
  const files = new FakeFiles(contents, "linux");
  const place = { home: HOME, workingDirectory: `${HOME}/project`, system: "linux" } as const;
  const reader = { user: 1000, environment: { get: () => undefined }, system: "linux" } as const;
  const configuration = loadConfiguration(files, place, reader);
  return await makePlan(configuration, registry, (file) => isHomeFile(files, file, place));
}
