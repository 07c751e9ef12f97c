/**
 * The messages of a run that waits.
 *
 * @module
 */

import type { LockDirectory } from "../cache/lock.ts";
import type { Processes } from "../runtime.ts";

/** Milliseconds before wev says what it waits for. */
export const PATIENCE_MS = 1_000;

/** The lock that a run takes to ask. */
export const PROMPT_LOCK = "prompt";

/**
 * Tells the user what wev waits for. With `isCurrent` the message waits until no question is open, and is
 * dropped if it is no longer current by then.
 */
export type Notify = (message: string, isCurrent?: () => boolean) => void;

/** Awaits `work`. After a second, says what wev waits for. */
export async function waitFor<Result>(
  what: () => string,
  work: Promise<Result>,
  notify: Notify,
): Promise<Result> {
  let isOver = false;
  const timer = setTimeout(() => notify(`Waiting for ${what()}`, () => !isOver), PATIENCE_MS);
  return await work.finally(() => {
    isOver = true;
    clearTimeout(timer);
  });
}

/** Access to the other runs of this user. */
export interface OtherRuns {
  /** The locks of this user's runs. */
  readonly locks: LockDirectory;
  /**
   * Returns the terminal session of a process.
   *
   * @default every process is on its own terminal
   */
  readonly sessionOf?: Processes["sessionOf"] | undefined;
}

/** Returns a function that calls `say`, but not while a question is open on this terminal. */
export function afterQuestions(say: (message: string) => void, otherRuns: OtherRuns): Notify {
  return async (message, isCurrent) => {
    for (let wasAsked = false; isCurrent?.(); await pause()) {
      const isAsked = await isAskedHere(otherRuns);
      // Wait a little after an answer: the run usually ends soon.
      if (!isAsked && !wasAsked) break;
      wasAsked = isAsked;
    }
    if (isCurrent?.() ?? true) say(message);
  };
}

/** Returns whether `process` runs on the terminal of this run. */
export async function isOnThisTerminal(
  process: number,
  { sessionOf }: OtherRuns,
): Promise<boolean> {
  const [own, other] = await Promise.all([sessionOf?.(), sessionOf?.(process)]);
  return own !== undefined && own === other;
}

/** Returns whether a question is open on this terminal. */
async function isAskedHere(otherRuns: OtherRuns): Promise<boolean> {
  const holder = otherRuns.locks.holderOf(PROMPT_LOCK);
  return holder?.waitsForPerson === true && await isOnThisTerminal(holder.process, otherRuns);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
}
