/**
 * YAML's syntax: js-yaml's work, which reports it as events that point into the text.
 *
 * @module
 */

import { type Event, parseEvents, YAMLException } from "js-yaml";
import { ConfigError, type Location } from "../errors.ts";
import { explainMistake } from "./yaml_mistakes.ts";

/** How much text may be parsed, over all repetitions, to mend one file; so that none takes forever. */
const MAX_WORK = 2 ** 24;

/** The syntax of a file. */
export interface Syntax {
  /** What js-yaml reports. */
  readonly events: readonly Event[];
  /** The text that the events point into. */
  readonly text: string;
  /** Returns the place of an offset in that text. */
  locate(offset: number): Location;
}

/**
 * Returns the syntax of `text`, the content of `file`.
 *
 * @throws {ConfigError} where it is not YAML.
 */
export function parseSyntax(text: string, file: string): Syntax {
  const mended = new MendedText(text, file);
  for (let work = text.length;; work += mended.text.length) {
    try {
      return {
        events: parseEvents(mended.text, {}),
        text: mended.text,
        locate: (offset) => mended.locate(offset),
      };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const mistake = { reason: error.reason, offset: error.mark?.position ?? 0 };
      if (work < MAX_WORK && mended.mend(mistake)) continue;
      const { offset, problem, hint } = explainMistake(mended.text, mistake);
      throw new ConfigError(mended.locate(offset), `Not valid YAML: ${problem}`, { hint });
    }
  }
}

/** Returns a function that tells the place of an offset in `text`. */
export function locator(text: string, file: string): (offset: number) => Location {
  const mended = new MendedText(text, file);
  return (offset) => mended.locate(offset);
}

/**
 * A text in which lines may be indented further. js-yaml insists that a bracket or quoted text that
 * goes over several lines stays to the right of its key, as YAML 1.2 says; Python's parsers, and so
 * the files that people have, do not:
 *
 *     NAME: {
 *       plugin: …
 *     }
 *
 * Within brackets and quotes the spaces at the start of a line mean nothing.
 */
class MendedText {
  readonly #file: string;
  /** Where each line begins. */
  readonly #starts: number[] = [0];
  /** How far lines have been indented, by their number from 0. */
  readonly #indented = new Map<number, number>();
  #text: string;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\n|\r/g)) {
      this.#starts.push(index + lineBreak.length);
    }
  }

  get text(): string {
    return this.#text;
  }

  /** Returns the place of an offset in the mended text, as it is in the file. */
  locate(offset: number): Location {
    const line = this.#lineAt(offset);
    const column = offset - this.#starts[line]! - (this.#indented.get(line) ?? 0);
    return { file: this.#file, line: line + 1, column: Math.max(column, 0) + 1 };
  }

  /** Indents the line of a mistake, if that is what mends it. */
  mend({ reason, offset }: { readonly reason: string; readonly offset: number }): boolean {
    if (reason !== "deficient indentation" || offset >= this.#text.length) return false;
    const line = this.#lineAt(offset);
    const start = this.#starts[line]!;
    if (this.#indented.has(line) || !/^ *$/.test(this.#text.slice(start, offset))) return false;
    const width = this.#deepestKey() + 1;
    this.#text = this.#text.slice(0, start) + " ".repeat(width) + this.#text.slice(start);
    this.#indented.set(line, width);
    for (let after = line + 1; after < this.#starts.length; after++) this.#starts[after]! += width;
    return true;
  }

  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Returns a column that no key of a mapping in block style is to the right of. */
  #deepestKey(): number {
    let deepest = 0;
    for (const [line, start] of this.#starts.entries()) {
      if (this.#indented.has(line)) continue;
      const indicators = /[ ?:-]*/y;
      indicators.lastIndex = start;
      deepest = Math.max(deepest, indicators.exec(this.#text)?.[0].length ?? 0);
    }
    return deepest;
  }
}
