/**
 * What a person sees of the bytes that a terminal is sent: rows of characters, as far as wev needs it.
 *
 * @module
 */

/** Returns the rows that `bytes` leave on a terminal of `columns` columns, without blanks at their ends. */
export function screenOf(bytes: string, columns: number): string[] {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  const moveTo = (newRow: number, newColumn: number) => {
    [row, column] = [Math.max(newRow, 0), Math.max(newColumn, 0)];
    while (rows.length <= row) rows.push([]);
  };
  // deno-lint-ignore no-control-regex
  for (const [token, parameter, final] of bytes.matchAll(/\x1b\[([ -?]*)([@-~])|[^]/gu)) {
    if (token === "\r") moveTo(row, 0);
    else if (token === "\n") moveTo(row + 1, column);
    // A row that is full holds the cursor at its end until the next character.
    else if (token === "\b") moveTo(row, Math.min(column, columns - 1) - 1);
    else if (final === "K") rows[row]!.length = Math.min(column, rows[row]!.length);
    else if (final === "A") moveTo(row - Number(parameter || 1), column);
    else if (final === undefined && token >= " ") {
      if (column === columns) moveTo(row + 1, 0);
      while (rows[row]!.length < column) rows[row]!.push(" ");
      rows[row]![column++] = token;
    }
  }
  return rows.map((characters) => characters.join("").trimEnd());
}
