/**
 * `wev COMMAND`: a run for which not everything is cached, or that has options.
 *
 * @module
 */

import { OPTIONS } from "../cli/options.ts";
import { environmentOf } from "../engine/environment.ts";
import type { ExitStatus } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { checkCommand, runCommand } from "../run/run.ts";
import type { Session } from "../session.ts";
import { prepare } from "./prepare.ts";

/** A misspelt command may be one of wev's own options without its dashes. */
const HINTS = { optionNames: OPTIONS.map(({ name }) => name) };

/**
 * Runs the command with the variables set, and returns its exit status.
 *
 * @throws {WevError} where it can't be run.
 */
export async function run(session: Session): Promise<ExitStatus> {
  const { runtime, options: { command } } = session;
  const resolved = await prepare(session, {
    // A misspelt command must not cost anybody a code.
    beforeResolving: (plan) => checkPlanned(plan, session),
  });
  const changes = environmentOf(resolved, runtime.environment);
  // There is no wev any more where this succeeds; otherwise it returns, and the rest finds out why.
  if (runtime.environment.get("WEV_SPAWN") !== "1") runtime.become(command, changes);
  return await runCommand(command, changes, runtime, HINTS);
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
