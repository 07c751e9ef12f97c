/**
 * Suggestions for an unknown word.
 *
 * @module
 */

import { closest as nearest, distance } from "fastest-levenshtein";

/**
 * Returns the word of `known` that the user probably meant by `word`, or `undefined`. `synonyms` maps the
 * words of other tools to known ones.
 */
export function closest(
  word: string,
  known: readonly string[],
  synonyms: Readonly<Record<string, string>> = {},
): string | undefined {
  if (known.length === 0) return undefined;
  const meant = Object.entries(synonyms).find(([synonym]) => bare(synonym) === bare(word))?.[1];
  if (meant !== undefined) return meant;
  // "echo" for "wev-echo", "--log" for "--log-level".
  const longer = known.filter((one) => word.length > 2 && one.includes(word.toLowerCase()));
  if (longer.length === 1) return longer[0];
  // "aws-mfa" for "wev-awsmfa".
  const alike = known.filter((one) => bare(word).length > 2 && bare(one).includes(bare(word)));
  if (longer.length === 0 && alike.length === 1) return alike[0];
  const candidate = nearest(word.toLowerCase(), known);
  // A third of the letters may be wrong, or two in a short word.
  const tolerance = Math.max(2, Math.floor(word.length / 3));
  return distance(word.toLowerCase(), candidate.toLowerCase()) <= tolerance ? candidate : undefined;
}

/** Returns `word` in lower case, without separators. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[-_. ]/g, "");
}
