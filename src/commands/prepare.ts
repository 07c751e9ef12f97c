/**
 * What `run` and `export` have in common: from a plan to resolved values.
 *
 * @module
 */

import type { Resolved } from "../engine/resolved.ts";
import { tellDecisions } from "../engine/decisions.ts";
import { checkRequirement } from "../engine/read_plan.ts";
import { resolve } from "../engine/resolve.ts";
import { escapeControls, WevError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import type { ResolvingHooks, Session } from "../session.ts";

/** What a verb does on the way. */
interface PrepareHooks extends ResolvingHooks {
  /** Checks the plan before anything is resolved. */
  readonly check?: () => Promise<void>;
}

/**
 * Returns what the variables of `plan`, that of the working directory, resolve to, in order.
 *
 * @throws {WevError} where one is missing that must be there, or can't be resolved.
 */
export async function prepare(
  session: Session,
  plan: Plan,
  { check, ...hooks }: PrepareHooks = {},
): Promise<Resolved[]> {
  const { request, options } = session;
  if (options.logLevel === "debug") await tellPlan(plan, session);
  checkRequirement(plan, session);
  await check?.();
  return await resolve(plan, request, session.engine(hooks));
}

/** Says what `plan` is made of, and what of it is cached. */
async function tellPlan(plan: Plan, session: Session): Promise<void> {
  const { request, logger } = session;
  logger.debug(`Configuration: ${plan.files.map(escapeControls).join(", ") || "none"}`);
  try {
    await tellDecisions(plan, request, await session.state(), logger);
  } catch (error) {
    // Whoever resolves it fails, where this run can't do without.
    if (!(error instanceof WevError)) throw error;
    logger.debug(error.message);
  }
}
