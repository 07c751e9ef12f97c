/**
 * Parses a configuration file, as YAML with the failsafe schema and merge keys, into nodes with line and
 * column.
 *
 * @module
 */

import { ConfigError, escapeControls, formatLocation, type Location } from "../errors.ts";
import { describeKind, type Entry, entryIdentity, type MappingNode, type Node } from "./node.ts";
import { exampleFor } from "./example.ts";
import { MAX_FILE_BYTES } from "./read_if_safe.ts";
import { parseYaml } from "./yaml/document.ts";
import type { CollectionEvent, YamlEvent } from "./yaml/events.ts";
import type { Properties } from "./yaml/properties.ts";
import { YamlText } from "./yaml/text.ts";

export { MAX_FILE_BYTES };

/** The maximum number of values that aliases may add: an "alias bomb" adds billions. */
const MAX_ALIASED = 50_000;

/** Tags that do not change a failsafe node. Every other tag would change a value. */
const FAILSAFE_TAGS: Record<Node["kind"], readonly string[]> = {
  scalar: ["!", "!!str", "!<tag:yaml.org,2002:str>"],
  list: ["!", "!!seq", "!<tag:yaml.org,2002:seq>"],
  mapping: ["!", "!!map", "!<tag:yaml.org,2002:map>"],
};

/**
 * Parses the bytes of the configuration file `file`. A file without content is an empty mapping.
 *
 * @throws {ConfigError} if they are not UTF-8, too many, or not a mapping in YAML.
 */
export function parseConfig(bytes: Uint8Array, file: string): MappingNode {
  const start: Location = { file, line: 1, column: 1 };
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(file);
  const root = new Composer(new YamlText(decode(bytes, file), file)).compose();
  if (root === undefined) return { kind: "mapping", entries: new Map(), location: start };
  if (root.kind === "mapping") return root;
  throw new ConfigError(
    root.location,
    `A configuration must be a mapping of variables: this is ${describeKind(root)}`,
    { hint: exampleFor(root) },
  );
}

/** Returns the error of a file that is larger than {@linkcode MAX_FILE_BYTES}. */
export function tooLarge(file: string): ConfigError {
  return new ConfigError(
    { file, line: 1, column: 1 },
    "The file is too large to be a configuration",
    {
      hint: `A configuration file has at most ${MAX_FILE_BYTES / 1024} KiB.`,
    },
  );
}

function decode(bytes: Uint8Array, file: string): string {
  if (isUtf16(bytes)) {
    throw new ConfigError({ file, line: 1, column: 1 }, "The file is UTF-16", {
      hint: "Save it as UTF-8.",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const source = new YamlText(new TextDecoder().decode(bytes), file);
    const location = source.locate(Math.max(source.text.indexOf("\ufffd"), 0));
    throw new ConfigError(location, "The file is not UTF-8 text", { hint: "Save it as UTF-8." });
  }
}

/** Returns whether text begins with a byte order mark of UTF-16, or a character of two bytes. */
function isUtf16([first, second]: Uint8Array): boolean {
  if (first === 0xff && second === 0xfe || first === 0xfe && second === 0xff) return true;
  return first !== undefined && second !== undefined && (first === 0) !== (second === 0);
}

/** A collection that is being read. */
type Frame =
  | { kind: "list"; items: Node[]; location: Location; anchor: string | undefined; size: number }
  | {
    kind: "mapping";
    entries: Map<string, Entry>;
    /** The key that waits for its value. */
    key: (Pick<Entry, "names" | "location" | "nameLocations"> & { merge: boolean }) | undefined;
    /** The values of merge keys (`<<`), which are added when all own keys are known. */
    merged: MappingNode[];
    location: Location;
    anchor: string | undefined;
    size: number;
  };

/** Makes nodes from events. */
class Composer {
  readonly #source: YamlText;
  /** Finished nodes with an anchor, and the number of nodes in each. */
  readonly #anchors = new Map<string, { node: Node; size: number }>();
  readonly #frames: Frame[] = [];
  #root: Node | undefined;
  #aliased = 0;
  /** The start of the last node: an empty node has no location of its own. */
  #last = 0;

  constructor(source: YamlText) {
    this.#source = source;
  }

  /** Returns the root, or `undefined` if there is no content. */
  compose(): Node | undefined {
    for (const event of parseYaml(this.#source)) this.#add(event);
    return this.#root;
  }

  #add(event: YamlEvent): void {
    switch (event.type) {
      case "scalar": {
        const location = this.#at(event.at);
        this.#checkTag(event, "scalar");
        const { text, anchor, tag } = event;
        const plain = event.plain && tag === undefined;
        this.#place({ kind: "scalar", text, location }, { anchor, plain });
        break;
      }
      case "list":
      case "mapping":
        this.#begin(event);
        break;
      case "alias":
        this.#alias(event.name, this.#at(event.at));
        break;
      case "end":
        this.#pop();
        break;
    }
  }

  #begin(event: CollectionEvent): void {
    const location = this.#at(event.at);
    this.#checkTag(event, event.type);
    const { anchor } = event;
    this.#frames.push(
      event.type === "list" ? { kind: "list", items: [], location, anchor, size: 1 } : {
        kind: "mapping",
        entries: new Map(),
        key: undefined,
        merged: [],
        location,
        anchor,
        size: 1,
      },
    );
  }

  #alias(name: string, at: Location): void {
    const within = this.#frames.some((frame) => frame.anchor === name);
    const anchored = within ? undefined : this.#anchors.get(name);
    if (anchored === undefined) {
      throw new ConfigError(
        at,
        within
          ? `The alias "*${escapeControls(name)}" is inside the value it refers to`
          : `The alias "*${escapeControls(name)}" refers to no anchor above it`,
        {
          hint: `Anchors are written "&${escapeControls(name)}", before they are used. ` +
            'Put a value that begins with "*" into quotes.',
        },
      );
    }
    this.#aliased += anchored.size;
    if (this.#aliased > MAX_ALIASED) {
      throw new ConfigError(at, "Aliases make the file grow too large", {
        hint: `Aliases may bring ${MAX_ALIASED} values into a file.`,
      });
    }
    this.#place(anchored.node, { size: anchored.size, at });
  }

  #at(offset: number): Location {
    if (offset >= 0) this.#last = offset;
    return this.#source.locate(this.#last);
  }

  #checkTag({ tag, tagAt }: Properties, kind: Node["kind"]): void {
    if (tag === undefined || FAILSAFE_TAGS[kind].includes(tag)) return;
    throw new ConfigError(
      this.#source.locate(tagAt ?? this.#last),
      `The tag "${escapeControls(tag)}" is not supported`,
      { hint: "Leave it out: every value is text, exactly as it is written." },
    );
  }

  #pop(): void {
    const frame = this.#frames.pop()!;
    if (frame.kind === "list") {
      const { items, location } = frame;
      this.#place({ kind: "list", items, location }, frame);
      return;
    }
    // A mapping's own keys win over merged ones, and of those the first.
    for (const source of frame.merged) {
      for (const [identity, entry] of source.entries) {
        const own = frame.entries.get(identity);
        if (own === undefined) frame.entries.set(identity, entry);
        else if (isEmpty(own.value) && own.overrides.length === 0) {
          // An empty value switches the merged one off.
          frame.entries.set(identity, { ...own, overrides: [entry.location] });
        }
      }
    }
    const { entries, location } = frame;
    this.#place({ kind: "mapping", entries, location }, frame);
  }

  /** Adds a finished node, which contains `size` nodes, to its parent. */
  #place(
    node: Node,
    { size = 1, anchor, plain = false, at = node.location }: {
      size?: number;
      anchor?: string | undefined;
      plain?: boolean;
      at?: Location;
    },
  ): void {
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size });
    const frame = this.#frames.at(-1);
    if (frame === undefined) {
      // A document with nothing but "---" or comments has an empty text as its content.
      const isEmpty = plain && node.kind === "scalar" && node.text === "";
      this.#root = isEmpty ? undefined : node;
      return;
    }
    frame.size += size;
    if (frame.kind === "list") frame.items.push(node);
    else if (frame.key === undefined) frame.key = this.#key(node, plain, at);
    else {
      const { merge, ...key } = frame.key;
      frame.key = undefined;
      if (merge) frame.merged.push(...mergeSources(node, key.location));
      else this.#setEntry(frame.entries, { ...key, value: node, overrides: [] });
    }
  }

  #key(node: Node, plain: boolean, location: Location) {
    if (node.kind === "scalar") {
      checkKey(node.text, location);
      const merge = plain && node.text === "<<";
      return { names: [node.text], location, nameLocations: [location], merge };
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
    for (const name of names) checkKey(name, location);
    const nameLocations = node.items.map((item) => item.location);
    return { names, location, nameLocations, merge: false };
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

function isEmpty(node: Node): boolean {
  return node.kind === "scalar" && node.text === "";
}

/** Rejects the key that sets the prototype of a plain object. */
function checkKey(key: string, location: Location): void {
  if (key !== "__proto__") return;
  throw new ConfigError(location, 'The key "__proto__" is not allowed', {
    hint: "Choose another name.",
  });
}

/** Returns the mappings that a merge key adds. */
function mergeSources(node: Node, location: Location): MappingNode[] {
  const sources = node.kind === "list" ? node.items : [node];
  return sources.map((source) => {
    if (source.kind === "mapping") return source;
    throw new ConfigError(location, 'The merge key "<<" needs a mapping or a list of mappings', {
      hint: "Write, for example, <<: *anchor",
    });
  });
}
