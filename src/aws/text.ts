/**
 * Text as Python's `str` sees it: the AWS CLI strips and splits by these rules, and JavaScript has others.
 *
 * @module
 */

/** White space of `str.strip()` and `\s` in Python. JavaScript's has U+FEFF and lacks seven of these. */
const SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LEADING = new RegExp(`^[${SPACE}]+`);
const TRAILING = new RegExp(`[${SPACE}]+$`);

/** Where `str.splitlines()` splits: more than at the ends of lines that a file has. */
const BREAKS = "\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029";
const LINE_END = new RegExp(`\\r\\n|[${BREAKS}]`);

/** Returns how many characters of white space `text` begins with. */
export function indentOf(text: string): number {
  return LEADING.exec(text)?.[0].length ?? 0;
}

/** Returns `text` without white space at its end. */
export function stripEnd(text: string): string {
  return text.replace(TRAILING, "");
}

/** Returns `text` without white space around it. */
export function strip(text: string): string {
  return stripEnd(text.slice(indentOf(text)));
}

/** Returns the pieces of `text` that Python takes for lines, each with the index where it begins. */
export function splitLines(text: string): { readonly text: string; readonly index: number }[] {
  const lines: { text: string; index: number }[] = [];
  let index = 0;
  while (true) {
    const match = LINE_END.exec(text.slice(index));
    if (match === null) return [...lines, { text: text.slice(index), index }];
    lines.push({ text: text.slice(index, index + match.index), index });
    index += match.index + match[0].length;
  }
}
