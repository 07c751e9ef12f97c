/**
 * What `run` and `export` have in common: from the working directory to resolved values.
 *
 * @module
 */

import type { Resolved } from "../engine/resolved.ts";
import { tellDecisions } from "../engine/decisions.ts";
import { checkRequirement, readAndKeepPlan } from "../engine/read_plan.ts";
import { resolve } from "../engine/resolve.ts";
import { escapeControls, WevError } from "../errors.ts";
import { keptPlan } from "../plan/kept_plan.ts";
import type { Plan } from "../plan/plan.ts";
import type { Session } from "../session.ts";

/** What a verb does on the way. */
export interface PrepareHooks {
  /** Checks the plan before anything is resolved. */
  readonly check?: (plan: Plan) => Promise<void>;
  /** Is called before anything is resolved that is not cached. */
  readonly beforeResolving?: (plan: Plan) => void;
  /** Is told secret values the moment they are known. */
  readonly onValues?: (values: readonly string[]) => void;
}

/**
 * Returns what the variables of the working directory resolve to, in order.
 *
 * @throws {WevError} where the configuration is wrong, or one can't be resolved.
 */
export async function prepare(
  session: Session,
  { check, beforeResolving, onValues }: PrepareHooks,
): Promise<Resolved[]> {
  const { runtime, place, request, options } = session;
  const plan = keptPlan(runtime.files, place, runtime) ?? await readAndKeepPlan(session);
  if (options.logLevel === "debug") await tellPlan(plan, session);
  checkRequirement(plan, session);
  await check?.(plan);
  const engine = session.engine({
    beforeResolving: () => beforeResolving?.(plan),
    ...(onValues === undefined ? {} : { onValues }),
  });
  return await resolve(plan, request, engine);
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
