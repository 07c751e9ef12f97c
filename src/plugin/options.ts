/**
 * Reads a plugin's options, with errors that point at the option.
 *
 * @module
 */

import { ConfigError, escapeControls, type Location } from "../errors.ts";
import { describeKind, type Entry } from "../config/node.ts";
import { closest } from "./closest.ts";

/** How a whole number is read. */
export interface IntegerRange {
  /** The smallest that is allowed. */
  readonly min: number;
  /** The largest that is allowed. */
  readonly max: number;
  /** What it counts, for messages: `seconds`. */
  readonly unit: string;
}

/** The options of one variable's plugin. It remembers which were read, so that others are unknown. */
export class OptionReader {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #known = new Set<string>();

  /**
   * Reads `entries`. `location` is where the plugin's `id` stands, for what is missing; `where`
   * names the plugin in messages; `variable` is where the variable's names stand.
   */
  constructor(
    entries: ReadonlyMap<string, Entry>,
    readonly location: Location,
    readonly where: string,
    readonly variable: Location = location,
  ) {
    this.#entries = entries;
  }

  /** Returns the text of an option, or `undefined` where it is not set. */
  text(name: string): string | undefined {
    const entry = this.#entry(name);
    if (entry === undefined) return undefined;
    if (entry.value.kind === "scalar") return entry.value.text;
    throw this.invalid(name, `must be text: it is ${describeKind(entry.value)}`, `${name}: text`);
  }

  /** Returns an option that is a text or a list of texts, as a list; `undefined` where not set. */
  texts(name: string): readonly string[] | undefined {
    const entry = this.#entry(name);
    if (entry === undefined) return undefined;
    const items = entry.value.kind === "list" ? entry.value.items : [entry.value];
    return items.map((item) => {
      if (item.kind === "scalar") return item.text;
      throw new ConfigError(
        item.location,
        `"${name}" of ${this.where} must be text or a list of texts: this is ${describeKind(item)}`,
        { hint: `Write, for example, ${name}: text or ${name}: [one, two]` },
      );
    });
  }

  /** Returns an option that is a whole number, or `undefined` where it is not set. */
  integer(name: string, range: IntegerRange): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
    throw this.invalid(
      name,
      `must be a whole number of ${range.unit} from ${range.min} to ${range.max}: current value is ` +
        `"${escapeControls(text)}"`,
      `${name}: ${range.min}`,
    );
  }

  /** Returns an error that points at the option `name` and says what is wrong with it. */
  invalid(name: string, problem: string, example: string): ConfigError {
    return new ConfigError(
      this.#entries.get(name)?.location ?? this.location,
      `"${name}" of ${this.where} ${problem}`,
      { hint: `Write, for example, ${example}` },
    );
  }

  /** Returns an error that says that the option `name` is missing. */
  missing(name: string, example: string): ConfigError {
    return this.invalid(name, "is missing", example);
  }

  /** Returns an error that points at the variable's names and says how many there must be. */
  wrongNames(wanted: string, example: string): ConfigError {
    return new ConfigError(this.variable, `${this.where} sets ${wanted}`, {
      hint: `Write, for example, ${example}`,
    });
  }

  /**
   * Ends the reading.
   *
   * @throws {ConfigError} where there is an option that was not read.
   */
  finish(): void {
    for (const [name, entry] of this.#entries) {
      if (this.#known.has(name)) continue;
      const known = [...this.#known].sort();
      const near = closest(name, known);
      throw new ConfigError(
        entry.location,
        `${this.where} has no option "${escapeControls(name)}"`,
        {
          hint: (near === undefined ? "" : `Did you mean "${near}"? `) +
            (known.length === 0 ? "It has no options." : `Its options are ${known.join(", ")}.`),
        },
      );
    }
  }

  #entry(name: string): Entry | undefined {
    this.#known.add(name);
    return this.#entries.get(name);
  }
}
