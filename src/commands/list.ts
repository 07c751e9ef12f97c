/**
 * `wev --list`: what is cached, without values.
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

/** Lists what is cached, and whether a run here would use it. */
export async function list(session: Session): Promise<ExitStatus> {
  const { stdout } = session.runtime;
  const plan = await planIfRight(session);
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

/** What is cached can be told without knowing what this directory would use. */
async function planIfRight(session: Session): Promise<Plan | undefined> {
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
