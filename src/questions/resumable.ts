/**
 * Repeats work whose question was suspended.
 *
 * @module
 */

import { SuspendedQuestion, type TerminalPrompt } from "./prompt.ts";
import type { Suspension } from "../runtime.ts";

/** The options of {@linkcode resumable}. */
interface ResumableOptions {
  /** Stops this process. After it is continued, returns whether it may ask now. */
  suspend(how: Suspension): Promise<boolean>;
}

/**
 * Does `work`, and starts over after each suspended question. So no lock is held while this process is
 * stopped, and values that another run has resolved meanwhile are used.
 *
 * @throws {WevError} if it may not ask.
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
