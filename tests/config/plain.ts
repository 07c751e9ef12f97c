/**
 * Configuration in a form that tests can compare.
 *
 * @module
 */

import type { Node } from "../../src/config/node.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { MappingNode } from "../../src/config/node.ts";

/** A configuration without places. */
export type Plain = string | Plain[] | { [key: string]: Plain };

/** Returns `node` without places; a key of several names is written as JSON. */
export function plain(node: Node): Plain {
  if (node.kind === "scalar") return node.text;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries(
    [...node.entries].map(([identity, { value }]) => [identity, plain(value)]),
  );
}

/** Returns the places of the keys in `node`, `LINE:COLUMN` by path. */
export function places(node: Node, path = ""): Record<string, string> {
  if (node.kind !== "mapping") return {};
  return Object.assign(
    {},
    ...[...node.entries].map(([identity, { value, location }]) => {
      const at = path === "" ? identity : `${path}.${identity}`;
      return { [at]: `${location.line}:${location.column}`, ...places(value, at) };
    }),
  );
}

/** Parses `text` as the file `wev.yml`. */
export function parseText(text: string): MappingNode {
  return parseConfig(new TextEncoder().encode(text), "wev.yml");
}
