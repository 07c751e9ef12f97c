/**
 * Work that is stopped at its question, and taken up again.
 *
 * @module
 */

import { SuspendedQuestion, type TerminalPrompt } from "./prompt.ts";
import type { Suspension } from "../runtime.ts";

/** What stops a run. */
interface ResumableOptions {
  /** Stops this process, and returns, once it is continued, whether it may ask. */
  suspend(how: Suspension): Promise<boolean>;
}

/**
 * Does `work`, from the start each time that its question was suspended: no lock is held while this
 * process is stopped, and what it wants may have been resolved by another run since.
 *
 * @throws {WevError} where it may not ask.
 */
export async function resumable<Result>(
  work: () => Promise<Result>,
  prompt: Pick<TerminalPrompt, "resume" | "close">,
  { suspend }: ResumableOptions,
): Promise<Result> {
  try {
    while (true) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof SuspendedQuestion)) throw error;
        if (!await suspend(error.how)) throw error.refusal;
        prompt.resume();
      }
    }
  } finally {
    prompt.close();
  }
}
