/**
 * Hides secrets in text that comes from outside: a refusal may quote what was sent.
 *
 * @module
 */

import type { KnownSecrets } from "../runtime.ts";

/** What stands in place of a secret. */
const HIDDEN = "[secret]";

/** Characters of a secret that are enough to be hidden, for a text that quotes it only in part. */
const PART = 16;

/** A shorter secret is a word like any other, and is hidden in refusals alone, as a whole word. */
const MIN_LENGTH = 8;

/** A shorter one is not hidden at all. */
const MIN_WORD = 4;

/** What is hidden. */
interface Redaction {
  /** The secrets. */
  readonly secrets: Iterable<string>;
  /** Whether parts of them are hidden too, and short ones. */
  readonly parts: boolean;
}

/** Returns what of `known` is hidden in an answer. */
export function redactionFor(known: KnownSecrets, isRefusal: boolean): Redaction {
  // Credentials that AWS gives begin as those before them did, and a refresh token may come back.
  return isRefusal
    ? { secrets: [...known.always, ...known.inRefusals], parts: true }
    : { secrets: known.always, parts: false };
}

/**
 * Returns `text` without the secrets, however they are spelled: plain, escaped for URLs, XML or JSON
 * (even twice), in base64 or in hexadecimal digits.
 */
export function redactSecrets(text: string, { secrets, parts }: Redaction): string {
  const searches = [...new Set(secrets)].flatMap((secret) => searchesFor(secret, parts));
  if (searches.length === 0) return text;
  const ranges: Range[] = [];
  for (const { plain, starts } of readings(text)) {
    for (const search of searches) {
      for (const [start, end] of search(plain)) {
        ranges.push([starts?.[start] ?? start, starts?.[end] ?? end]);
      }
    }
  }
  return withoutRanges(text, ranges);
}

/** Where something begins, and where it ends. */
type Range = readonly [start: number, end: number];

/** Returns where a secret stands in a text. */
type Search = (text: string) => Iterable<Range>;

function searchesFor(secret: string, parts: boolean): Search[] {
  const isCode = /^[0-9]{6}$/.test(secret);
  if (isCode || secret.length < MIN_LENGTH) {
    if (!isCode && (!parts || secret.length < MIN_WORD)) return [];
    // Other digits or letters around it make it another number or word.
    const around = isCode ? "[0-9]" : "[A-Za-z0-9]";
    const word = new RegExp(`(?<!${around})${secret.replace(/\W/g, "\\$&")}(?!${around})`, "g");
    const search: Search = (text) =>
      Array.from(text.matchAll(word), ({ index }) => [index, index + secret.length]);
    return [search, ...encodings(secret).map(whole)];
  }
  const spellings = [secret, ...encodings(secret)];
  return parts && secret.length >= PART ? [anyPart(spellings)] : spellings.map(whole);
}

function whole(spelling: string): Search {
  return function* (text) {
    for (let at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1)) {
      yield [at, at + spelling.length];
    }
  };
}

function anyPart(spellings: readonly string[]): Search {
  const known = new Set<string>();
  for (const spelling of spellings) {
    for (let at = 0; at + PART <= spelling.length; at++) known.add(spelling.slice(at, at + PART));
  }
  return function* (text) {
    for (let at = 0; at + PART <= text.length; at++) {
      if (known.has(text.slice(at, at + PART))) yield [at, at + PART];
    }
  };
}

/** Returns what of the encoded forms of `secret` is the same whatever stands before and after it. */
function encodings(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const base64 = [0, 1, 2].flatMap((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const digits = padded.toBase64({ omitPadding: true });
    const end = padded.length % 3 === 0 ? digits.length : digits.length - 1;
    const part = digits.slice(before === 0 ? 0 : before + 1, end);
    return [part, part.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [...new Set([...base64, bytes.toHex(), bytes.toHex().toUpperCase()])];
}

/** A text as it reads once its escapes are undone. */
interface Reading {
  /** The text. */
  readonly plain: string;
  /** Where each of its characters begins in the original, and where that ends; itself if absent. */
  readonly starts?: readonly number[];
}

function* readings(text: string): Generator<Reading> {
  let reading: Reading = { plain: text };
  yield reading;
  for (let times = 0; times < 2; times++) {
    const next = unescaped(reading);
    if (next === undefined) return;
    reading = next;
    yield reading;
  }
}

const ESCAPE =
  /%([0-9a-f]{2})|&#([0-9]{1,7});|&#x([0-9a-f]{1,6});|\\u([0-9a-f]{4})|&(amp|lt|gt|quot|apos);|\\(["\\/])/gi;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Returns the text with its escapes undone, or `undefined` if it has none. */
function unescaped({ plain, starts: former }: Reading): Reading | undefined {
  let text = "";
  const starts: number[] = [];
  const add = (part: string, start: number, isEscape: boolean) => {
    for (let at = 0; at < part.length; at++) {
      const from = isEscape ? start : start + at;
      starts.push(former?.[from] ?? from);
    }
    text += part;
  };
  let end = 0;
  for (const match of plain.matchAll(ESCAPE)) {
    const [escape, url, decimal, hex, json, entity, quoted] = match;
    const point = decimal === undefined
      ? Number.parseInt(url ?? hex ?? json ?? "", 16)
      : Number(decimal);
    if (point > 0x10ffff) continue;
    add(plain.slice(end, match.index), end, false);
    const character = entity !== undefined
      ? ENTITIES[entity.toLowerCase()]!
      : quoted ?? String.fromCodePoint(point);
    add(character, match.index, true);
    end = match.index + escape.length;
  }
  if (end === 0) return undefined;
  add(plain.slice(end), end, false);
  starts.push(former?.[plain.length] ?? plain.length);
  return { plain: text, starts };
}

function withoutRanges(text: string, ranges: readonly Range[]): string {
  let result = "";
  let end = 0;
  for (const [from, to] of [...ranges].sort(([one], [other]) => one - other)) {
    if (from > end || end === 0) result += text.slice(end, from) + HIDDEN;
    end = Math.max(end, to);
  }
  return result + text.slice(end);
}
