/**
 * `wev --list`: lists the cached entries, without values.
 *
 * @module
 */

import { entriesAsJson, entriesAsText, lockedAsText } from "../cli/list_output.ts";
import { listEntries } from "../engine/list.ts";
import { readPlan, warnOfUnread } from "../engine/read_plan.ts";
import { escapeControls, ExitStatus, WevError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/** Lists the cached entries, and whether a run here would use them. */
export async function list(session: Session): Promise<ExitStatus> {
  const { stdout } = session.runtime;
  const plan = await planIfValid(session);
  const state = await session.state();
  const entries = await listEntries(plan, state);
  const standing = session.lockout.standing();
  const text = session.options.json
    ? entriesAsJson(entries, standing)
    : lockedAsText(standing, state.times) +
      entriesAsText(entries, { times: state.times, width: stdout.width() });
  writeOutput(text, stdout);
  return ExitStatus.ok;
}

/** An invalid configuration is only a warning: the entries can be listed without a plan. */
async function planIfValid(session: Session): Promise<Plan | undefined> {
  const { logger } = session;
  try {
    const { plan, unread } = await readPlan(session);
    warnOfUnread(unread, logger);
    return plan;
  } catch (error) {
    if (!(error instanceof WevError)) throw error;
    logger.warning(escapeControls(error.message));
    return undefined;
  }
}
