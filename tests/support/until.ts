/**
 * Waiting for something that a test can only look for.
 *
 * @module
 */

/** Milliseconds after which it is not waited for any more. */
const PATIENCE_MS = 30_000;

/**
 * Looks until `look` returns something other than `undefined` and `false`, and returns that.
 *
 * @throws {Error} that names `what` if it does not come.
 */
export async function until<Result>(
  what: string,
  look: () => Result | undefined | false | Promise<Result | undefined | false>,
): Promise<Result> {
  for (const end = performance.now() + PATIENCE_MS;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`It does not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
