/**
 * The nodes of a configuration file, with their locations: text, lists and mappings. There are no
 * numbers, booleans or nulls, since every scalar is text.
 *
 * @module
 */

import type { Location } from "../errors.ts";

/** A node of a configuration file. */
export type Node = ScalarNode | ListNode | MappingNode;

/** A text. */
export interface ScalarNode {
  /** The kind of the node. */
  readonly kind: "scalar";
  /** The text, as it is set in the environment. */
  readonly text: string;
  /** Its start. */
  readonly location: Location;
}

/** A list. */
interface ListNode {
  /** The kind of the node. */
  readonly kind: "list";
  /** Its items, in order. */
  readonly items: readonly Node[];
  /** Its start. */
  readonly location: Location;
}

/** A mapping. */
export interface MappingNode {
  /** The kind of the node. */
  readonly kind: "mapping";
  /** Its entries by {@linkcode entryIdentity}, in the order of first appearance. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Its start. */
  readonly location: Location;
}

/** One key of a mapping and its value. */
export interface Entry {
  /** The key: one text, or at the top of a file a list of texts. */
  readonly names: readonly string[];
  /** The location of the key; in a merged mapping, that in the strongest file. */
  readonly location: Location;
  /** The location of each name, in the same file. */
  readonly nameLocations: readonly Location[];
  /** The value of the key. */
  readonly value: Node;
  /**
   * The locations of the same key in weaker files, the strongest first; for an empty value, the
   * location in the mapping that is merged by `<<`.
   */
  readonly overrides: readonly Location[];
}

/**
 * Returns the identity of a key: a list of one text is the same key as the text; two lists are the same
 * if they have the same texts in the same order.
 */
export function entryIdentity(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : JSON.stringify(names);
}

/** Returns the kind of `node` in words. */
export function describeKind(node: Node): string {
  if (node.kind === "scalar") return node.text === "" ? "empty" : "text";
  return node.kind === "list" ? "a list" : "a mapping";
}
