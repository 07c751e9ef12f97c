/**
 * What a run says while it waits.
 *
 * @module
 */

/** Milliseconds that may pass before wev says what it waits for. */
export const PATIENCE_MS = 1_000;

/** Says to the person at the terminal, if there is one, what wev waits for. */
export type Notify = (message: string) => void;

/** Awaits `work`, and says what for where that takes more than a second. */
export async function waitFor<Result>(
  what: () => string,
  work: Promise<Result>,
  notify: Notify,
): Promise<Result> {
  const timer = setTimeout(() => notify(`Waiting for ${what()}`), PATIENCE_MS);
  return await work.finally(() => clearTimeout(timer));
}
