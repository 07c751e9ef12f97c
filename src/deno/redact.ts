/**
 * Redacts secrets in responses: an error response may quote the request.
 *
 * @module
 */

import type { KnownSecrets } from "../runtime.ts";

/** The replacement of a secret. */
const HIDDEN = "[secret]";

/** The length of the parts of a secret that are redacted, since a text may quote only a part. */
const PART = 16;

/** A shorter secret may be a common word: it is redacted only in error responses, as a whole word. */
const MIN_LENGTH = 8;

/** A shorter secret is not redacted. */
const MIN_WORD = 4;

/** The secrets to redact. */
interface Redaction {
  /** The secrets. */
  readonly secrets: Iterable<string>;
  /** Whether parts of them and short ones are redacted too. */
  readonly parts: boolean;
}

/** Returns the secrets of `known` to redact in a response. */
export function redactionFor(known: KnownSecrets, isRefusal: boolean): Redaction {
  // New credentials begin like the previous ones, and a refresh token may be returned unchanged.
  return isRefusal
    ? { secrets: [...known.always, ...known.inRefusals], parts: true }
    : { secrets: known.always, parts: false };
}

/**
 * Returns `text` without the secrets in any encoding: plain, escaped for URLs, XML or JSON (even twice),
 * in base64 or in hexadecimal.
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

/** A start and an end in a text. */
type Range = readonly [start: number, end: number];

/** Finds a secret in a text. */
type Search = (text: string) => Iterable<Range>;

function searchesFor(secret: string, parts: boolean): Search[] {
  const isCode = /^[0-9]{6}$/.test(secret);
  if (isCode || secret.length < MIN_LENGTH) {
    if (!isCode && (!parts || secret.length < MIN_WORD)) return [];
    // With other digits or letters around it, it is another number or word.
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

/** Returns the part of each encoding of `secret` that does not depend on the text around it. */
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

/** A text with its escapes undone. */
interface Reading {
  /** The text. */
  readonly plain: string;
  /** The offset of each character in the original, and its end; the same offsets if absent. */
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
