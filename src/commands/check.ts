/**
 * `wev --check`: exits with 0 if everything that a run here needs is cached. `src/app.ts` does so before
 * this is loaded, if it finds everything in the cache.
 *
 * @module
 */

import { checkedAsJson, checkedAsText } from "../cli/check_output.ts";
import { checkAll } from "../engine/check.ts";
import { checkRequirement, readPlan } from "../engine/read_plan.ts";
import { ExitStatus, WevError } from "../errors.ts";
import { wantsKeyring } from "../keyring/wanted.ts";
import { keptPlan } from "../plan/kept_plan.ts";
import { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/**
 * Checks the cache, and returns 0 or 1.
 *
 * @throws {WevError} if the configuration is wrong.
 */
export async function check({ options, runtime }: Session): Promise<ExitStatus> {
  // A shell prompt calls it: no warnings.
  const session = new Session({ ...options, logLevel: options.logLevel ?? "error" }, runtime);
  const { place, request } = session;
  const plan = keptPlan(runtime.files, place, runtime) ?? (await readPlan(session)).plan;
  checkRequirement(plan, session);
  const state = await session.state();
  const variables = await checkAll(plan, request, {
    ...state,
    opensSealed: wantsKeyring(runtime),
    isLocked: session.lockout.standing() !== undefined,
  });
  const missing = variables.filter(({ ok }) => !ok);
  if (options.json) writeOutput(checkedAsJson(variables), runtime.stdout);
  else if (missing.length > 0) {
    throw new WevError(checkedAsText(missing, state.times), {
      kind: "input-needed",
      next: ["wev --login"],
      exitStatus: ExitStatus.failure,
    });
  }
  return missing.length === 0 ? ExitStatus.ok : ExitStatus.failure;
}
