/**
 * `wev COMMAND`: a run that has options, or for which not everything is cached.
 *
 * @module
 */

import { OPTIONS } from "../cli/options.ts";
import { environmentOf } from "../engine/environment.ts";
import type { ExitStatus } from "../errors.ts";
import { keptPlan } from "../plan/kept_plan.ts";
import type { Plan } from "../plan/plan.ts";
import { checkCommand, runCommand } from "../run/run_command.ts";
import type { Session } from "../session.ts";
import { prepare } from "./prepare.ts";

/** A misspelt command may be a wev option without its dashes. */
const HINTS = { optionNames: OPTIONS.map(({ name }) => name) };

/**
 * Runs the command with the variables set, and returns its exit status.
 *
 * @throws {WevError} if it can't be run.
 */
export async function run(session: Session): Promise<ExitStatus> {
  const { runtime, place, options: { command } } = session;
  const plan = keptPlan(runtime.files, place, runtime) ?? await readFiles(session);
  const resolved = await prepare(session, plan, {
    // A misspelt command must not cost the user a code.
    beforeResolving: () => checkPlanned(plan, session),
  });
  const changes = environmentOf(resolved, runtime.environment);
  return await runCommand(command, changes, runtime, HINTS);
}

/** Reads the configuration, which few runs have to. */
async function readFiles(session: Session): Promise<Plan> {
  const { readAndKeepPlan }: typeof import("../engine/read_plan.ts") = await import(
    ["../engine/read_plan.ts"].join()
  );
  return await readAndKeepPlan(session);
}

/** Looks for the command, unless the PATH that it will have is yet to be resolved. */
function checkPlanned({ steps }: Plan, { runtime, options }: Session): void {
  if (steps.some(({ names, constant }) => constant === undefined && names.includes("PATH"))) return;
  const set = new Map(
    steps.flatMap(({ names, constant = [] }) =>
      constant.map((value, index) => [names[index]!, value] as const)
    ),
  );
  checkCommand(options.command, { set, unset: [] }, runtime, HINTS);
}
