/**
 * JSON that is harmless on a terminal.
 *
 * @module
 */

/**
 * Returns `value` as JSON for programs and people: every character that can't be seen is escaped, so
 * that text from outside can't move a terminal's cursor or reorder what is read. It parses to the same.
 */
export function jsonText(value: unknown): string {
  return harmless(JSON.stringify(value, undefined, 2));
}

/** Returns `value` as {@linkcode jsonText} does, on one line. */
export function jsonLine(value: unknown): string {
  return harmless(JSON.stringify(value));
}

function harmless(json: string): string {
  // JSON itself escapes what is below U+0020 and halves of surrogate pairs; line feeds are its own.
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
