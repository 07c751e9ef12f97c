/**
 * Parses YAML 1.2 into a list of events, from which `parse.ts` makes nodes.
 *
 * wev has its own parser because no package meets its needs. Each of the three that a test compares it
 * with loses characters of some texts, rejects some valid files, or both. None accepts brackets and
 * quotes that continue left of their key, as Python's parsers do and existing files need, and also
 * reports mistakes in plain words, at their location, in linear time.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import { readBlock } from "./block.ts";
import { EventWriter, type YamlEvent } from "./events.ts";
import { FlowReader } from "./flow.ts";
import {
  CLOSING,
  colonInValue,
  gluedColon,
  keyOverLines,
  MISPLACED,
  MISSING_SPACE,
  missingColon,
  notClosed,
  QUOTE_IT,
  wrongStart,
} from "./mistakes.ts";
import { joinProperties, NONE, type Properties, readProperties } from "./properties.ts";
import type { YamlText } from "./text.ts";

/**
 * Returns the events of the document in `source`; none if it is empty.
 *
 * @throws {ConfigError} if it is not YAML, or has more than one document.
 */
export function parseYaml(source: YamlText): readonly YamlEvent[] {
  source.checkPrintable();
  return new Parser(source).parse();
}

/** The position of a value or an item in the document. */
interface Place {
  /** The column of its mapping or list; -1 at the top level. */
  readonly parent: number;
  /** Whether a list may begin in the column of the parent, on a later line. */
  readonly outdentedList: boolean;
  /** Whether a list or mapping in block style may begin on this line. */
  readonly begins: boolean;
}

class Parser {
  readonly #source: YamlText;
  readonly #writer: EventWriter;
  readonly #flow: FlowReader;

  constructor(source: YamlText) {
    this.#source = source;
    this.#writer = new EventWriter(source);
    this.#flow = new FlowReader(source, this.#writer);
  }

  parse(): readonly YamlEvent[] {
    const source = this.#source;
    source.skipBlanks();
    while (source.atMarker("...")) this.#endDocument();
    const directive = this.#directives();
    const begins = !source.atMarker("---");
    if (!begins) source.position += 3;
    else if (directive >= 0) {
      throw source.mistake(
        directive,
        'there is no "---" between this line and the rest',
        'Write "---" on the next line, or remove this one.',
      );
    }
    this.#node({ parent: -1, outdentedList: false, begins });
    const [root, ...others] = this.#writer.events;
    if (root?.type === "scalar" && root.plain && others.length === 0) {
      const colon = gluedColon(source, root.at);
      if (colon !== undefined) throw source.mistake(colon, ...MISSING_SPACE);
    }
    source.skipBlanks();
    const end = source.position;
    while (source.atMarker("...")) this.#endDocument();
    if (source.atEnd) return this.#writer.events;
    if (source.atMarker("---") || source.position !== end) throw this.#secondDocument(end);
    throw source.tab >= 0 ? source.tabMistake() : source.mistake(source.position, ...MISPLACED);
  }

  /** Reads lines that begin with "%"; returns the offset of the first, or -1. */
  #directives(): number {
    const source = this.#source;
    let first = -1;
    let version = false;
    while (source.position === source.lineStart && source.character === "%") {
      const at = source.position;
      if (first < 0) first = at;
      const lineEnd = source.text.indexOf("\n", at);
      source.position = lineEnd < 0 ? source.text.length : lineEnd;
      const line = source.text.slice(at, source.position).replace(/[ \t]#.*/, "").trimEnd();
      if (/^%YAML(?!\S)/.test(line)) {
        if (version || !/^%YAML[ \t]+1\.\d+$/.test(line)) {
          throw source.mistake(
            at,
            "this is no version 1 of YAML, or the second one",
            "Write %YAML 1.2 once, or remove the line.",
          );
        }
        version = true;
      }
      source.skipBlanks();
    }
    return first;
  }

  /** Reads the "..." at the end of a document. */
  #endDocument(): void {
    const source = this.#source;
    source.position += 3;
    if (!source.skipRestOfLine()) {
      throw source.mistake(source.position, 'there is text after the "..."', "Remove the text.");
    }
    source.skipBlanks();
  }

  /** Returns the mistake of a second document, after the first one that ended at `end`. */
  #secondDocument(end: number): ConfigError {
    const source = this.#source;
    const marker = source.text.slice(end).search(/^---(?!\S)/m);
    return new ConfigError(
      source.locate(marker < 0 ? end : end + marker),
      "A configuration file holds one document",
      { hint: 'Remove the second "---" and what follows, or put it into a file of its own.' },
    );
  }

  /** Reads a value, an item or the whole document. */
  #node({ parent, outdentedList, begins }: Place): void {
    const source = this.#source;
    let properties = NONE;
    let isFurtherLine = false;
    while (true) {
      if (source.skipBlanks()) begins = isFurtherLine = true;
      const isList = begins && source.isIndicator("-");
      const indentation = isFurtherLine ? source.indentation : parent + 1;
      const isWithin = indentation > parent ||
        indentation === parent && outdentedList && isList;
      if (source.atEnd || source.atMarker() || !isWithin) return this.#writer.empty(properties);
      if (isList) return this.#list(properties);
      const start = source.position;
      if (begins && (source.isIndicator("?") || source.isIndicator(":"))) {
        const mark = this.#writer.mark;
        return this.#mapping({ start, mark, properties, isKeyRead: false });
      }
      const own = readProperties(source, false);
      if (own !== undefined && source.skipRestOfLine()) {
        properties = joinProperties(source, properties, own);
        continue;
      }
      return this.#inline({ parent, start, begins, properties, own });
    }
  }

  /**
   * Reads a text, an alias or brackets, or a mapping that begins with such a key. `own` are the
   * properties on its line, which belong to the key if it is one; `properties` are those above it.
   */
  #inline({ parent, start, begins, properties, own = NONE }: {
    parent: number;
    start: number;
    begins: boolean;
    properties: Properties;
    own: Properties | undefined;
  }): void {
    const source = this.#source;
    const mark = this.#writer.mark;
    const { position: at, lineStart } = source;
    if (source.character === "|" || source.character === ">") {
      const all = joinProperties(source, properties, own);
      const text = readBlock(source, parent);
      this.#writer.scalar({ text, plain: false, at, ...all });
      return;
    }
    this.#flow.content({ parent, multiline: true, properties: own });
    if (this.#atColon()) {
      if (source.lineStart !== lineStart) throw keyOverLines(source, at, begins);
      if (!begins) throw colonInValue(source);
      return this.#mapping({ start, mark, properties, isKeyRead: true });
    }
    this.#checkLineEnd(at, parent);
    const event = this.#writer.events[mark]!;
    if (event.type === "scalar" || event.type === "list" || event.type === "mapping") {
      this.#writer.events[mark] = { ...event, ...joinProperties(source, properties, own) };
    } else if (properties !== NONE) throw wrongStart(source, at);
  }

  #list(properties: Properties): void {
    const source = this.#source;
    const start = source.position;
    const column = this.#column(start);
    this.#writer.begin({ type: "list", at: start, ...properties }, this.#writer.mark);
    do {
      source.skipIndicator();
      this.#node({ parent: column, outdentedList: false, begins: true });
    } while (this.#isNext(column) && source.isIndicator("-"));
    this.#writer.end();
  }

  /** Reads the mapping at `start`, whose first key may have been read already. */
  #mapping({ start, mark, properties, isKeyRead }: {
    start: number;
    mark: number;
    properties: Properties;
    isKeyRead: boolean;
  }): void {
    const source = this.#source;
    const column = this.#column(start);
    this.#writer.begin({ type: "mapping", at: start, ...properties }, mark);
    const within = { parent: column, outdentedList: true, begins: true };
    do {
      if (isKeyRead) this.#implicitValue(column);
      else if (source.isIndicator("?")) {
        source.skipIndicator();
        this.#node(within);
        if (this.#isNext(column) && source.isIndicator(":")) {
          source.skipIndicator();
          this.#node(within);
        } else this.#writer.empty(NONE);
      } else if (source.isIndicator(":")) {
        this.#writer.empty(NONE);
        source.skipIndicator();
        this.#node(within);
      } else {
        this.#implicitKey(column);
        this.#implicitValue(column);
      }
      isKeyRead = false;
    } while (this.#isNext(column));
    this.#writer.end();
  }

  /** Returns the column of a list or mapping in block style; only spaces may precede it. */
  #column(start: number): number {
    const source = this.#source;
    if (source.tab >= 0 && source.tab < start) throw source.tabMistake();
    return start - source.lineStart;
  }

  /** Reads a key on one line with its ":". */
  #implicitKey(column: number): void {
    const source = this.#source;
    const { position: start, lineStart } = source;
    if (source.isIndicator("-")) throw source.mistake(start, ...MISPLACED);
    if (column === 0 && source.character === "%") {
      throw source.mistake(
        start,
        "a line that begins with % stands inside the document",
        'Such a line stands at the start of the file, before a "---". Else put it into quotes.',
      );
    }
    const properties = readProperties(source, false);
    const contentAt = source.position;
    this.#flow.content({ parent: column, multiline: false, properties });
    if (!this.#atColon()) {
      this.#checkLineEnd(contentAt, column);
      throw missingColon(source, source.isLineEnd(contentAt) ? start : contentAt);
    }
    if (source.lineStart !== lineStart) throw keyOverLines(source, contentAt, true);
  }

  /** Reads the ":" at the position and the value after it. */
  #implicitValue(column: number): void {
    this.#source.skipIndicator();
    this.#node({ parent: column, outdentedList: true, begins: false });
  }

  /** Skips blanks; returns whether the next node is in `column`. */
  #isNext(column: number): boolean {
    const source = this.#source;
    source.skipBlanks();
    if (source.atEnd || source.atMarker()) return false;
    if (source.tab >= 0) throw source.tabMistake();
    const found = source.position - source.lineStart;
    if (found > column) throw source.mistake(source.position, ...MISPLACED);
    return found === column;
  }

  /** Returns whether a ":" is next on the line, and moves to it. */
  #atColon(): boolean {
    const source = this.#source;
    const isAfter = source.position > source.lineStart;
    source.skipSpaces();
    if (!isAfter || source.character !== ":") return false;
    if (source.isBlank(source.position + 1)) return true;
    throw source.mistake(source.position, ...MISSING_SPACE);
  }

  /** Checks that nothing follows the alias, text or brackets at `start`. */
  #checkLineEnd(start: number, parent: number): void {
    const source = this.#source;
    const end = source.position;
    if (source.skipRestOfLine()) return;
    const opening = source.text.charAt(start);
    const closing = CLOSING[opening];
    if (closing === undefined) {
      throw source.mistake(source.position, "there is text after this alias", QUOTE_IT);
    }
    if (this.#flow.isBroken(end) || source.lineStart > start && source.indentation <= parent) {
      throw notClosed(source, start);
    }
    throw source.mistake(
      source.position,
      `there is text after the closing ${closing}`,
      opening === "'" ? "In single quotes write '' for one quote." : QUOTE_IT,
    );
  }
}
