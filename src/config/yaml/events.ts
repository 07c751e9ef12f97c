/**
 * What a YAML file holds, as a list of events.
 *
 * @module
 */

import type { Properties } from "./properties.ts";
import type { YamlText } from "./text.ts";

/** How deep lists and mappings may be nested. */
const MAX_LEVELS = 100;

/** A text. */
interface ScalarEvent extends Properties {
  /** Tells it from the other events. */
  readonly type: "scalar";
  /** What it says. */
  readonly text: string;
  /** Whether it is neither in quotes nor in a block. */
  readonly plain: boolean;
  /** Where it begins; -1 where nothing is written. */
  readonly at: number;
}

/** The start of a list or a mapping. */
export interface CollectionEvent extends Properties {
  /** Tells it from the other events. */
  readonly type: "list" | "mapping";
  /** Where it begins. */
  readonly at: number;
}

/** What stands in a file, in order; keys and values of a mapping alternate. */
export type YamlEvent =
  | ScalarEvent
  | CollectionEvent
  | { readonly type: "alias"; readonly name: string; readonly at: number }
  | { readonly type: "end" };

/** Writes events. */
export class EventWriter {
  /** What has been written. */
  readonly events: YamlEvent[] = [];
  readonly #source: YamlText;
  #levels = 0;

  /** Writes what is found in `source`. */
  constructor(source: YamlText) {
    this.#source = source;
  }

  /** Where the next event goes. */
  get mark(): number {
    return this.events.length;
  }

  /** Writes a text. */
  scalar(event: Omit<ScalarEvent, "type">): void {
    this.events.push({ type: "scalar", ...event });
  }

  /** Writes a text where nothing stands. */
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
   * @throws {ConfigError} where that is too deep.
   */
  begin(event: CollectionEvent, mark: number): void {
    if (this.#levels === MAX_LEVELS) {
      throw this.#source.mistake(event.at, `more than ${MAX_LEVELS} levels`, "Nest less deeply.");
    }
    this.#levels++;
    this.events.splice(mark, 0, event);
  }

  /** Ends the list or mapping that was begun last. */
  end(): void {
    this.#levels--;
    this.events.push({ type: "end" });
  }
}
