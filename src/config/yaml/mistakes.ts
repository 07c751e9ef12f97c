/**
 * Mistakes that several parts of the parser report, with hints.
 *
 * @module
 */

import type { ConfigError } from "../../errors.ts";
import type { YamlText } from "./text.ts";

/** The closing characters by the opening ones. */
export const CLOSING: Readonly<Record<string, string>> = { "[": "]", "{": "}", '"': '"', "'": "'" };

/** The hint for a value that is parsed as something else. */
export const QUOTE_IT = "Put the value into quotes.";

const INDENTATION =
  "Indent the keys of one mapping by the same number of spaces, further than the " +
  "key they belong to.";
/** The mistake of a ":" without a space after it. */
export const MISSING_SPACE = [
  'there must be a space after this ":"',
  'Write "KEY: value".',
] as const;
const MISSING_COLON = ['a ":" is missing after this key', 'Write "KEY: value".'] as const;

/** The mistake of wrong indentation. */
export const MISPLACED = ["the indentation does not fit the lines above", INDENTATION] as const;

/** The mistake of an unclosed quote or bracket at `open`. */
export function notClosed(source: YamlText, open: number): ConfigError {
  const opening = source.text.charAt(open);
  return source.mistake(
    open,
    `this ${opening} is not closed`,
    `Write the ${CLOSING[opening]} that ends it.`,
  );
}

/** The mistake of a value that begins with the character at `at`. */
export function wrongStart(source: YamlText, at: number): ConfigError {
  return source.mistake(at, `a value can't begin with ${source.text.charAt(at)}`, QUOTE_IT);
}

/** The mistake of a ":" at the position, after a value. */
export function colonInValue(source: YamlText): ConfigError {
  return source.mistake(
    source.position,
    'a value with ": " in it must be in quotes',
    QUOTE_IT,
  );
}

/** The mistake of a key at `start` without a ":". */
export function missingColon(source: YamlText, start: number): ConfigError {
  const colon = gluedColon(source, start);
  return colon === undefined
    ? source.mistake(start, ...MISSING_COLON)
    : source.mistake(colon, ...MISSING_SPACE);
}

/** Returns the offset of a ":" directly before a value, after the word at `start`; not in a URL. */
export function gluedColon(source: YamlText, start: number): number | undefined {
  const word = /[\w-]+:(?=[^\s/])/y;
  word.lastIndex = start;
  return word.test(source.text) ? word.lastIndex - 1 : undefined;
}

/**
 * The mistake of a ":" at the position whose key, or other value, begins at `start` on an earlier line.
 */
export function keyOverLines(source: YamlText, start: number, isKey: boolean): ConfigError {
  if (/["']/.test(source.text.charAt(start))) return notClosed(source, start);
  if (!isKey) return source.mistake(source.lineStart + source.indentation, ...MISPLACED);
  return /[[{]/.test(source.text.charAt(start))
    ? source.mistake(start, "a key in brackets must be on one line", "Write it on one line.")
    : missingColon(source, start);
}
