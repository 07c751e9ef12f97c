/**
 * Line breaks within plain and quoted texts.
 *
 * @module
 */

import type { YamlText } from "./text.ts";

/** What ends a line of a text that goes on, and how the next begins. */
interface LineBreak {
  /** How many lines end before the text goes on. */
  readonly breaks: number;
  /** Where the line begins on which it goes on. */
  readonly lineStart: number;
  /** How many spaces that line begins with. */
  readonly indentation: number;
  /** Where the text goes on. */
  readonly offset: number;
}

/** Returns where a text goes on whose line ends at `offset`. */
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

/** Returns what line breaks within a text mean: one is a space, further ones are kept. */
export function fold(breaks: number): string {
  return breaks === 1 ? " " : "\n".repeat(breaks - 1);
}
