/**
 * Literal ("|") and folded (">") texts.
 *
 * @module
 */

import { fold } from "./line_break.ts";
import { MISPLACED } from "./mistakes.ts";
import type { YamlText } from "./text.ts";

/**
 * Reads the literal ("|") or folded (">") text at the position of `source`, whose lines must be to the
 * right of the column `parent`.
 *
 * @throws {ConfigError} if its first line or its indentation is wrong.
 */
export function readBlock(source: YamlText, parent: number): string {
  const folded = source.character === ">";
  const header = /[|>](?:([1-9])([+-]?)|([+-])([1-9]?)|)/y;
  header.lastIndex = source.position;
  const [indicator = "", digit1, sign1, sign2, digit2] = header.exec(source.text) ?? [];
  const digit = Number(digit1 || digit2 || 0);
  const end = source.position + indicator.length;
  source.position = end;
  if (!source.isBlank(end) || !source.skipRestOfLine()) {
    throw source.mistake(
      source.position,
      `there is text after the ${indicator[0]}`,
      "Begin the text on the next line, or put the value into quotes.",
    );
  }
  const lines = blockLines(source, parent, digit === 0 ? undefined : Math.max(parent, 0) + digit);
  return (folded ? foldedText : literalText)(lines, sign1 || sign2 || "");
}

/** Returns the lines of a block, without their indentation, with their line breaks. */
function blockLines(source: YamlText, parent: number, explicit: number | undefined): string[] {
  let width = explicit;
  let widest = 0;
  const lines: string[] = [];
  while (!source.atEnd) {
    const lineStart = source.position + 1;
    let offset = lineStart;
    while (source.text[offset] === " " && offset - lineStart !== width) offset++;
    const indentation = offset - lineStart;
    if (offset >= source.text.length) break;
    if (source.text[offset] !== "\n" && indentation !== width) {
      // The first line sets the indentation of the text.
      if (width !== undefined || indentation <= parent || source.isMarker(lineStart)) {
        if (width !== undefined || source.text[offset] !== "\t") break;
        source.tab = offset;
        throw source.tabMistake();
      }
      if (indentation < widest) {
        throw source.mistake(offset, ...MISPLACED);
      }
      width = indentation;
    }
    widest = Math.max(widest, indentation);
    if (width === 0 && source.isMarker(lineStart)) break;
    const lineEnd = source.text.indexOf("\n", offset);
    const end = lineEnd < 0 ? source.text.length : lineEnd;
    lines.push(source.text.slice(offset, end + 1));
    source.goTo(end, lineStart);
  }
  return lines;
}

/** Adds all line breaks at the end ("+"), the first, or none ("-"). */
function chomp(text: string, trailing: string, sign: string): string {
  if (sign === "+") return text + trailing;
  return sign === "-" ? text.replace(/\n$/, "") : text;
}

function literalText(lines: readonly string[], sign: string): string {
  const length = lines.findLastIndex((line) => line !== "\n") + 1;
  return chomp(lines.slice(0, length).join(""), lines.slice(length).join(""), sign);
}

/** Joins lines as in a paragraph; lines with more indentation keep their line breaks. */
function foldedText(lines: readonly string[], sign: string): string {
  const length = lines.findLastIndex((line) => line !== "\n") + 1;
  let text = "";
  let breaks = 0;
  let isFurther = false;
  let isFirst = true;
  for (const line of lines.slice(0, length)) {
    if (line === "\n") {
      breaks++;
      continue;
    }
    const further = /^[ \t]/.test(line);
    if (isFirst) text += "\n".repeat(breaks);
    else if (further || isFurther) text += "\n".repeat(breaks + 1);
    else text += fold(breaks + 1);
    text += line.replace(/\n$/, "");
    breaks = 0;
    isFurther = further;
    isFirst = false;
  }
  const last = lines[length - 1]?.endsWith("\n") ? "\n" : "";
  return chomp(text + last, lines.slice(length).join(""), sign);
}
