/**
 * Suggestions for a word that is none of the known ones.
 *
 * @module
 */

import { closest as nearest, distance } from "fastest-levenshtein";

/** Returns the one of `known` that `word` was probably meant to be, or `undefined`. */
export function closest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  // "echo" for "wev-echo", "--log" for "--log-level".
  const longer = known.filter((one) => word.length > 2 && one.includes(word.toLowerCase()));
  if (longer.length === 1) return longer[0];
  const candidate = nearest(word.toLowerCase(), known);
  // A third of the word may be wrong, and two letters of a short one.
  const tolerance = Math.max(2, Math.floor(word.length / 3));
  return distance(word.toLowerCase(), candidate.toLowerCase()) <= tolerance ? candidate : undefined;
}
