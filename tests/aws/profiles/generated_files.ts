/**
 * Files of profiles as people write them, and worse: always the same ones, by a fixed seed.
 *
 * @module
 */

import type { CliFiles } from "../../support/aws/cli_python.ts";

const NAMES = [
  "default",
  "prod",
  "dev",
  "my keys",
  "münchen",
  "日本",
  "a&b",
  "a,b",
  "a(b)",
  "a=b",
  "a~b",
  "a*b",
  "a#b",
  "a;b",
  "a:b",
  "a/b.c@d+e%f",
  "x]y",
  "[x",
  "DEFAULT",
  "Default",
  "__proto__",
  "constructor",
];

const HEADERS = [
  "[profile NAME]",
  "[profile NAME]",
  "[profile 'NAME']",
  '[profile "NAME"]',
  "[profile   NAME]",
  "[profile\tNAME]",
  "[ profile NAME ]",
  "[profile NAME ]",
  "[profile\u00a0NAME]",
  "[profile NAME other]",
  "[profile 'NAME]",
  "[profile NAME\\]",
  "[profileNAME]",
  "[profiles NAME]",
  "[profile]",
  "[profile '']",
  "[NAME]",
  "[NAME]",
  "[NAME]",
  "[ NAME ]",
  "['NAME']",
  "[DEFAULT]",
  "[default]",
  "[sso-session NAME]",
  "[sso-session 'NAME']",
  "[services NAME]",
  '[services "NAME"]',
  "[plugins]",
  "[NAME",
  "[profile NAME",
  "[]",
  "[]]",
  "[a]b]",
];

const AFTER_HEADER = [
  "",
  "",
  "",
  "",
  "#live",
  " # live",
  "; x",
  " // c",
  ": c",
  " = c",
  "]",
  " ]x",
];

const KEYS = [
  "region",
  "aws_access_key_id",
  "aws_secret_access_key",
  "AWS_ACCESS_KEY_ID",
  "Role_Arn",
  "role_arn",
  "source_profile",
  "mfa_serial",
  "credential_process",
  "sso_session",
  "cli_pager",
  "s3",
  "sts",
  "endpoint_url",
  "ÄÖ İ",
  "with blank",
  "__proto__",
  "[odd",
];

const DELIMITERS = ["=", " = ", " = ", " = ", ":", ": ", " : ", "\t=\t", "==", " ", ""];

const VALUES = [
  "AKIABOBBOBBOBBOBBOB1",
  "abc/def+ghi=jkl",
  "x # no comment",
  "x ; no comment",
  "#x",
  ";x",
  "",
  "",
  " ",
  "[x]",
  "a = b",
  "arn:aws:iam::123456789012:role/reader",
  "https://x/?a=b:c",
  "'quoted'",
  "tail \t ",
  "\u00a0x\u00a0",
  "x\u2028y = z",
  "x\u0085y = z",
  "x\fy = z",
  "x\u001cy = z",
  "zero\u200bwidth",
  "\ufeffx",
  "münchen",
  "nul\0nul",
];

const OTHER_LINES = [
  "",
  "",
  " ",
  "\t",
  "\u00a0",
  "\f",
  "\u001c",
  "# comment",
  "  # indented comment",
  "; comment",
  "\t; indented comment",
  "neither this nor that",
  "= no name",
  ": no name",
  "rem x = 1",
];

const INDENTS = ["", "", "", "", "", " ", "  ", "  ", "    ", "\t", "\u00a0", "\u3000"];

const LINE_ENDS = ["\n", "\n", "\n", "\n", "\r\n", "\r\n", "\r"];

/** Makes numbers from 0 to below 1, always the same ones (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns `count` pairs of files. */
export function generateFiles(count: number, seed: number): CliFiles[] {
  const next = numbers(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const one = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;
  const chance = (part: number) => next() < part;

  // Most files must be right in all but one thing, or all would be refused.
  const header = (wild: boolean): string => {
    const form = wild ? one(HEADERS) : one(HEADERS.slice(0, 6));
    const name = wild ? one(NAMES) : one(NAMES.slice(1, 16));
    return form.replace("NAME", () => name) + (wild ? one(AFTER_HEADER) : "");
  };
  const setting = (wild: boolean): string =>
    (wild ? one(KEYS) : one(KEYS.slice(0, 14))) +
    (wild ? one(DELIMITERS) : one(DELIMITERS.slice(0, 8))) + one(VALUES);
  const nested = (): string[] => {
    const indent = one([" ", "  ", "\t", "    "]);
    return [
      `${one(["s3", "sts", "iam", "dynamodb"])}${one([" =", "=", ":", " = "])}`,
      ...Array.from(
        { length: 1 + below(3) },
        () =>
          indent +
          (chance(0.1) ? one(OTHER_LINES) : `${one(KEYS)} ${one(["=", "="])} ${one(VALUES)}`),
      ),
    ];
  };
  const section = (wild: boolean, isConfig: boolean): string[] => {
    const indent = chance(0.2) ? one(INDENTS) : "";
    const head = isConfig || wild ? header(wild) : `[${one(NAMES)}]`;
    const lines = [head];
    for (let rest = below(5); rest > 0; rest--) {
      const kind = next();
      if (kind < 0.15) lines.push(...nested().map((line) => indent + line));
      else if (kind < 0.3) lines.push(one(OTHER_LINES.slice(0, wild ? undefined : 11)));
      else lines.push((chance(0.9) ? indent : one(INDENTS)) + setting(wild && chance(0.3)));
    }
    return lines;
  };
  const file = (isConfig: boolean): Uint8Array => {
    const lines: string[] = chance(0.1) ? [one(OTHER_LINES)] : [];
    const wild = chance(0.5);
    for (let rest = below(5); rest > 0; rest--) lines.push(...section(wild, isConfig));
    const end = one(LINE_ENDS);
    const text = lines.map((line) => line + (chance(0.05) ? one(LINE_ENDS) : end)).join("");
    const bytes = new TextEncoder().encode(chance(0.1) ? text.trimEnd() : text);
    if (chance(0.03) && bytes.length > 0) {
      bytes[below(bytes.length)] = one([0xfc, 0xff, 0x80, 0xe4]);
    }
    return bytes;
  };
  return Array.from({ length: count }, () => ({ config: file(true), credentials: file(false) }));
}

/** Returns `count` texts of at most 12 of `characters` each. */
export function generateTexts(
  characters: readonly string[],
  count: number,
  seed: number,
): string[] {
  const next = numbers(seed);
  return Array.from(
    { length: count },
    () =>
      Array.from(
        { length: Math.floor(next() * 12) },
        () => characters[Math.floor(next() * characters.length)]!,
      ).join(""),
  );
}
