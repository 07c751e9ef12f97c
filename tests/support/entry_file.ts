/**
 * The file of an entry in the cache of a sandbox.
 *
 * @module
 */

import { formatEntry, type KeptEntry, parseEntry } from "../../src/cache/entry.ts";

/** Where an entry is. */
export interface EntryFile {
  /** Its path. */
  readonly path: string;
  /** Its key. */
  readonly key: string;
}

/**
 * Returns the one entry of `cache`.
 *
 * @throws {Error} where there is none, or another one.
 */
export function entryIn(cache: string): EntryFile {
  const names = [...Deno.readDirSync(cache)].map(({ name }) => name)
    .filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
  const [name] = names;
  if (name === undefined || names.length > 1) throw new Error(`Entries in ${cache}: ${names}`);
  return { path: `${cache}/${name}`, key: name.slice(0, -".json".length) };
}

/**
 * Returns what is in the file of an entry.
 *
 * @throws {Error} where it is damaged.
 */
export function readEntry({ path, key }: EntryFile): KeptEntry {
  const entry = parseEntry(Deno.readTextFileSync(path), key);
  if (entry === undefined) throw new Error(`The entry ${path} is damaged`);
  return entry;
}

/** Makes an entry `seconds` older: as if it were that much later. */
export function age(file: EntryFile, seconds: number): void {
  const entry = readEntry(file);
  const earlier = (instant: Date) => new Date(instant.getTime() - seconds * 1000);
  const { resolvedAt, resolution } = entry;
  const aged = {
    ...entry,
    resolvedAt: earlier(resolvedAt),
    resolution: { ...resolution, expiresAt: earlier(resolution.expiresAt) },
  } as KeptEntry;
  Deno.writeTextFileSync(file.path, formatEntry(aged, file.key));
}
