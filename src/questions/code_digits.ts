/**
 * One-time codes of six digits, as people and programs write them.
 *
 * @module
 */

/** Blanks and dashes of any kind: apps show `401 581`, and what is pasted may have a dash in it. */
const SEPARATOR = String.raw`[\p{Zs}\t\p{Pd}\u2212]`;

const CODE = new RegExp(`^[0-9](?:${SEPARATOR}*[0-9]){5}$`, "u");

/** Six digits, or twice three with a separator between them, that are no part of a longer number. */
const CODE_IN_TEXT = new RegExp(
  `(?<![0-9])[0-9]{6}(?![0-9])|(?<![0-9]${SEPARATOR}?)[0-9]{3}${SEPARATOR}[0-9]{3}(?!${SEPARATOR}?[0-9])`,
  "gu",
);

/**
 * Returns the six digits of a code in which blanks and dashes may stand between digits, and blanks
 * around it; `undefined` if it is not one.
 */
export function readCode(text: string): string | undefined {
  const code = text.trim();
  return CODE.test(code) ? digitsOf(code) : undefined;
}

/**
 * Returns the different codes in the output of a program, which may print other words with them:
 * `ykman` prints the account's name.
 */
export function codesIn(output: string): readonly string[] {
  const code = readCode(output);
  if (code !== undefined) return [code];
  return [...new Set([...output.matchAll(CODE_IN_TEXT)].map(([found]) => digitsOf(found)))];
}

function digitsOf(text: string): string {
  return text.replaceAll(/[^0-9]/g, "");
}
