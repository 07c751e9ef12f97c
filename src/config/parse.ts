/**
 * Reads the text of a configuration file: YAML's failsafe schema and merge keys. The syntax is
 * js-yaml's work, which reports it as events that point into the text; here they become nodes that
 * know their line and column, which js-yaml's own values do not.
 *
 * @module
 */

import {
  type Event,
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
} from "js-yaml";
import { ConfigError, escapeControls, formatLocation, type Location } from "../errors.ts";
import { type Entry, entryIdentity, type MappingNode, type Node } from "./node.ts";

/** The largest configuration file, in bytes. */
export const MAX_FILE_BYTES = 256 * 1024;

/** How many nodes a file may have after its aliases are followed: an "alias bomb" has billions. */
const MAX_NODES = 50_000;

/** Tags that say what a failsafe node is anyway. Every other tag would change a value. */
const FAILSAFE_TAGS: Record<Node["kind"], readonly string[]> = {
  scalar: ["", "!", "!!str"],
  list: ["", "!", "!!seq"],
  mapping: ["", "!", "!!map"],
};

/**
 * Reads the bytes of the configuration file `file`.
 *
 * @throws {ConfigError} where they are not UTF-8, too many, or not a mapping in YAML. A file without
 * content is an empty mapping.
 */
export function parseConfig(bytes: Uint8Array, file: string): MappingNode {
  const start: Location = { file, line: 1, column: 1 };
  if (bytes.length > MAX_FILE_BYTES) {
    throw new ConfigError(start, "The file is too large to be a configuration", {
      hint: `A configuration file has at most ${MAX_FILE_BYTES / 1024} KiB.`,
    });
  }
  const text = decode(bytes, file);
  const locate = locator(text, file);
  const composer = new Composer(text, locate);
  const root = composer.compose(events(text, locate));
  if (root === undefined) return { kind: "mapping", entries: new Map(), location: start };
  if (root.kind !== "mapping") {
    throw new ConfigError(
      root.location,
      `A configuration must be a mapping of variables: this is ${
        root.kind === "list" ? "a list" : "text"
      }`,
      { hint: "Write, for example:\n  NAME:\n    plugin:\n      id: wev-echo\n      value: text" },
    );
  }
  return root;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder().decode(bytes);
    const location = locator(text, file)(Math.max(text.indexOf("\ufffd"), 0));
    throw new ConfigError(location, "The file is not UTF-8 text", {
      hint: "Save it as UTF-8.",
    });
  }
}

/** Returns a function that tells the place of an offset in `text`. */
function locator(text: string, file: string): (offset: number) => Location {
  const starts = [0];
  for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\n|\r/g)) {
    starts.push(index + lineBreak.length);
  }
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - starts[low]! + 1 };
  };
}

function events(text: string, locate: (offset: number) => Location): Event[] {
  try {
    return parseEvents(text, {});
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const location = locate(error.mark?.position ?? 0);
    const tab = text[error.mark?.position ?? 0] === "\t";
    throw new ConfigError(location, `Not valid YAML: ${escapeControls(error.reason)}`, {
      hint: tab
        ? "YAML is indented with spaces, not with tabs."
        : "Check the indentation, quotes and brackets here and on the line above.",
    });
  }
}

/** A collection that is being filled. */
type Frame =
  | { kind: "list"; items: Node[]; location: Location; anchor: string; size: number }
  | {
    kind: "mapping";
    entries: Map<string, Entry>;
    /** The key that waits for its value. */
    key: { names: readonly string[]; location: Location; merge: boolean } | undefined;
    /** What merge keys (`<<`) bring in once the mapping's own keys are all known. */
    merged: MappingNode[];
    location: Location;
    anchor: string;
    size: number;
  };

/** Makes nodes of events. */
class Composer {
  readonly #text: string;
  readonly #locate: (offset: number) => Location;
  /** Finished nodes with an anchor, and how many nodes each stands for. */
  readonly #anchors = new Map<string, { node: Node; size: number }>();
  readonly #frames: Frame[] = [];
  #root: Node | undefined;
  #nodes = 0;

  constructor(text: string, locate: (offset: number) => Location) {
    this.#text = text;
    this.#locate = locate;
  }

  compose(events: readonly Event[]): Node | undefined {
    for (const event of events) this.#add(event);
    return this.#root;
  }

  #add(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        break;
      case EVENT_ID.SCALAR: {
        const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED ||
          event.style === SCALAR_STYLE.DOUBLE_QUOTED;
        const location = this.#locate(Math.max(event.valueStart - (quoted ? 1 : 0), 0));
        this.#checkTag(event, "scalar", location);
        const text = getScalarValue(this.#text, event);
        const plain = event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0;
        this.#place({ kind: "scalar", text, location }, 1, this.#anchor(event), plain);
        break;
      }
      case EVENT_ID.SEQUENCE: {
        const location = this.#locate(event.start);
        this.#checkTag(event, "list", location);
        this.#frames.push({
          kind: "list",
          items: [],
          location,
          anchor: this.#anchor(event),
          size: 1,
        });
        break;
      }
      case EVENT_ID.MAPPING: {
        const location = this.#locate(event.start);
        this.#checkTag(event, "mapping", location);
        this.#frames.push({
          kind: "mapping",
          entries: new Map(),
          key: undefined,
          merged: [],
          location,
          anchor: this.#anchor(event),
          size: 1,
        });
        break;
      }
      case EVENT_ID.ALIAS: {
        const location = this.#locate(event.anchorStart - 1);
        const name = this.#anchor(event);
        const anchored = this.#anchors.get(name);
        if (anchored === undefined) {
          const within = this.#frames.some((frame) => frame.anchor === name);
          throw new ConfigError(
            location,
            within
              ? `The alias "*${escapeControls(name)}" stands inside what it refers to`
              : `The alias "*${escapeControls(name)}" refers to no anchor above it`,
            { hint: `Anchors are written "&${escapeControls(name)}", before they are used.` },
          );
        }
        this.#place(anchored.node, anchored.size, "", false, location);
        break;
      }
      case EVENT_ID.POP:
        this.#pop();
        break;
    }
  }

  #anchor(event: { anchorStart: number; anchorEnd: number }): string {
    return event.anchorStart < 0 ? "" : this.#text.slice(event.anchorStart, event.anchorEnd);
  }

  #checkTag(
    event: { tagStart: number; tagEnd: number },
    kind: Node["kind"],
    location: Location,
  ): void {
    const tag = event.tagStart < 0 ? "" : this.#text.slice(event.tagStart, event.tagEnd);
    if (FAILSAFE_TAGS[kind].includes(tag)) return;
    throw new ConfigError(location, `The tag "${escapeControls(tag)}" is not supported`, {
      hint: "Leave it out: every value is text, exactly as it is written.",
    });
  }

  #pop(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return; // the end of the document
    if (frame.kind === "list") {
      const { items, location } = frame;
      this.#place({ kind: "list", items, location }, frame.size, frame.anchor, false);
      return;
    }
    // A mapping's own keys win over merged ones, and of those the first.
    for (const source of frame.merged) {
      for (const [identity, entry] of source.entries) {
        if (!frame.entries.has(identity)) frame.entries.set(identity, entry);
      }
    }
    const { entries, location } = frame;
    this.#place({ kind: "mapping", entries, location }, frame.size, frame.anchor, false);
  }

  /** Puts a finished node, which stands for `size` nodes, where it belongs. */
  #place(node: Node, size: number, anchor: string, plain: boolean, at = node.location): void {
    this.#nodes += size;
    if (this.#nodes > MAX_NODES) {
      throw new ConfigError(at, "Aliases make the file grow beyond all bounds", {
        hint: `Followed to the end, a file may hold ${MAX_NODES} values.`,
      });
    }
    if (anchor !== "") this.#anchors.set(anchor, { node, size });
    const frame = this.#frames.at(-1);
    if (frame === undefined) {
      if (this.#root !== undefined) {
        throw new ConfigError(at, "A configuration file holds one document", {
          hint: 'Remove the second "---" and what follows, or put it into a file of its own.',
        });
      }
      this.#root = node;
      return;
    }
    frame.size += size;
    if (frame.kind === "list") frame.items.push(node);
    else if (frame.key === undefined) frame.key = this.#key(node, plain, at);
    else {
      const { names, location, merge } = frame.key;
      frame.key = undefined;
      if (merge) frame.merged.push(...mergeSources(node, location));
      else this.#setEntry(frame.entries, { names, location, value: node, overrides: [] });
    }
  }

  #key(node: Node, plain: boolean, location: Location) {
    if (node.kind === "scalar") {
      if (node.text === "__proto__") {
        throw new ConfigError(location, 'The key "__proto__" is not allowed', {
          hint: "Choose another name.",
        });
      }
      return { names: [node.text], location, merge: plain && node.text === "<<" };
    }
    const top = this.#frames.length === 1;
    if (node.kind !== "list" || !top || node.items.some((item) => item.kind !== "scalar")) {
      throw new ConfigError(
        location,
        top
          ? "A key must be a name or a list of names"
          : `A key must be text: this is ${node.kind === "list" ? "a list" : "a mapping"}`,
        { hint: top ? "Write, for example, NAME: or [NAME, OTHER_NAME]:" : "Write a plain key." },
      );
    }
    const names = node.items.flatMap((item) => item.kind === "scalar" ? [item.text] : []);
    return { names, location, merge: false };
  }

  #setEntry(entries: Map<string, Entry>, entry: Entry): void {
    const identity = entryIdentity(entry.names);
    const first = entries.get(identity);
    if (first !== undefined) {
      throw new ConfigError(
        entry.location,
        `The key "${escapeControls(identity)}" is already there, at ${
          formatLocation(first.location)
        }`,
        { hint: "Keep one of the two." },
      );
    }
    entries.set(identity, entry);
  }
}

/** Returns the mappings that a merge key brings in. */
function mergeSources(node: Node, location: Location): MappingNode[] {
  const sources = node.kind === "list" ? node.items : [node];
  return sources.map((source) => {
    if (source.kind === "mapping") return source;
    throw new ConfigError(location, 'The merge key "<<" needs a mapping or a list of mappings', {
      hint: "Write, for example, <<: *anchor",
    });
  });
}
