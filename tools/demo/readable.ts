/**
 * What a terminal has shown, as text.
 *
 * @module
 */

/** Returns what a terminal has shown without what only moves its cursor or sets its modes. */
export function readable(shown: string): string {
  // deno-lint-ignore no-control-regex
  return shown.replaceAll(/\x1b\[[\d;?]*[A-Za-z]/g, "").replaceAll("\r", "");
}
