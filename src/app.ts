/**
 * wev from its arguments to an exit status. Every run goes through this module, so it imports only what
 * the warm run needs: the run with everything cached.
 *
 * @module
 */

import { cacheDirectory } from "./cache/layout.ts";
import { cached } from "./engine/cached.ts";
import { environmentOf } from "./engine/environment.ts";
import { outerEnvironment } from "./engine/nesting.ts";
import { homeDirectory, isClosedCache } from "./paths.ts";
import { keptPlan } from "./plan/kept_plan.ts";
import type { Plan } from "./plan/plan.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Not a string literal in the `import()` below. Deno loads the module that a literal names, and its
 * imports, at the start of every run, even if it is not used. That takes longer than the rest of a run.
 */
const ON_DEMAND = ["./commands/mod.ts"].join();

/** Loads the modules that the warm run does not need. */
async function loadRest(): Promise<typeof import("./commands/mod.ts")> {
  try {
    return await import(ON_DEMAND);
  } catch (error) {
    // The other lines are a stack trace.
    const [reason] = String(error instanceof Error ? error.message : error).split("\n", 1);
    throw Object.assign(new Error(`Cannot load the rest of wev: ${reason}`), {
      unreadable: "the rest of wev",
      hint: "Install wev again. If you run it from source, check its files.",
    });
  }
}

/** Executes the command line `args` and returns the exit status. It reports known failures itself. */
export async function app(args: readonly string[], runtime: Runtime): Promise<number> {
  runtime.protectSecrets();
  try {
    // If everything is cached, wev becomes the command here. If not, nothing has happened yet.
    if (!hasOptions(args)) becomeIfCached(args, runtime);
    return await (await loadRest()).main(args, runtime);
  } catch (error) {
    if (error instanceof Error && "unreadable" in error) return reportUnreadable(error, runtime);
    return await (await loadRest()).reportFailure(error, undefined, runtime);
  }
}

function hasOptions(args: readonly string[]): boolean {
  return args[0] === undefined || args[0].startsWith("-");
}

/** Becomes `command` if the plan of this directory is kept and all its values are cached. */
function becomeIfCached(command: readonly string[], runtime: Runtime): void {
  const { environment, system, clock, files, user, workingDirectory } = runtime;
  if (system === "windows" || environment.get("WEV_SPAWN") === "1") return;
  const directory = cacheDirectory(environment, system);
  if (directory === undefined || !isClosed(directory, runtime)) return;
  const home = homeDirectory(environment, system);
  const place = { workingDirectory, home, system, cacheDirectory: directory };
  const plan = keptPlan(files, place, runtime);
  if (plan === undefined || !meetsRequirement(plan, environment.get("WEV_REQUIRE"))) return;
  const request = { at: runtime.startedAt, minRemaining: 0, refresh: false, mayAsk: true };
  const outer = outerEnvironment(environment);
  const resolved = cached(plan, request, { outer, clock, files, place, user });
  if (!resolved.every((one) => one !== undefined)) return;
  runtime.become(command, environmentOf(resolved, environment));
}

/** Returns `false` if the directory can't be checked: the cold run reports why. */
function isClosed(directory: string, runtime: Runtime): boolean {
  try {
    return isClosedCache(runtime.files, directory, runtime);
  } catch {
    return false;
  }
}

/** Returns whether `plan` certainly meets `required`, the value of `WEV_REQUIRE`. */
function meetsRequirement({ steps }: Plan, required: string | undefined): boolean {
  if (required === undefined || required === "" || required === "0") return true;
  return required === "1" && steps.length > 0;
}

/** Reports an unreadable file without the logger, which may be unreadable, too. */
function reportUnreadable(
  { message, hint }: Error & { readonly hint?: string },
  { stderr }: Runtime,
): number {
  stderr.write(`wev: error: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
  return 125;
}
