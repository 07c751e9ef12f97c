/**
 * Words of a command line, as the AWS CLI splits one that it runs without a shell.
 *
 * @module
 */

/**
 * Returns the words of `text` as Python's `shlex.split` does: quotes and backslashes count, and nothing
 * else that a shell knows; `undefined` if a quote is not closed or nothing follows a backslash.
 */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === "\\" && quote !== "'") {
      const next = text[++index];
      if (next === undefined) return undefined;
      // In double quotes a backslash is literal, except before another one and before the quote.
      const isKept = quote === '"' && next !== '"' && next !== "\\";
      word = (word ?? "") + (isKept ? "\\" : "") + next;
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (" \t\r\n".includes(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (quote !== "") return undefined;
  return word === undefined ? words : [...words, word];
}

/**
 * Returns the words of `text` as programs on Windows split their command line: only double quotes count,
 * and a backslash is literal except before a quote; `undefined` if a quote is not closed.
 */
export function windowsWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (const [part, backslashes = "", other = ""] of text.matchAll(/(\\*)("|[^\\]|$)/gs)) {
    if (part === "") continue;
    if (other === '"') {
      word = (word ?? "") + "\\".repeat(backslashes.length >> 1);
      if (backslashes.length % 2 === 1) word += '"';
      else quoted = !quoted;
      continue;
    }
    if (backslashes !== "") word = (word ?? "") + backslashes;
    if ((other === " " || other === "\t") && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (other !== "") word = (word ?? "") + other;
  }
  if (quoted) return undefined;
  return word === undefined ? words : [...words, word];
}
