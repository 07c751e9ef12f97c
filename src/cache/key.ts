/**
 * The key of an entry, made from the inputs of its resolution. Equal inputs share an entry; different ones
 * never do. The directory is not an input, so two projects with the same options share a session.
 *
 * @module
 */

import { FORMAT } from "./entry.ts";

/** The inputs of a resolution. */
export interface KeyParts {
  /** The plugin's id. */
  readonly plugin: string;
  /** The plugin's version. Only the major part is used. */
  readonly version: string;
  /** The options as the plugin reads them: any JSON value. */
  readonly options: unknown;
  /** The environment variables that the plugin reads, by name. Unset and empty differ. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The home directory: plugins look for files in it. */
  readonly home: string | undefined;
}

/** Returns the SHA-256 of `parts` in hexadecimal. It is the name of the entry's file. */
export async function entryKey(parts: KeyParts): Promise<string> {
  const { plugin, version, options, variables, home } = parts;
  const major = version.split(".", 1)[0];
  const text = JSON.stringify(sorted([FORMAT, plugin, major, options, variables, home]));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Returns `data` with the keys of its objects sorted, so that equal data has the same JSON. */
function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted);
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  entries.sort(([one], [other]) => one < other ? -1 : 1);
  return Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)]));
}
