/**
 * `wev --lock`: deletes all cached values, and refuses new ones until the user gives a code.
 *
 * @module
 */

import { lockAsJson } from "../cli/list_output.ts";
import { forgetAll } from "../engine/list.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/**
 * Locks wev.
 *
 * @throws {WevError} if the lock can't be written, or a cached entry can't be deleted.
 */
export async function lock(session: Session): Promise<ExitStatus> {
  const state = await session.state();
  // First: an entry that another run saves before this is deleted, and after this it can't save one.
  await session.lockout.begin();
  const { entries } = await forgetAll(state);
  const text = session.options.json
    ? lockAsJson(entries, session.lockout.standing())
    : `wev is locked. Deleted cached sessions: ${entries.length}\n` +
      "The next code that you give unlocks it: run wev --login, or any command.\n";
  writeOutput(text, session.runtime.stdout);
  return ExitStatus.ok;
}
