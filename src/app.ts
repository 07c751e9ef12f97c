/**
 * wev's command line: from arguments to an exit status. This is the way of every run, so it loads
 * nothing that a run with everything cached does not need.
 *
 * @module
 */

import { cacheDirectory } from "./cache/layout.ts";
import { homeDirectory, isClosedCache } from "./paths.ts";
import type { Plan } from "./plan/plan.ts";
import { recallPlan } from "./plan/kept_plan.ts";
import { type Freshness, resolveAll } from "./engine/resolve.ts";
import type { Runtime } from "./runtime.ts";
import type { Arguments } from "./cli/arguments.ts";

/**
 * Not a literal in the `import()` below: Deno reads every module that a literal names, and all that
 * those import, at the start of every run, used or not. It costs more than all the rest of a run.
 */
const COLD = ["./commands/mod.ts"].join();

/** Loads the rest of wev: options, YAML, plugins, AWS, questions, help, failures. */
function loadCold(): Promise<typeof import("./commands/mod.ts")> {
  return import(COLD);
}

/** Does what `args` ask for, and returns the exit status. No failure is thrown. */
export async function app(args: readonly string[], runtime: Runtime): Promise<number> {
  runtime.protectSecrets();
  let options: Arguments | undefined;
  try {
    options = hasOptions(args)
      ? await (await loadCold()).readArguments(args, runtime)
      : { command: args };
    // Whoever reads how wev works waits for it.
    if (options.logLevel === "debug") runtime = (await loadCold()).observe(options, runtime);
    if (options.action !== undefined) return await (await loadCold()).show(options, runtime);
    return await run(options, runtime);
  } catch (error) {
    return (await loadCold()).reportFailure(error, options, runtime);
  }
}

function hasOptions(args: readonly string[]): boolean {
  return args[0] === undefined || args[0].startsWith("-");
}

async function run(options: Arguments, runtime: Runtime): Promise<number> {
  const { environment, system, clock, files, workingDirectory } = runtime;
  const { command } = options;
  const directory = cacheDirectory(environment, system);
  const place = {
    workingDirectory,
    home: homeDirectory(environment, system),
    system,
    cacheDirectory: directory === undefined || isClosed(directory, runtime)
      ? directory
      : (await loadCold()).usableCacheDirectory(options, runtime),
  };
  const freshness: Freshness = {
    resolvedSince: options.refresh ? runtime.startedAt : undefined,
    minRemaining: options.minRemaining,
  };
  const session = { options, runtime, place, freshness };
  const plan = recallPlan(files, place, runtime) ?? await (await loadCold()).planFromFiles(session);
  if (options.logLevel === "debug") await (await loadCold()).tellPlan(plan, session);
  if (mayBeRequired(environment.get("WEV_REQUIRE"), plan)) {
    (await loadCold()).checkConfigured(session, plan);
  }
  const changes = await resolveAll(plan, {
    environment,
    clock,
    files,
    place,
    user: runtime.user,
    freshness,
    resolveMissing: async (missing) =>
      await (await loadCold()).resolveMissing(missing, session, plan),
  });
  // There is no wev any more where this succeeds; otherwise it returns, and the rest finds out why.
  if (environment.get("WEV_SPAWN") !== "1") runtime.become(command, changes);
  return await (await loadCold()).runCommand(command, changes, runtime);
}

/** Returns whether what `WEV_REQUIRE` says needs a closer look. */
function mayBeRequired(value: string | undefined, { steps }: Plan): boolean {
  if (value === undefined || value === "" || value === "0" || value === "false") return false;
  return steps.length === 0 || (value !== "1" && value !== "true");
}

function isClosed(directory: string, runtime: Runtime): boolean {
  try {
    return isClosedCache(runtime.files, directory, runtime);
  } catch {
    // The cold path says what is wrong with it.
    return false;
  }
}
