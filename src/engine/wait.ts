/**
 * What a run says while it waits.
 *
 * @module
 */

import type { LockDirectory } from "../cache/lock.ts";
import type { Processes } from "../runtime.ts";

/** Milliseconds that may pass before wev says what it waits for. */
export const PATIENCE_MS = 1_000;

/** The lock of the one run that may ask. */
export const PROMPT_LOCK = "prompt";

/**
 * Says to the person at the terminal, if there is one, what wev waits for. With `isCurrent` it can wait
 * until there is no question, and is not said if it does not hold any more by then.
 */
export type Notify = (message: string, isCurrent?: () => boolean) => void;

/** Awaits `work`, and says what for where that takes more than a second. */
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

/** What tells who sits at the terminal of this run. */
export interface Neighbours {
  /** The locks of this user's runs. */
  readonly locks: LockDirectory;
  /**
   * Tells processes on one terminal from those on another.
   *
   * @default each is on a terminal of its own
   */
  readonly sessionOf?: Processes["sessionOf"] | undefined;
}

/** Returns what says things by `say`, but not while a question stands on this terminal. */
export function afterQuestions(say: (message: string) => void, neighbours: Neighbours): Notify {
  return async (message, isCurrent) => {
    for (let wasAsked = false; isCurrent?.(); await pause()) {
      const isAsked = await isAskedHere(neighbours);
      // After an answer it mostly takes no time any more.
      if (!isAsked && !wasAsked) break;
      wasAsked = isAsked;
    }
    if (isCurrent?.() ?? true) say(message);
  };
}

/** Returns whether `process` runs on the terminal of this run. */
export async function isHere(process: number, { sessionOf }: Neighbours): Promise<boolean> {
  const [own, other] = await Promise.all([sessionOf?.(), sessionOf?.(process)]);
  return own !== undefined && own === other;
}

/** Whether the person looks at a question. */
async function isAskedHere(neighbours: Neighbours): Promise<boolean> {
  const holder = neighbours.locks.holderOf(PROMPT_LOCK);
  return holder?.waitsForPerson === true && await isHere(holder.process, neighbours);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
}
