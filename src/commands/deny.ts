/**
 * `wev --deny`: ends the runs that wait for an answer.
 *
 * @module
 */

import { ExitStatus } from "../errors.ts";
import type { WaitingRun } from "../questions/waiting_runs.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";
import { nothingWaits } from "./answer.ts";

/** Milliseconds that a run may take to end. */
const PATIENCE_MS = 5_000;

/**
 * Denies an answer to all runs that wait, those that begin to wait meanwhile too, and returns once they
 * have ended.
 *
 * @throws {WevError} if no run waits.
 */
export async function deny(session: Session): Promise<ExitStatus> {
  await using runs = session.waitingRuns();
  const denied = new Set<WaitingRun>();
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    // One that has been denied, and has not asked since, is about to end.
    const waiting = (await runs.find())
      .filter((run) => run.stage.kind !== "busy" || denied.has(run));
    if (waiting.length === 0 || performance.now() > deadline) break;
    for (const run of waiting) {
      if (!denied.has(run)) run.deny();
      denied.add(run);
    }
    await runs.change(100);
  }
  if (denied.size === 0) throw nothingWaits();
  const what = denied.size === 1 ? "1 run" : `${denied.size} runs`;
  writeOutput(`Denied ${what}.\n`, session.runtime.stdout);
  return ExitStatus.ok;
}
