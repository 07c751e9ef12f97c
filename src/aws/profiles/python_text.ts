/**
 * Text as Python's `str` sees it: the AWS CLI strips and splits by these rules, and JavaScript has others.
 *
 * @module
 */

/**
 * White space of `str.strip()` and `\s` in Python, which is not JavaScript's: it has no U+FEFF, but the
 * separators from U+001C on and U+0085.
 */
const SPACES = new Set(
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008" +
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
);

/** Where `str.splitlines()` splits: at more than the ends of lines that a file has. */
const BREAKS = "\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029";
const LINE_END = new RegExp(`\\r\\n|[${BREAKS}]`, "g");

/** Returns how many characters of white space `text` begins with. */
export function indentOf(text: string): number {
  let index = 0;
  while (index < text.length && SPACES.has(text[index]!)) index++;
  return index;
}

/** Returns `text` without white space at its end. */
export function stripEnd(text: string): string {
  // An expression would take time by the square of the blanks.
  let end = text.length;
  while (end > 0 && SPACES.has(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Returns `text` without white space around it. */
export function strip(text: string): string {
  return stripEnd(text.slice(indentOf(text)));
}

/** Returns the pieces of `text` that Python takes for lines, each with the index where it begins. */
export function splitLines(text: string): { readonly text: string; readonly index: number }[] {
  const lines: { text: string; index: number }[] = [];
  let index = 0;
  for (const match of text.matchAll(LINE_END)) {
    lines.push({ text: text.slice(index, match.index), index });
    index = match.index + match[0].length;
  }
  return [...lines, { text: text.slice(index), index }];
}
