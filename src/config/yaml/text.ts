/**
 * The text of a YAML file and a position in it.
 *
 * @module
 */

import { ConfigError, type Location } from "../../errors.ts";

const TAB = 0x09;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;

/** Characters that are not allowed in a YAML file. */
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** The hint for a tab. */
const NO_TABS = "YAML is indented with spaces, not with tabs.";

/** The text of a file, with "\n" for every line break, and a position in it. */
export class YamlText {
  /** The text. */
  readonly text: string;
  /** The offset of the next character. */
  position = 0;
  /** The offset of the start of the current line. */
  lineStart = 0;
  /** The offset of the first tab after the line start or its last "-", "?" or ":"; -1 if none. */
  tab = -1;
  readonly #file: string;
  /** The offset of each line, computed for the first location. */
  #lineStarts: number[] | undefined;

  /** Begins at the start of `text`, the content of `file`. */
  constructor(text: string, file: string) {
    this.text = text.replace(/\r\n?/g, "\n");
    this.#file = file;
  }

  /** Returns the location of an offset. */
  locate(offset: number): Location {
    this.#lineStarts ??= [0, ...this.text.matchAll(/\n/g).map(({ index }) => index + 1)];
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.#file, line: low + 1, column: offset - this.#lineStarts[low]! + 1 };
  }

  /** Returns the error for a mistake at an offset, with a hint. */
  mistake(offset: number, problem: string, hint: string): ConfigError {
    return new ConfigError(this.locate(offset), `Not valid YAML: ${problem}`, { hint });
  }

  /**
   * Checks that all characters are allowed in a YAML file.
   *
   * @throws {ConfigError} if there is a control character.
   */
  checkPrintable(): void {
    const offset = this.text.search(UNPRINTABLE);
    if (offset < 0) return;
    throw this.mistake(
      offset,
      "there is a control character",
      'Remove it, or write it as an escape in double quotes, for example "\\x07".',
    );
  }

  /** The character at the position; "" at the end. */
  get character(): string {
    return this.text.charAt(this.position);
  }

  /** Whether the position is at the end. */
  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The number of spaces at the start of the current line. */
  get indentation(): number {
    let end = this.lineStart;
    while (this.text.charCodeAt(end) === SPACE) end++;
    return end - this.lineStart;
  }

  /** Whether an offset is the end of a line or of the text. */
  isLineEnd(offset: number): boolean {
    return offset >= this.text.length || this.text.charCodeAt(offset) === LINE_FEED;
  }

  /** Whether a space, a tab, the end of a line or of the text is at an offset. */
  isBlank(offset: number): boolean {
    return this.isSpace(offset) || this.isLineEnd(offset);
  }

  /** Whether a space or a tab is at an offset. */
  isSpace(offset: number): boolean {
    const code = this.text.charCodeAt(offset);
    return code === SPACE || code === TAB;
  }

  /** Whether one of ",[]{}" is at an offset. */
  isFlowIndicator(offset: number): boolean {
    const character = this.text.charAt(offset);
    return character !== "" && ",[]{}".includes(character);
  }

  /** Whether "-", "?" or ":" is at the position, with a blank after it. */
  isIndicator(indicator: string): boolean {
    return this.character === indicator && this.isBlank(this.position + 1);
  }

  /** Whether a line at an offset is the start ("---") or the end ("...") of a document. */
  isMarker(lineStart: number, marker?: "---" | "..."): boolean {
    const found = this.text.substring(lineStart, lineStart + 3);
    return (marker === undefined ? found === "---" || found === "..." : found === marker) &&
      this.isBlank(lineStart + 3);
  }

  /** Whether the position is at the start or the end of a document. */
  atMarker(marker?: "---" | "..."): boolean {
    return this.position === this.lineStart && this.isMarker(this.lineStart, marker);
  }

  /** Moves to an offset on the line that begins at `lineStart`. */
  goTo(offset: number, lineStart: number): void {
    this.position = offset;
    this.lineStart = lineStart;
    this.tab = -1;
  }

  /** Skips the "-", "?" or ":" at the position. */
  skipIndicator(): void {
    this.position++;
    this.tab = -1;
  }

  /** Skips spaces and tabs. */
  skipSpaces(): void {
    while (this.isSpace(this.position)) {
      if (this.tab < 0 && this.text.charCodeAt(this.position) === TAB) this.tab = this.position;
      this.position++;
    }
  }

  /** Skips spaces, tabs and a comment; returns whether that is the rest of the line. */
  skipRestOfLine(): boolean {
    this.skipSpaces();
    const begins = this.position === this.lineStart || this.isSpace(this.position - 1);
    if (begins && this.text.charCodeAt(this.position) === HASH) {
      const end = this.text.indexOf("\n", this.position);
      this.position = end < 0 ? this.text.length : end;
    }
    return this.isLineEnd(this.position);
  }

  /** Skips spaces, tabs, comments and line breaks; returns whether it skipped a line break. */
  skipBlanks(): boolean {
    let crossed = false;
    while (this.skipRestOfLine() && !this.atEnd) {
      this.goTo(this.position + 1, this.position + 1);
      crossed = true;
    }
    return crossed;
  }

  /** Returns the error for a tab in the indentation. */
  tabMistake(): ConfigError {
    return this.mistake(this.tab, "a tab in the indentation", NO_TABS);
  }
}
