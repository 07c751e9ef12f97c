/**
 * Reads a plugin's options, with errors that point at the option.
 *
 * @module
 */

import { ConfigError, escapeControls, type Location } from "../errors.ts";
import { describeKind, type Entry } from "../config/node.ts";

/** How a whole number is read. */
export interface IntegerRange {
  /** The smallest that is allowed. */
  readonly min: number;
  /** The largest that is allowed. */
  readonly max: number;
  /** What it counts, for messages: `seconds`. */
  readonly unit: string;
  /** A number that makes sense, for messages. */
  readonly example: number;
}

/** Whose options are read, for messages. */
export interface OptionOwner {
  /** The plugin's id. */
  readonly plugin: string;
  /** Where that id stands. */
  readonly pluginLocation: Location;
  /** Where the variable's names stand. */
  readonly variableLocation: Location;
  /**
   * Tells whether a configuration file is one of the home directory.
   *
   * @default no file is
   */
  readonly isOfHome?: (file: string) => boolean;
}

/** The options of one variable's plugin, read one by one. */
export class OptionReader {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #owner: OptionOwner;
  readonly #ofHome: Location[] = [];

  /** Reads `entries`, the options that `owner` is given. */
  constructor(entries: ReadonlyMap<string, Entry>, owner: OptionOwner) {
    this.#entries = entries;
    this.#owner = owner;
  }

  /** Returns the text of an option, or `undefined` where it is not set. `example` is for messages. */
  text(name: string, example: string = `${name}: text`): string | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.value.kind === "scalar") return entry.value.text;
    throw this.invalid(name, `must be text: it is ${describeKind(entry.value)}`, example);
  }

  /** Returns an option that is a text or a list of texts, as a list; `undefined` where not set. */
  texts(name: string): readonly string[] | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    const isList = entry.value.kind === "list";
    const items = entry.value.kind === "list" ? entry.value.items : [entry.value];
    return items.map((item) => {
      if (item.kind === "scalar") return item.text;
      const kind = describeKind(item);
      throw this.invalid(
        name,
        `must be text or a list of texts: it ${isList ? `has ${kind} in it` : `is ${kind}`}`,
        `${name}: text or ${name}: [one, two]`,
      );
    });
  }

  /** Returns an option that is a list of texts, and no single text; `undefined` where not set. */
  list(name: string, example: string): readonly string[] | undefined {
    const kind = this.#entries.get(name)?.value.kind;
    if (kind === undefined || kind === "list") return this.texts(name);
    throw this.invalid(name, "must be a list of texts", example);
  }

  /** Returns an option that is a whole number, or `undefined` where it is not set. */
  integer(name: string, range: IntegerRange): number | undefined {
    const text = this.text(name, `${name}: ${range.example}`);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
    throw this.invalid(
      name,
      `must be a whole number of ${range.unit} from ${range.min} to ${range.max}: current value is ` +
        `"${escapeControls(text)}"`,
      `${name}: ${range.example}`,
    );
  }

  /**
   * Checks that the option `name`, if it is set, stands in a configuration file of the home directory:
   * any other may have come with somebody else's project.
   *
   * @throws {ConfigError} where it does not.
   */
  onlyOfHome(name: string, reason: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#ofHome.push(entry.location);
    if (this.#owner.isOfHome?.(entry.location.file)) return;
    throw new ConfigError(
      entry.location,
      `"${name}" of ${this.#owner.plugin} may stand only in a configuration file of the home ` +
        `directory: ${reason}`,
      { hint: `Move it to .wev.yml in your home directory.` },
    );
  }

  /** Where the options stand that {@linkcode OptionReader.onlyOfHome} has checked. */
  get ofHome(): readonly Location[] {
    return this.#ofHome;
  }

  /** Returns where the options `names` stand that are set. */
  placesOf(names: readonly string[]): Readonly<Record<string, Location>> {
    return Object.fromEntries(names.flatMap((name) => {
      const entry = this.#entries.get(name);
      return entry === undefined ? [] : [[name, entry.location]];
    }));
  }

  /** Returns an error that points at the option `name` and says what is wrong with it. */
  invalid(name: string, problem: string, example: string): ConfigError {
    return new ConfigError(
      this.#entries.get(name)?.location ?? this.#owner.pluginLocation,
      `"${name}" of ${this.#owner.plugin} ${problem}`,
      { hint: `Write, for example, ${example}` },
    );
  }

  /** Returns an error that says that the option `name` is missing. */
  missing(name: string, example: string): ConfigError {
    return this.invalid(name, "is missing", example);
  }

  /** Returns an error that points at the variable's names and says how many there must be. */
  wrongNames(wanted: string, example: string): ConfigError {
    return new ConfigError(this.#owner.variableLocation, `${this.#owner.plugin} sets ${wanted}`, {
      hint: `Write, for example, ${example}`,
    });
  }

  /**
   * Checks that there is no option but `known`. `synonyms` holds words of others for some of those.
   *
   * @throws {ConfigError} that points at the option that is not known.
   */
  allowOnly(known: readonly string[], synonyms: Readonly<Record<string, string>> = {}): void {
    for (const [name, { location }] of this.#entries) {
      if (known.includes(name)) continue;
      throw new ConfigError(
        location,
        `${this.#owner.plugin} has no option "${escapeControls(name)}"`,
        {
          suggest: { word: name, known, synonyms },
          hint: known.length === 0
            ? "It has no options."
            : `Its options are ${known.toSorted().join(", ")}.`,
        },
      );
    }
  }
}
