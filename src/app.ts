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
import type { Resolved } from "./engine/resolved.ts";
import { homeDirectory, isClosedCache } from "./paths.ts";
import { keptPlan } from "./plan/kept_plan.ts";
import type { Plan } from "./plan/plan.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Loads what a run with everything cached does not need. Its name is not a literal: Deno reads every
 * module that a literal names, and all that those import, at the start of every run, used or not. It
 * costs more than all the rest of a run. More is loaded in the same way further on.
 */
async function loadRest(): Promise<typeof import("./commands/mod.ts")> {
  try {
    return await import(["./commands/mod.ts"].join());
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
    const command = args[0] === "--json" ? args.slice(1) : args;
    if (!hasOptions(command)) becomeIfCached(command, runtime);
    else if (args[0] === "--check" && isCached(args, runtime)) return 0;
    return await (await loadRest()).main(args, runtime);
  } catch (error) {
    try {
      return await (await loadRest()).reportFailure(error, { args }, runtime);
    } catch (failure) {
      if (failure instanceof Error && "unreadable" in failure) {
        return reportUnreadable(failure, args, runtime);
      }
      throw failure;
    }
  }
}

function hasOptions(args: readonly string[]): boolean {
  return args[0] === undefined || args[0].startsWith("-");
}

/** Becomes `command` if the plan of this directory is kept and all its values are cached. */
function becomeIfCached(command: readonly string[], runtime: Runtime): void {
  const { environment, system } = runtime;
  if (system === "windows" || environment.get("WEV_SPAWN") === "1") return;
  const resolved = cachedHere(runtime, 0);
  if (resolved !== undefined) runtime.become(command, environmentOf(resolved, environment));
}

/** Returns whether `wev --check`, with the options in `args`, succeeds for sure. */
function isCached(args: readonly string[], runtime: Runtime): boolean {
  const [, option, seconds = ""] = args;
  const isPlain = args.length === 1 ||
    (args.length === 3 && option === "--min-remaining" && /^\d{1,9}$/.test(seconds));
  return isPlain && cachedHere(runtime, Number(seconds)) !== undefined;
}

/** Returns the values of this directory if its plan is kept and all of them are cached. */
function cachedHere(runtime: Runtime, minRemaining: number): Resolved[] | undefined {
  const { environment, system, clock, files, user, workingDirectory } = runtime;
  const directory = cacheDirectory(environment, system);
  if (directory === undefined || !isClosed(directory, runtime)) return;
  const home = homeDirectory(environment, system);
  const place = { workingDirectory, home, system, cacheDirectory: directory };
  const plan = keptPlan(files, place, runtime);
  if (plan === undefined || !meetsRequirement(plan, environment.get("WEV_REQUIRE"))) return;
  const request = { at: runtime.startedAt, minRemaining, refresh: false, mayAsk: true };
  const outer = outerEnvironment(environment);
  const resolved = cached(plan, request, { outer, clock, files, place, user });
  return resolved.every((one) => one !== undefined) ? resolved : undefined;
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

/** Reports that the rest of wev can't be loaded, without it. */
function reportUnreadable(
  { message, hint }: Error & { readonly hint?: string },
  args: readonly string[],
  { stderr }: Runtime,
): number {
  stderr.write(`wev: error: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
  if (args[0] === "--json") {
    const line = JSON.stringify({ wev: 1, status: "error", kind: "internal", message, hint });
    const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
    stderr.write(`${line.replace(/[^\x20-\x7e]/g, escape)}\n`);
  }
  return 125;
}
