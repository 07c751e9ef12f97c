/**
 * wev from its arguments to an exit status. Every run comes through here, so this loads nothing that a
 * run with everything cached does not need.
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
 * Not a literal in the `import()` below: Deno reads every module that a literal names, and all that
 * those import, at the start of every run, used or not. It costs more than all the rest of a run.
 */
const ON_DEMAND = ["./commands/mod.ts"].join();

/** Loads all that a run with everything cached does not need. */
async function loadRest(): Promise<typeof import("./commands/mod.ts")> {
  try {
    return await import(ON_DEMAND);
  } catch (error) {
    // Further lines are those of a stack.
    const [reason] = String(error instanceof Error ? error.message : error).split("\n", 1);
    throw Object.assign(new Error(`Cannot load the rest of wev: ${reason}`), {
      unreadable: "the rest of wev",
      hint: "Install wev again, or from source: check its files.",
    });
  }
}

/** Does what `args` ask for, and returns the exit status. No failure that has a name is thrown. */
export async function app(args: readonly string[], runtime: Runtime): Promise<number> {
  runtime.protectSecrets();
  try {
    // With everything cached wev becomes the command here. Else nothing has happened yet.
    if (!hasOptions(args)) becomeIfCached(args, runtime);
    else if (args[0] === "--check" && isCached(args, runtime)) return 0;
    return await (await loadRest()).main(args, runtime);
  } catch (error) {
    if (error instanceof Error && "unreadable" in error) return tellUnreadable(error, runtime);
    return await (await loadRest()).reportFailure(error, undefined, runtime);
  }
}

function hasOptions(args: readonly string[]): boolean {
  return args[0] === undefined || args[0].startsWith("-");
}

/** Becomes `command` if the plan of this directory is kept, and all that it needs is cached. */
function becomeIfCached(command: readonly string[], runtime: Runtime): void {
  const { environment, system } = runtime;
  if (system === "windows" || environment.get("WEV_SPAWN") === "1") return;
  const resolved = cachedHere(runtime, 0);
  if (resolved !== undefined) runtime.become(command, environmentOf(resolved, environment));
}

/** Returns whether the answer to `wev --check`, as `args` have it, is surely yes. */
function isCached(args: readonly string[], runtime: Runtime): boolean {
  const [, option, seconds = ""] = args;
  const isPlain = args.length === 1 ||
    (args.length === 3 && option === "--min-remaining" && /^\d{1,9}$/.test(seconds));
  return isPlain && cachedHere(runtime, Number(seconds)) !== undefined;
}

/** Returns what this directory needs if the plan is kept and all of it is cached. */
function cachedHere(runtime: Runtime, minRemaining: number): Resolved[] | undefined {
  const { environment, system, clock, files, user, workingDirectory } = runtime;
  const directory = cacheDirectory(environment, system);
  if (directory === undefined || !isClosed(directory, runtime)) return;
  const home = homeDirectory(environment, system);
  const place = { workingDirectory, home, system, cacheDirectory: directory };
  const plan = keptPlan(files, place, runtime);
  if (plan === undefined || !meets(plan, environment.get("WEV_REQUIRE"))) return;
  const request = { at: runtime.startedAt, minRemaining, refresh: false, mayAsk: true };
  const outer = outerEnvironment(environment);
  const resolved = cached(plan, request, { outer, clock, files, place, user });
  return resolved.every((one) => one !== undefined) ? resolved : undefined;
}

/** What can't be looked at is reported by those who need it. */
function isClosed(directory: string, runtime: Runtime): boolean {
  try {
    return isClosedCache(runtime.files, directory, runtime);
  } catch {
    return false;
  }
}

/** Returns whether `plan` is surely enough for what `WEV_REQUIRE` says. */
function meets({ steps }: Plan, required: string | undefined): boolean {
  if (required === undefined || required === "" || required === "0") return true;
  return required === "1" && steps.length > 0;
}

/** Says what can't be read, though nothing else may be there to say it with. */
function tellUnreadable(
  { message, hint }: Error & { readonly hint?: string },
  { stderr }: Runtime,
): number {
  stderr.write(`wev: error: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
  return 125;
}
