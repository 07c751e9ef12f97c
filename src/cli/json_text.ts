/**
 * JSON that is safe to show on a terminal.
 *
 * @module
 */

/**
 * Returns `value` as JSON for programs and people. Invisible characters are escaped, so that text from
 * outside can't move the cursor or reorder the output. The JSON still parses to `value`.
 */
export function jsonText(value: unknown): string {
  return harmless(JSON.stringify(value, undefined, 2));
}

/** Returns `value` on one line, escaped in the same way. */
export function jsonLine(value: unknown): string {
  return harmless(JSON.stringify(value));
}

function harmless(json: string): string {
  // JSON.stringify escapes characters below U+0020 and lone surrogates. Its own line feeds stay.
  const text = json
    .replace(
      /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{DI}]/gu,
      (character) =>
        Array.from(
          { length: character.length },
          (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
        ).join(""),
    );
  return `${text}\n`;
}
