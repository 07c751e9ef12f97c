/**
 * Mistakes in YAML, in words that tell what to do about them. What js-yaml says is right, but made for
 * people who know how it works.
 *
 * @module
 */

import { parseEvents, YAMLException } from "js-yaml";
import { escapeControls } from "../errors.ts";

/** Where js-yaml stopped, and why. */
export interface Mistake {
  /** js-yaml's words. */
  readonly reason: string;
  /** An offset in the text. */
  readonly offset: number;
}

/** A mistake, explained. */
export interface ExplainedMistake {
  /** Where it is; not always where it was noticed. */
  readonly offset: number;
  /** What is wrong. */
  readonly problem: string;
  /** What would be right. */
  readonly hint: string;
}

/** What is wrong, what would be right, and where, if elsewhere. */
type Words = readonly [problem: string, hint: string, offset?: number];

const QUOTE_IT = "Put the value into quotes.";
const SPACES = "YAML is indented with spaces, not with tabs.";
const INDENTATION =
  "Indent the keys of one mapping by the same number of spaces, further than the " +
  "key they belong to.";

/** js-yaml's reasons that need no look at the text. */
const WORDS: Readonly<Record<string, Words>> = {
  "tab characters must not be used in indentation": ["a tab in the indentation", SPACES],
  "missed comma between flow collection entries": [
    "a comma is missing before this",
    "Put a comma between the values in brackets.",
  ],
  "expected the node content, but found ','": [
    "there is nothing before this comma",
    "Remove the comma, or write a value before it.",
  ],
  "unknown escape sequence": [
    "there is no such escape with a backslash",
    "In double quotes write \\\\ for a backslash; in single quotes it stands for itself.",
  ],
  "null byte is not allowed in input": [
    "there is a NUL character",
    "Save the file as UTF-8, without NUL characters.",
  ],
  "the stream contains non-printable characters": [
    "there is a control character",
    'Remove it, or write it as an escape in double quotes, for example "\\x07".',
  ],
  "expected valid JSON character": [
    "there is a control character",
    'Remove it, or write it as an escape in double quotes, for example "\\x07".',
  ],
  "nesting exceeded maxDepth (100)": ["more than 100 levels", "Nest less deeply."],
};

/** Returns what a mistake in `text` means. */
export function explainMistake(text: string, mistake: Mistake): ExplainedMistake {
  const [problem, hint, offset = mistake.offset] = listKey(text, mistake) ??
    tab(text, mistake) ?? unclosed(text, mistake) ?? WORDS[mistake.reason] ??
    misplaced(text, mistake) ?? [
    escapeControls(mistake.reason),
    "Check the indentation, quotes and brackets here and on the line above.",
  ];
  return { offset, problem, hint };
}

/** Explains a list of names that js-yaml does not take for a key. */
function listKey(text: string, { reason, offset }: Mistake): Words | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  if (!reason.startsWith("end of the stream") || !/\]\s*$/.test(before)) return undefined;
  if (text[offset] !== ":") return undefined;
  return before.includes("[")
    ? ["an anchor or a tag can't stand before a list of names", 'Write "? " before it.']
    : [
      "a list of names that goes over several lines can't be a key as it is",
      'Write it on one line, or "? " before it.',
    ];
}

function tab(text: string, { reason, offset }: Mistake): Words | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  if (/^ *\t/.test(before) || text[offset] === "\t") return ["a tab in the indentation", SPACES];
  if (!reason.startsWith("deficient") || !before.endsWith("\t")) return undefined;
  return ["a tab between brackets", "Write spaces instead."];
}

const CLOSING: Readonly<Record<string, string>> = { "[": "]", "{": "}", '"': '"', "'": "'" };
/** How much text may be parsed, over all attempts, to find what is not closed. */
const MAX_WORK = 2 ** 22;

/** Finds the outermost bracket or quote that is still open where the mistake was noticed. */
function unclosed(text: string, { reason, offset }: Mistake): Words | undefined {
  const end = isOpen(reason) ? offset : lineStart(text, offset);
  if (!isOpen(reason) && !isOpen(reasonOf(text.slice(0, end)))) return undefined;
  for (let at = end - 1, work = 0; at >= 0 && work < MAX_WORK; at--) {
    const closing = CLOSING[text[at]!];
    if (closing === undefined) continue;
    work += at;
    if (reasonOf(text.slice(0, at)) !== undefined) continue;
    return [`this ${text[at]} is not closed`, `Write the ${closing} that ends it.`, at];
  }
  return undefined;
}

function isOpen(reason: string | undefined): boolean {
  return reason !== undefined &&
    /^unexpected end of the (?:stream|document) within a (?!verbatim)|^deficient/.test(reason);
}

/** Returns why `text` is not YAML, or `undefined` where it is. */
function reasonOf(text: string): string | undefined {
  try {
    parseEvents(text, {});
    return undefined;
  } catch (error) {
    if (error instanceof YAMLException) return error.reason;
    throw error;
  }
}

/** Explains something that js-yaml did not expect where it stands. */
function misplaced(text: string, { reason, offset }: Mistake): Words | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  const found = text[offset] ?? "";
  if (reason.startsWith("expected ':'") || reason.startsWith("can not read a block mapping")) {
    // The first is noticed on the line of the key, the second on the next.
    const end = reason.startsWith("expected") ? offset : lineStart(text, offset);
    const at = Math.max(text.slice(0, end).search(/\S[^\r\n]*\s*$/), 0);
    return ['a ":" is missing after this key', 'Write "KEY: value".', at];
  }
  if (!/^(?:bad indentation|end of the stream)/.test(reason)) return undefined;
  const last = before.trimEnd().at(-1) ?? "";
  if (found === ":" && /:\s/.test(before)) {
    return ['a value with ": " in it must be in quotes', QUOTE_IT];
  }
  if (found === "-" && last === ":") {
    return ["a list can't begin on the line of its key", "Begin it on the next line, or use [ ]."];
  }
  if (last === ":" && /[@`%,\]}]/.test(found)) {
    return [`a value can't begin with ${found}`, QUOTE_IT];
  }
  if (last === "'") {
    return ["there is text after the closing quote", "In single quotes write '' for one quote."];
  }
  if (/["\]}]/.test(last)) return [`there is text after the closing ${last}`, QUOTE_IT];
  return found === ":" && reason.startsWith("end of")
    ? ['the line above is not part of a mapping: is a ":" missing there?', INDENTATION]
    : ["the indentation does not fit the lines above", INDENTATION];
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}
