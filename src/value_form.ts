/**
 * What the value of an option or setting looks like, as data, and what is wrong with one.
 *
 * @module
 */

/** What a text looks like. */
export interface TextForm {
  /** The fewest and the most characters (UTF-16 code units). */
  readonly length?: readonly [min: number, max: number];
  /** A regular expression (ECMAScript, flag `u`) that matches the whole text. */
  readonly pattern?: string;
  /** What a text that matches is, to follow "must be": `the name of a region`. */
  readonly what?: string;
}

/** What a whole number looks like. */
export interface IntegerForm {
  /** The smallest number. */
  readonly min: number;
  /** The largest number. */
  readonly max: number;
  /** What it counts: `seconds`. */
  readonly unit?: string;
}

/** Returns what is wrong with `text`, to follow its name (`must be …`), or `undefined`. */
export function textProblem(
  text: string,
  { length, pattern, what = `text that matches ${pattern}` }: TextForm,
): string | undefined {
  if (length !== undefined && (text.length < length[0] || text.length > length[1])) {
    return `must have ${length[0]} to ${length[1]} characters: it has ${text.length}`;
  }
  if (pattern === undefined || new RegExp(`^(?:${pattern})$`, "u").test(text)) return undefined;
  return `must be ${what}`;
}

/** Returns what is wrong with `text` as a whole number, to follow its name, or `undefined`. */
export function integerProblem(text: string, { min, max, unit }: IntegerForm): string | undefined {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return undefined;
  return `must be a whole number ${unit === undefined ? "" : `of ${unit} `}from ${min} to ${max}`;
}
