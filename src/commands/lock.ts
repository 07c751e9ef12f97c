/**
 * `wev --lock`: drops everything that is cached, and refuses to resolve anything until a person gives a
 * code.
 *
 * @module
 */

import { forgetAll } from "../engine/list.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/**
 * Locks wev, and says so.
 *
 * @throws {WevError} if the lock can't be written, or something cached can't be removed.
 */
export async function lock(session: Session): Promise<ExitStatus> {
  const state = await session.state();
  // First: whatever another run saves after this is refused, and whatever it saved before is removed.
  await session.lockout.begin();
  const { entries: { length } } = await forgetAll(state);
  const text = `wev is locked. Cached sessions that it dropped: ${length}\n` +
    "The next code that a person gives unlocks it: run wev --login, or any command.\n";
  writeOutput(text, session.runtime.stdout);
  return ExitStatus.ok;
}
