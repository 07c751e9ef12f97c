/**
 * The events of a YAML file.
 *
 * @module
 */

import type { Properties } from "./properties.ts";
import type { YamlText } from "./text.ts";

/** The maximum nesting of lists and mappings. */
const MAX_LEVELS = 100;

/** A text. */
interface ScalarEvent extends Properties {
  /** The type of the event. */
  readonly type: "scalar";
  /** The value. */
  readonly text: string;
  /** Whether it is without quotes, and not a block. */
  readonly plain: boolean;
  /** Its offset; -1 if it is empty. */
  readonly at: number;
}

/** The start of a list or a mapping. */
export interface CollectionEvent extends Properties {
  /** The type of the event. */
  readonly type: "list" | "mapping";
  /** Its offset. */
  readonly at: number;
}

/** An event. Keys and values of a mapping alternate. */
export type YamlEvent =
  | ScalarEvent
  | CollectionEvent
  | { readonly type: "alias"; readonly name: string; readonly at: number }
  | { readonly type: "end" };

/** Writes events. */
export class EventWriter {
  /** The written events. */
  readonly events: YamlEvent[] = [];
  readonly #source: YamlText;
  #levels = 0;

  /** Makes a writer of events of `source`. */
  constructor(source: YamlText) {
    this.#source = source;
  }

  /** The index of the next event. */
  get mark(): number {
    return this.events.length;
  }

  /** Writes a text. */
  scalar(event: Omit<ScalarEvent, "type">): void {
    this.events.push({ type: "scalar", ...event });
  }

  /** Writes an empty text. */
  empty(properties: Properties): void {
    this.scalar({ text: "", plain: true, at: -1, ...properties });
  }

  /** Writes an alias. */
  alias(name: string, at: number): void {
    this.events.push({ type: "alias", name, at });
  }

  /**
   * Begins a list or mapping before the event at `mark`, which may be its first key.
   *
   * @throws {ConfigError} if it is nested too deeply.
   */
  begin(event: CollectionEvent, mark: number): void {
    if (this.#levels === MAX_LEVELS) {
      throw this.#source.mistake(event.at, `more than ${MAX_LEVELS} levels`, "Nest less deeply.");
    }
    this.#levels++;
    this.events.splice(mark, 0, event);
  }

  /** Ends the innermost list or mapping. */
  end(): void {
    this.#levels--;
    this.events.push({ type: "end" });
  }
}
