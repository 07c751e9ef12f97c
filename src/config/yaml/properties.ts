/**
 * Anchors, tags and the names of aliases.
 *
 * @module
 */

import { QUOTE_IT, wrongStart } from "./mistakes.ts";
import type { YamlText } from "./text.ts";

/** The anchor and tag of a text, a list or a mapping. */
export interface Properties {
  /** The name after "&". */
  readonly anchor?: string;
  /** The tag with its "!". */
  readonly tag?: string;
  /** The offset of the anchor, if there is one. */
  readonly anchorAt?: number;
  /** The offset of the tag, if there is one. */
  readonly tagAt?: number;
}

/** Neither an anchor nor a tag. */
export const NONE: Properties = {};

/**
 * Reads the anchor and tag at the position of `source`; returns `undefined` if there is neither.
 *
 * @throws {ConfigError} if there is more than one of either.
 */
export function readProperties(source: YamlText, inFlow: boolean): Properties | undefined {
  let properties: Properties | undefined;
  while (source.character === "&" || source.character === "!") {
    const at = source.position;
    const found = source.character === "&"
      ? { anchor: readName(source, inFlow), anchorAt: at }
      : { tag: readTag(source, inFlow), tagAt: at };
    properties = joinProperties(source, properties ?? NONE, found);
    source.skipSpaces();
  }
  return properties;
}

/**
 * Returns the properties of a value that has `one` and, later, `other`.
 *
 * @throws {ConfigError} if both have an anchor or a tag.
 */
export function joinProperties(source: YamlText, one: Properties, other: Properties): Properties {
  const second = one.anchor !== undefined && other.anchor !== undefined
    ? other.anchorAt
    : one.tag !== undefined && other.tag !== undefined
    ? other.tagAt
    : undefined;
  if (second !== undefined) throw wrongStart(source, second);
  return { ...one, ...other };
}

/**
 * Reads the name of the anchor or alias at the position of `source`.
 *
 * @throws {ConfigError} if there is none.
 */
export function readName(source: YamlText, inFlow: boolean): string {
  const { character, position } = source;
  source.position++;
  const name = readWord(source, /[^ \t\n,[\]{}]*/y, inFlow);
  if (name !== "") return name;
  throw source.mistake(position, `there is no name after the ${character}`, QUOTE_IT);
}

function readTag(source: YamlText, inFlow: boolean): string {
  const tag = inFlow ? /!<[^> \t\n]*>|[^ \t\n,[\]{}]*/y : /!<[^> \t\n]*>|[^ \t\n]*/y;
  return readWord(source, tag, inFlow);
}

/** Reads a match of `pattern`; a blank, or in brackets one of ",[]{}", must follow. */
function readWord(source: YamlText, pattern: RegExp, inFlow: boolean): string {
  pattern.lastIndex = source.position;
  const [word = ""] = pattern.exec(source.text) ?? [];
  source.position += word.length;
  if (source.isBlank(source.position) || inFlow && source.isFlowIndicator(source.position)) {
    return word;
  }
  throw source.mistake(
    source.position,
    "there must be a space before this",
    "Write the space, or put the value into quotes.",
  );
}
