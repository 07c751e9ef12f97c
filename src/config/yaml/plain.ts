/**
 * Plain texts: texts without quotes.
 *
 * @module
 */

import { fold, lineBreak } from "./line_break.ts";
import type { YamlText } from "./text.ts";

/** The context of a plain text. */
interface PlainContext {
  /** Whether it is in brackets. */
  readonly inFlow: boolean;
  /** Its further lines must be right of this column. */
  readonly parent: number;
  /** Whether it may have further lines. */
  readonly multiline: boolean;
}

/** Reads the plain text at the position of `source`. */
export function readPlain(source: YamlText, { inFlow, parent, multiline }: PlainContext): string {
  let text = "";
  while (true) {
    const end = plainEnd(source, inFlow);
    text += source.text.slice(source.position, end.text);
    source.position = end.text;
    if (!multiline || source.text[end.stop] !== "\n") return text;
    const { breaks, lineStart, indentation, offset } = lineBreak(source, end.stop);
    const isLess = inFlow
      ? indentation <= parent && source.text[lineStart + indentation] === "\t"
      : indentation <= parent;
    if (
      isLess || offset >= source.text.length || source.text[offset] === "#" ||
      source.isMarker(lineStart) || isPlainEnd(source, offset, inFlow)
    ) return text;
    text += fold(breaks);
    source.goTo(offset, lineStart);
  }
}

/** Returns the end of the plain text on a line, without and with trailing spaces. */
function plainEnd(source: YamlText, inFlow: boolean): { text: number; stop: number } {
  let text = source.position;
  for (let stop = source.position;; stop++) {
    if (source.isLineEnd(stop) || isPlainEnd(source, stop, inFlow)) return { text, stop };
    if (source.isSpace(stop)) continue;
    if (source.text[stop] === "#" && source.isSpace(stop - 1)) return { text, stop };
    text = stop + 1;
  }
}

function isPlainEnd(source: YamlText, offset: number, inFlow: boolean): boolean {
  if (inFlow && source.isFlowIndicator(offset)) return true;
  return source.text[offset] === ":" &&
    (source.isBlank(offset + 1) || inFlow && source.isFlowIndicator(offset + 1));
}
