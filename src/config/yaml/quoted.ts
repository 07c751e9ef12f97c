/**
 * Texts in quotes.
 *
 * @module
 */

import { fold, lineBreak } from "./line_break.ts";
import { notClosed } from "./mistakes.ts";
import type { YamlText } from "./text.ts";

/** The values of escapes with one character, in double quotes. */
const ESCAPES: ReadonlyMap<string, string> = new Map(Object.entries({
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
}));

/** The number of hexadecimal digits of an escape. */
const HEX_DIGITS: ReadonlyMap<string, number> = new Map([["x", 2], ["u", 4], ["U", 8]]);

/**
 * Reads the text in quotes at the position of `source`. Its further lines may have any indentation: YAML
 * requires more than that of the key, but Python's parsers do not, and existing files rely on it.
 *
 * @throws {ConfigError} if it is not closed, or an escape is invalid.
 */
export function readQuoted(source: YamlText): string {
  const open = source.position;
  const quote = source.character;
  const special = quote === '"' ? /["\\\n]/g : /['\n]/g;
  let text = "";
  /** The text from here is not added yet; spaces before `solid` must be kept. */
  let from = open + 1;
  let solid = from;
  while (true) {
    special.lastIndex = solid;
    const offset = special.exec(source.text)?.index ?? -1;
    if (offset < 0) throw notClosed(source, open);
    const isEscape = source.text[offset] === "\\";
    const lineEnd = isEscape ? offset + 1 : offset;
    if (source.text[lineEnd] === "\n") {
      let end = offset;
      while (!isEscape && end > solid && source.isSpace(end - 1)) end--;
      const next = lineBreak(source, lineEnd);
      if (source.isMarker(next.lineStart)) throw notClosed(source, open);
      text += source.text.slice(from, end);
      text += isEscape ? "\n".repeat(next.breaks - 1) : fold(next.breaks);
      source.goTo(next.offset, next.lineStart);
      from = solid = next.offset;
    } else if (isEscape) {
      const { value, end } = readEscape(source, offset + 1);
      text += source.text.slice(from, offset) + value;
      from = solid = end;
    } else if (quote === "'" && source.text[offset + 1] === "'") {
      text += source.text.slice(from, offset + 1);
      from = solid = offset + 2;
    } else {
      source.position = offset + 1;
      return text + source.text.slice(from, offset);
    }
  }
}

/** Returns the value of the escape whose backslash is before `offset`, and its end. */
function readEscape(source: YamlText, offset: number): { value: string; end: number } {
  const character = source.text.charAt(offset);
  const value = ESCAPES.get(character);
  if (value !== undefined) return { value, end: offset + 1 };
  const length = HEX_DIGITS.get(character);
  if (length === undefined) {
    throw source.mistake(
      offset,
      "there is no such escape with a backslash",
      "In double quotes write \\\\ for a backslash; in single quotes it stands for itself.",
    );
  }
  const digits = source.text.substring(offset + 1, offset + 1 + length);
  const code = /^[\da-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (digits.length < length || !(code <= 0x10ffff)) {
    throw source.mistake(
      offset,
      `"\\${character}" needs the ${length} hexadecimal digits of a character`,
      "In double quotes write \\\\ for a backslash; in single quotes it stands for itself.",
    );
  }
  // As in JSON, two escapes may be the halves of a surrogate pair.
  return { value: String.fromCodePoint(code), end: offset + 1 + length };
}
