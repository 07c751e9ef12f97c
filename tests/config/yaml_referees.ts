/**
 * Three other parsers of YAML, and what each of them gets wrong.
 *
 * @module
 */

import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE } from "js-yaml";
import { type Document, isAlias, isPair, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";

/** A document before its merge keys count: text, lists, mappings; `null` where it is empty. */
type Raw = string | null | Raw[] | { entries: [key: Raw | typeof MERGE, value: Raw][] };

/** Stands for a merge key, which a text "<<" in quotes is not. */
const MERGE = Symbol("<<");

/** A document that can be compared; a mapping is a `Map`. */
type Merged = string | Merged[] | Map<string, Merged>;

/** What a parser says of a document: a text that tells its value, or why it is refused. */
export type Verdict = { readonly value: string } | { readonly refusal: string };

/** A way in which a parser is known to be wrong, or to go by other rules. */
interface Fault {
  /** Why its verdict does not count. */
  readonly reason: string;
  /** What a document has in which it may show (with "\n" for every line break). */
  readonly text?: RegExp;
  /** What the parser says where it shows, if it refuses the document then. */
  readonly refusal?: RegExp;
}

/** A parser that wev's is compared with. */
export interface Referee {
  /** Its name. */
  readonly name: string;
  /** Returns what it says of each document. */
  judge(texts: readonly string[]): Promise<readonly Verdict[]>;
  /** Where it is not to be believed. */
  readonly faults: readonly Fault[];
}

/** Returns why the verdict of `referee` on `text` does not count, or `undefined` where it does. */
export function faultOf(referee: Referee, text: string, verdict: Verdict): string | undefined {
  const normal = normalized(text);
  return referee.faults.find((fault) =>
    (fault.text?.test(normal) ?? true) &&
    (fault.refusal === undefined || "refusal" in verdict && fault.refusal.test(verdict.refusal))
  )?.reason;
}

/** Returns a verdict whose value can be compared with those of the referees. */
export function verdict(get: () => Merged): Verdict {
  try {
    return {
      value: JSON.stringify(
        get(),
        (_, value) => value instanceof Map ? { mapping: [...value] } : value,
      ),
    };
  } catch (error) {
    if (error instanceof Error) return { refusal: error.message };
    throw error;
  }
}

/** Returns the mapping that a document must be. */
function root(raw: Raw): Merged {
  const merged = merge(raw);
  if (merged instanceof Map) return merged;
  throw new Error("no mapping");
}

/** Applies merge keys as wev does, and refuses the keys that wev refuses. */
function merge(raw: Raw): Merged {
  if (raw === null) return new Map();
  if (typeof raw === "string") return raw;
  if (Array.isArray(raw)) return raw.map(merge);
  const merged = new Map<string, Merged>();
  const sources: Map<string, Merged>[] = [];
  for (const [key, value] of raw.entries) {
    const of = merge(value);
    if (key === MERGE) {
      for (const source of Array.isArray(of) ? of : [of]) {
        if (!(source instanceof Map)) throw new Error("no mapping to merge");
        sources.push(source);
      }
      continue;
    }
    const identity = keyIdentity(merge(key as Raw));
    if (merged.has(identity)) throw new Error(`${identity} stands twice`);
    merged.set(identity, of);
  }
  for (const [key, value] of sources.flatMap((source) => [...source])) {
    if (!merged.has(key)) merged.set(key, value);
  }
  return merged;
}

function keyIdentity(key: Merged): string {
  if (typeof key === "string") return key;
  if (!Array.isArray(key)) throw new Error("a key that is a mapping");
  if (key.some((name) => typeof name !== "string")) throw new Error("a key that is a deep list");
  return key.length === 1 ? String(key[0]) : JSON.stringify(key);
}

function normalized(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** An escaped line break in double quotes with an empty line behind it. */
const ESCAPED_BREAK = /\\\n[ \t]*\n/;
/** A block that ends with the file, without a line break. */
const OPEN_BLOCK = /[|>][\d+-]*[ \t]*(?:[ \t]#[^\n]*)?(?:\n[^\n]*)+[^\n]$/;

/** Python's parsers, and so files that people have, let brackets and quotes go on anywhere. */
const OUTDENTED = "takes only what is to the right of the key for the rest of brackets and quotes";

const jsYaml: Referee = {
  name: "js-yaml",
  judge: (texts) => Promise.resolve(texts.map((text) => verdict(() => root(readJsYaml(text))))),
  faults: [
    { reason: "loses the empty line behind an escaped line break", text: ESCAPED_BREAK },
    { reason: "adds a line break to a block that ends with the file", text: OPEN_BLOCK },
    { reason: "refuses tabs that only separate", text: /\t/, refusal: /^deficient indentation/ },
    { reason: OUTDENTED, refusal: /^deficient indentation/ },
    { reason: "goes back to an earlier anchor within one that is set again", text: /(&\S+)[^]*\1/ },
  ],
};

function readJsYaml(text: string): Raw {
  const events = parseEvents(text, {});
  const anchors = new Map<string, Raw>();
  let position = 0;
  const name = ({ anchorStart, anchorEnd }: { anchorStart: number; anchorEnd: number }) =>
    text.slice(anchorStart, anchorEnd);
  const read = (): Raw => {
    const event = events[position++]!;
    if (event.type === EVENT_ID.ALIAS) {
      const aliased = anchors.get(name(event));
      if (aliased === undefined) throw new Error("unknown alias");
      return aliased;
    }
    let raw: Raw;
    if (event.type === EVENT_ID.SCALAR) raw = getScalarValue(text, event);
    else if (event.type === EVENT_ID.SEQUENCE) {
      const items = [];
      while (events[position]?.type !== EVENT_ID.POP) items.push(read());
      position++;
      raw = items;
    } else if (event.type === EVENT_ID.MAPPING) {
      const entries: [Raw | typeof MERGE, Raw][] = [];
      for (let at; (at = events[position]!).type !== EVENT_ID.POP;) {
        const key = read();
        const merges = key === "<<" && at.type === EVENT_ID.SCALAR &&
          at.style === SCALAR_STYLE.PLAIN && at.tagStart < 0;
        entries.push([merges ? MERGE : key, read()]);
      }
      position++;
      raw = { entries };
    } else throw new Error("unexpected event");
    if (event.anchorStart >= 0) anchors.set(name(event), raw);
    return raw;
  };
  let root: Raw = null;
  for (let documents = 1; position < events.length; documents++) {
    if (documents > 1) throw new Error("a second document");
    position++;
    const event = events[position];
    const isEmpty = event?.type === EVENT_ID.SCALAR && event.valueStart < 0;
    root = event?.type === EVENT_ID.POP ? null : read();
    if (isEmpty) root = null;
    position++;
  }
  return root;
}

const yaml: Referee = {
  name: "yaml",
  judge: (texts) => Promise.resolve(texts.map((text) => verdict(() => root(readYaml(text))))),
  faults: [
    { reason: "makes a space of the empty line behind an escaped line break", text: ESCAPED_BREAK },
    { reason: "adds a line break to a block that ends with the file", text: OPEN_BLOCK },
    { reason: "takes tabs on empty lines for the end of the text", text: /\t/, refusal: /./ },
    { reason: "refuses a comment to the left of its mapping", refusal: /^Map comment with/ },
    { reason: OUTDENTED, refusal: /must be sufficiently indented|^Missing closing/ },
    { reason: "loses spaces where a block says how far it is indented", text: /[|>][+-]?[1-9]/ },
  ],
};

function readYaml(text: string): Raw {
  const document = parseDocument(normalized(text), {
    schema: "failsafe",
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return document.contents === null ? null : readYamlNode(document.contents, document, []);
}

function readYamlNode(node: unknown, document: Document, within: readonly unknown[]): Raw {
  if (node === null) return "";
  if (isAlias(node)) {
    const aliased = node.resolve(document);
    if (aliased === undefined || within.includes(aliased)) throw new Error("unknown alias");
    return readYamlNode(aliased, document, within);
  }
  if (isScalar(node)) return node.value === null ? "" : String(node.value);
  const read = (inner: unknown) => readYamlNode(inner, document, [...within, node]);
  if (isSeq(node)) {
    return node.items.map((item) =>
      isPair(item) ? { entries: [[read(item.key), read(item.value)]] } : read(item)
    );
  }
  const entries = (node as YAMLMap).items.map(({ key, value }): [Raw | typeof MERGE, Raw] => {
    const merges = isScalar(key) && key.value === "<<" && key.type === "PLAIN" && !key.tag;
    return [merges ? MERGE : read(key), read(value)];
  });
  return { entries };
}

/** Prints what PyYAML makes of each document: a line of JSON for a line of JSON. */
const PYTHON = `
import json, sys, yaml
def convert(node):
    if isinstance(node, yaml.ScalarNode): return node.value
    if isinstance(node, yaml.SequenceNode): return [convert(item) for item in node.value]
    return {"entries": [[
        None if key.value == "<<" and isinstance(key, yaml.ScalarNode) and key.style is None
        else convert(key), convert(value)] for key, value in node.value]}
for line in sys.stdin:
    try:
        node = yaml.compose(json.loads(line), Loader=yaml.BaseLoader)
        print(json.dumps({"raw": None if node is None else convert(node)}))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        print(json.dumps({"refusal": str(error)}))
`;

const pyYaml: Referee = {
  name: "PyYAML",
  async judge(texts) {
    const python = new Deno.Command("python3", {
      args: ["-c", PYTHON],
      stdin: "piped",
      stdout: "piped",
      env: { PYTHONIOENCODING: "utf-8" },
    }).spawn();
    const output = python.output();
    const writer = python.stdin.getWriter();
    const lines = texts.map((text) => `${JSON.stringify(text)}\n`).join("");
    await writer.write(new TextEncoder().encode(lines));
    await writer.close();
    const { stdout } = await output;
    return new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => {
      const { raw, refusal } = JSON.parse(line);
      return refusal === undefined ? verdict(() => root(fromPython(raw))) : { refusal };
    });
  },
  faults: [
    { reason: "refuses most tabs that only separate, as YAML 1.1 does", text: /\t/ },
    {
      reason: "takes ? and a first : between brackets for indicators",
      text: /[[{][^]*(?<=[\s,[{:])[?:]\w/,
    },
    { reason: "takes no ? within a text between brackets", refusal: /(?:got|found) '\?'/ },
    {
      reason: "lets a first line be further left than the empty ones above it",
      text: /[|>][^\n]*\n(?: *\n)+ *#/,
    },
    { reason: "refuses an anchor that is set again", refusal: /^found duplicate anchor/ },
  ],
};

/** A merge key has no name there. */
function fromPython(raw: Raw): Raw {
  if (Array.isArray(raw)) return raw.map(fromPython);
  if (raw === null || typeof raw === "string") return raw;
  return {
    entries: raw.entries.map(([key, value]) => [
      key === null ? MERGE : fromPython(key as Raw),
      fromPython(value),
    ]),
  };
}

async function hasPyYaml(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("python3", { args: ["-c", "import yaml"] }).output();
    return success;
  } catch {
    return false;
  }
}

/** The referees; PyYAML only where it is installed. */
export const referees: readonly Referee[] = [jsYaml, yaml, ...await hasPyYaml() ? [pyYaml] : []];
