/**
 * Line breaks in plain and quoted texts.
 *
 * @module
 */

import type { YamlText } from "./text.ts";

/** The line breaks between two lines of a text. */
interface LineBreak {
  /** The number of line breaks. */
  readonly breaks: number;
  /** The start of the line on which the text continues. */
  readonly lineStart: number;
  /** The number of spaces at its start. */
  readonly indentation: number;
  /** The offset at which the text continues. */
  readonly offset: number;
}

/** Returns the line breaks after the line of a text that ends at `offset`. */
export function lineBreak(source: YamlText, offset: number): LineBreak {
  for (let breaks = 1, lineStart = offset + 1;; breaks++) {
    let end = lineStart;
    while (source.text[end] === " ") end++;
    const indentation = end - lineStart;
    while (source.isSpace(end)) end++;
    if (source.text[end] !== "\n") return { breaks, lineStart, indentation, offset: end };
    lineStart = end + 1;
  }
}

/** Returns the value of line breaks in a text: one is a space, further ones are kept. */
export function fold(breaks: number): string {
  return breaks === 1 ? " " : "\n".repeat(breaks - 1);
}
