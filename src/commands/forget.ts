/**
 * `wev --forget`: deletes cached values, of this directory or all.
 *
 * @module
 */

import { forgottenAsJson, forgottenAsText } from "../cli/list_output.ts";
import { forgetAll, forgetHere, type Forgotten } from "../engine/list.ts";
import { readPlan, warnOfUnread } from "../engine/read_plan.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/**
 * Deletes the cached values that the command line names.
 *
 * @throws {WevError} if a name is unknown, or deleting fails.
 */
export async function forget(session: Session): Promise<ExitStatus> {
  const { runtime: { stdout }, options: { json } } = session;
  const forgotten = await forgetNamed(session);
  const text = json
    ? forgottenAsJson(forgotten)
    : forgottenAsText(forgotten, { times: await session.times(), width: stdout.width() });
  writeOutput(text, stdout);
  return ExitStatus.ok;
}

async function forgetNamed(session: Session): Promise<Forgotten> {
  const { all, command: names } = session.options;
  if (all) return await forgetAll(await session.state());
  const { plan, unread } = await readPlan(session);
  warnOfUnread(unread, session.logger);
  return await forgetHere(plan, names, await session.state());
}
