/**
 * Tables of text: aligned columns, cut to the width of a terminal.
 *
 * @module
 */

/** A column of a table. */
export interface Column {
  /** Its heading. */
  readonly heading: string;
  /** Its cells, from the top. */
  readonly cells: readonly string[];
  /** Shorter forms of all cells, used if the table is too wide. */
  readonly short?: readonly string[];
  /**
   * The width that it keeps at least if the table is too wide.
   *
   * @default all of its width
   */
  readonly keeps?: number;
  /**
   * The part of a cell that stays if the cell is cut.
   *
   * @default {"start"}
   */
  readonly cutTo?: "start" | "end";
}

const GAP = "  ";

/**
 * Returns the lines of a table with headings. If `width` is given, no line is wider: the columns are
 * narrowed, the last one first.
 */
export function tableLines(columns: readonly Column[], width?: number): string[] {
  const fitted = width === undefined ? columns.map(full) : fit(columns, width);
  const rows = fitted[0]!.cells.map((_, row) => fitted.map(({ cells }) => cells[row]!));
  return rows.map((cells) => {
    const line = cells.map((cell, at) =>
      cell + " ".repeat(Math.max(fitted[at]!.width - displayWidth(cell), 0))
    ).join(GAP).trimEnd();
    return width === undefined ? line : cut(line, width);
  });
}

/** A column as it is shown; its first cell is the heading. */
interface Shown {
  readonly cells: readonly string[];
  readonly width: number;
}

function full({ heading, cells }: Pick<Column, "heading" | "cells">): Shown {
  const all = [heading, ...cells];
  return { cells: all, width: Math.max(...all.map(displayWidth)) };
}

function fit(columns: readonly Column[], width: number): Shown[] {
  const room = width - GAP.length * (columns.length - 1);
  const least = ({ heading, keeps }: Column, { width }: Shown) =>
    Math.max(Math.min(keeps ?? width, width), displayWidth(heading));
  const total = (shown: readonly Shown[]) =>
    columns.reduce((sum, column, at) => sum + least(column, shown[at]!), 0);
  const long = columns.map(full);
  // Use short forms before cutting cells.
  const shown = total(long) <= room
    ? long
    : columns.map(({ heading, cells, short = cells }) => full({ heading, cells: short }));
  let left = room - total(shown);
  return columns.map((column, at) => {
    const { cells, width } = shown[at]!;
    const kept = least(column, shown[at]!);
    const given = Math.min(width, kept + Math.max(left, 0));
    left -= given - kept;
    const short = cells.map((cell, row) =>
      cut(cell, given, row === 0 ? "start" : column.cutTo ?? "start")
    );
    return { cells: short, width: given };
  });
}

/** Returns `text` cut to `width` columns of a terminal, with an ellipsis for the rest. */
export function cut(text: string, width: number, to: "start" | "end" = "start"): string {
  if (displayWidth(text) <= width) return text;
  const characters = [...new Intl.Segmenter("en").segment(text)].map(({ segment }) => segment);
  if (to === "end") characters.reverse();
  const kept: string[] = [];
  let used = 1;
  for (const character of characters) {
    used += displayWidth(character);
    if (used > width) break;
    kept.push(character);
  }
  return to === "end" ? `…${kept.reverse().join("")}` : `${kept.join("").trimEnd()}…`;
}

/** Characters that take two columns: East Asian ones and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Returns the number of terminal columns that `text` takes. `text` must have no control characters. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
