/**
 * Six-digit one-time codes, as people and programs write them.
 *
 * @module
 */

/** Any space or dash: apps show `401 581`, and pasted codes may contain a dash. */
const SEPARATOR = String.raw`[\p{Zs}\t\p{Pd}\u2212]`;

const CODE = new RegExp(`^[0-9](?:${SEPARATOR}*[0-9]){5}$`, "u");

/** Six digits, or three, a separator and three. They must not be part of a longer number. */
const CODE_IN_TEXT = new RegExp(
  `(?<![0-9])[0-9]{6}(?![0-9])|(?<![0-9]${SEPARATOR}?)[0-9]{3}${SEPARATOR}[0-9]{3}(?!${SEPARATOR}?[0-9])`,
  "gu",
);

/**
 * Returns the six digits of the code `text`, or `undefined` if it is not a code. There may be spaces and
 * dashes between the digits, and spaces around them.
 */
export function readCode(text: string): string | undefined {
  const code = text.trim();
  return CODE.test(code) ? digitsOf(code) : undefined;
}

/**
 * Returns the distinct codes in the output of a program. The output may contain other words: `ykman`
 * prints the account's name.
 */
export function codesIn(output: string): readonly string[] {
  const code = readCode(output);
  if (code !== undefined) return [code];
  return [...new Set([...output.matchAll(CODE_IN_TEXT)].map(([found]) => digitsOf(found)))];
}

function digitsOf(text: string): string {
  return text.replaceAll(/[^0-9]/g, "");
}
