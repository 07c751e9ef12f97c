/**
 * The key of an entry: what a resolution was made of. The same things always share an entry, different
 * ones never do. The directory is not among them: two projects with the same options share a session.
 *
 * @module
 */

import { FORMAT } from "./entry.ts";

/** What decides a resolution. */
export interface KeyParts {
  /** The plugin's id. */
  readonly plugin: string;
  /** The plugin's version, of which the major part counts. */
  readonly version: string;
  /** The options as the plugin understood them; anything JSON can hold. */
  readonly options: unknown;
  /** The environment variables that the plugin reads, by name; unset is not the same as empty. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The home directory, in which a plugin finds files. */
  readonly home: string | undefined;
}

/** Returns the SHA-256 of `parts`, in hexadecimal: the name of the entry's file. */
export async function entryKey(parts: KeyParts): Promise<string> {
  const { plugin, version, options, variables, home } = parts;
  const major = version.split(".", 1)[0];
  const text = JSON.stringify(sorted([FORMAT, plugin, major, options, variables, home]));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Returns `data` with the keys of its objects in order, so that it has one form in JSON. */
function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted);
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  entries.sort(([one], [other]) => one < other ? -1 : 1);
  return Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)]));
}
