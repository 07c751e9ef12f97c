/**
 * What a configuration file holds, with the place of each thing: text, lists and mappings. There are
 * no numbers, booleans or nulls, since every scalar is text.
 *
 * @module
 */

import type { Location } from "../errors.ts";

/** Anything that stands in a configuration file. */
export type Node = ScalarNode | ListNode | MappingNode;

/** A text. */
export interface ScalarNode {
  /** Tells it from the other nodes. */
  readonly kind: "scalar";
  /** The text as it reaches the environment. */
  readonly text: string;
  /** Where it begins. */
  readonly location: Location;
}

/** A list. */
interface ListNode {
  /** Tells it from the other nodes. */
  readonly kind: "list";
  /** What it holds, in order. */
  readonly items: readonly Node[];
  /** Where it begins. */
  readonly location: Location;
}

/** A mapping. */
export interface MappingNode {
  /** Tells it from the other nodes. */
  readonly kind: "mapping";
  /** What it holds by {@linkcode entryIdentity}, in the order of first appearance. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Where it begins. */
  readonly location: Location;
}

/** One key of a mapping and its value. */
export interface Entry {
  /** The key: one text, or at the top of a file a list of texts. */
  readonly names: readonly string[];
  /** Where the key stands; in a merged mapping, in the strongest file that has it. */
  readonly location: Location;
  /** Where each of the names stands, in the same file. */
  readonly nameLocations: readonly Location[];
  /** What the key has. */
  readonly value: Node;
  /**
   * Where the same key stands in weaker files, the strongest of them first; for an empty value, where
   * it stands in what is merged into its mapping.
   */
  readonly overrides: readonly Location[];
}

/**
 * Returns what tells a key from others: a list of one text is the same key as the text; two lists
 * are the same if they hold the same texts in the same order.
 */
export function entryIdentity(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : JSON.stringify(names);
}

/** Returns what `node` is, in a user's words. */
export function describeKind(node: Node): string {
  if (node.kind === "scalar") return node.text === "" ? "empty" : "text";
  return node.kind === "list" ? "a list" : "a mapping";
}
