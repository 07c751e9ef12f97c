/**
 * Texts, aliases, and lists and mappings in brackets ("flow style").
 *
 * @module
 */

import type { ConfigError } from "../../errors.ts";
import type { EventWriter } from "./events.ts";
import { CLOSING, notClosed, wrongStart } from "./mistakes.ts";
import { readPlain } from "./plain.ts";
import { joinProperties, NONE, type Properties, readName, readProperties } from "./properties.ts";
import { readQuoted } from "./quoted.ts";
import type { YamlText } from "./text.ts";

/** Reads texts, aliases and brackets. */
export class FlowReader {
  readonly #source: YamlText;
  readonly #writer: EventWriter;
  /** The offsets of the open brackets. */
  readonly #brackets: number[] = [];
  /** The last text in quotes, for the report of a mistake in it. */
  #quoted: { start: number; end: number } | undefined;

  /** Reads from `source`, and writes events to `writer`. */
  constructor(source: YamlText, writer: EventWriter) {
    this.#source = source;
    this.#writer = writer;
  }

  /**
   * Reads the text, alias or collection in brackets at the position. Further lines of a plain text must
   * be right of the column `parent`.
   *
   * @throws {ConfigError} if it is invalid.
   */
  content({ parent, multiline, properties = NONE }: {
    parent: number;
    multiline: boolean;
    properties?: Properties | undefined;
  }): void {
    const source = this.#source;
    const at = source.position;
    const inFlow = this.#brackets.length > 0;
    switch (source.character) {
      case "[":
      case "{":
        return this.#flow(parent, properties);
      case "'":
      case '"': {
        const text = readQuoted(source);
        this.#quoted = { start: at, end: source.position };
        this.#writer.scalar({ text, plain: false, at, ...properties });
        return;
      }
      case "*":
        if (properties.anchor !== undefined || properties.tag !== undefined) {
          throw wrongStart(source, at);
        }
        this.#writer.alias(readName(source, inFlow), at);
        return;
      case ":":
        // An empty key with an anchor or a tag.
        if (properties !== NONE && !inFlow && source.isIndicator(":")) {
          return this.#writer.empty(properties);
        }
        // falls through
      default: {
        this.#checkPlainStart();
        const text = readPlain(source, { inFlow, parent, multiline });
        this.#writer.scalar({ text, plain: true, at, ...properties });
      }
    }
  }

  #checkPlainStart(): void {
    const source = this.#source;
    const { character, position } = source;
    const isFollowed = !source.isBlank(position + 1) &&
      !(this.#brackets.length > 0 && source.isFlowIndicator(position + 1));
    if (!",[]{}#&*!|>'\"%@`".includes(character) && (isFollowed || !"-?:".includes(character))) {
      return;
    }
    throw character === "-" && this.#brackets.length === 0
      ? source.mistake(
        position,
        "a list can't begin on the line of its key",
        "Begin it on the next line, or use [ ].",
      )
      : wrongStart(source, position);
  }

  /** Reads the list or mapping in brackets at the position. */
  #flow(parent: number, properties: Properties): void {
    const source = this.#source;
    const open = source.position;
    const bracket = source.character;
    const isMapping = bracket === "{";
    this.#writer.begin(
      { type: isMapping ? "mapping" : "list", at: open, ...properties },
      this.#writer.mark,
    );
    this.#brackets.push(open);
    source.position++;
    let isAfterEntry = false;
    while (true) {
      this.#flowBlanks(parent);
      const { character } = source;
      if (character === CLOSING[bracket]) break;
      if (character === "]" || character === "}") throw notClosed(source, open);
      if (character === ",") {
        if (!isAfterEntry) throw wrongStart(source, source.position);
        source.position++;
        isAfterEntry = false;
      } else if (isAfterEntry) throw this.#missingComma(parent);
      else {
        this.#flowEntry(parent, isMapping);
        isAfterEntry = true;
      }
    }
    source.position++;
    this.#brackets.pop();
    this.#writer.end();
  }

  /** Reads an item, or a key and its value. */
  #flowEntry(parent: number, isMapping: boolean): void {
    const source = this.#source;
    const { position: start, lineStart } = source;
    const mark = this.#writer.mark;
    const isExplicit = source.isIndicator("?");
    if (isExplicit) {
      source.skipIndicator();
      this.#flowBlanks(parent);
    }
    const isJson = this.#flowNode(parent);
    this.#flowBlanks(parent);
    const isPair = source.character === ":" && (isJson || this.#isFlowColon()) &&
      (isMapping || isExplicit || source.lineStart === lineStart);
    if (isPair) {
      source.skipIndicator();
      this.#flowBlanks(parent);
      this.#flowNode(parent);
    } else if (isMapping || isExplicit) this.#writer.empty(NONE);
    if (isMapping || !isPair && !isExplicit) return;
    this.#writer.begin({ type: "mapping", at: start }, mark);
    this.#writer.end();
  }

  /** Reads a value in brackets, or nothing; returns whether it ends with a quote or bracket. */
  #flowNode(parent: number): boolean {
    const source = this.#source;
    let properties = NONE;
    for (let own; (own = readProperties(source, true)) !== undefined;) {
      properties = joinProperties(source, properties, own);
      this.#flowBlanks(parent);
    }
    if (",]}".includes(source.character) || this.#isFlowColon()) {
      this.#writer.empty(properties);
      return false;
    }
    const isJson = /["'[{]/.test(source.character);
    this.content({ parent, multiline: true, properties });
    return isJson;
  }

  #isFlowColon(): boolean {
    const source = this.#source;
    const next = source.position + 1;
    return source.character === ":" && (source.isBlank(next) || source.isFlowIndicator(next));
  }

  /** Skips blanks in brackets; the document must not end there. */
  #flowBlanks(parent: number): void {
    const source = this.#source;
    const isFurtherLine = source.skipBlanks();
    if (source.atEnd || source.atMarker()) throw notClosed(source, this.#brackets[0]!);
    if (isFurtherLine && source.tab >= 0 && source.indentation <= parent) throw source.tabMistake();
  }

  /** Returns whether a text in quotes of several lines ends at `end`, directly before other text. */
  isBroken(end: number): boolean {
    const quoted = this.#quoted;
    return quoted?.end === end && !this.#source.isBlank(end) &&
      this.#source.text.slice(quoted.start, end).includes("\n");
  }

  /** Returns the error for a missing comma at the position. */
  #missingComma(parent: number): ConfigError {
    const source = this.#source;
    if (this.#quoted !== undefined && this.isBroken(source.position)) {
      return notClosed(source, this.#quoted.start);
    }
    const first = this.#brackets[0]!;
    if (source.lineStart > first && source.indentation <= parent) return notClosed(source, first);
    return source.mistake(
      source.position,
      source.character === ":"
        ? 'a comma is missing, or a value with ": " in it must be in quotes'
        : "a comma is missing before this",
      "Put a comma between the values in brackets.",
    );
  }
}
