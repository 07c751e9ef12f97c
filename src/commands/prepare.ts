/**
 * The part that `run`, `export` and `login` share: from a plan to resolved values.
 *
 * @module
 */

import type { Resolved } from "../engine/resolved.ts";
import { resolve } from "../engine/resolve.ts";
import { escapeControls, WevError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import type { ResolvingHooks, Session } from "../session.ts";

/** The hooks of a verb. */
interface PrepareHooks extends ResolvingHooks {
  /** Checks the plan before anything is resolved. */
  readonly check?: () => Promise<void>;
}

/**
 * Resolves the variables of `plan`, the plan of the working directory, and returns them in order.
 *
 * @throws {WevError} if a required variable is missing, or one can't be resolved.
 */
export async function prepare(
  session: Session,
  plan: Plan,
  { check, ...hooks }: PrepareHooks = {},
): Promise<Resolved[]> {
  const { request, options } = session;
  if (options.logLevel === "debug") await logPlan(plan, session);
  if (session.runtime.environment.get("WEV_REQUIRE") !== undefined) {
    const { checkRequirement }: typeof import("../engine/read_plan.ts") = await import(
      ["../engine/read_plan.ts"].join()
    );
    checkRequirement(plan, session);
  }
  await check?.();
  return await resolve(plan, request, session.engine(hooks));
}

/** Logs the files of `plan` and the cached entries of its variables. */
async function logPlan(plan: Plan, session: Session): Promise<void> {
  const { request, logger } = session;
  logger.debug(`Configuration: ${plan.files.map(escapeControls).join(", ") || "none"}`);
  const { logDecisions }: typeof import("../engine/decisions.ts") = await import(
    ["../engine/decisions.ts"].join()
  );
  try {
    await logDecisions(plan, request, await session.state(), logger);
  } catch (error) {
    // This is only the log. If the run needs the value, resolving it fails with this error.
    if (!(error instanceof WevError)) throw error;
    logger.debug(error.message);
  }
}
