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

/** A variable's entry. */
export interface OwnEntry extends EntryFile {
  /** The kept entries that are in the cache too. */
  readonly kept: readonly EntryFile[];
}

/**
 * Returns the one variable's entry of `cache`: any other one is a session that it was made from.
 *
 * @throws {Error} if there is none, or another variable's.
 */
export function entryIn(cache: string): OwnEntry {
  const all = entriesIn(cache);
  const sources = all.flatMap((file) => parsed(file)?.madeFrom ?? []);
  const [own, ...others] = all.filter(({ key }) => !sources.includes(key));
  if (own === undefined || others.length > 0) {
    throw new Error(`Entries in ${cache}: ${all.map(({ path }) => path)}`);
  }
  return { ...own, kept: all.filter(({ key }) => key !== own.key) };
}

/** Returns the one variable's entry of `cache`, having removed the session that it was made from. */
export function entryAloneIn(cache: string): OwnEntry {
  const own = entryIn(cache);
  for (const { path } of own.kept) Deno.removeSync(path);
  return { ...own, kept: [] };
}

/** Returns the files of the entries in `cache`. */
export function entriesIn(cache: string): EntryFile[] {
  return [...Deno.readDirSync(cache)].map(({ name }) => name)
    .filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
    .map((name) => ({ path: `${cache}/${name}`, key: name.slice(0, -".json".length) }));
}

function parsed({ path, key }: EntryFile): KeptEntry | undefined {
  return parseEntry(Deno.readTextFileSync(path), key);
}

/**
 * Returns what is in the file of an entry.
 *
 * @throws {Error} where it is damaged.
 */
export function readEntry(file: EntryFile): KeptEntry {
  const entry = parsed(file);
  if (entry === undefined) throw new Error(`The entry ${file.path} is damaged`);
  return entry;
}

/** Makes an entry, and what it was made from, `seconds` older: as if it were that much later. */
export function age(
  file: EntryFile & { readonly kept?: readonly EntryFile[] },
  seconds: number,
): void {
  for (const kept of file.kept ?? []) age(kept, seconds);
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
