/**
 * The entries of the cache in their files, one each, named by its key.
 *
 * @module
 */

import { joinPath } from "../directories.ts";
import { WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Files, System } from "../runtime.ts";
import { settledStamp } from "../stamp.ts";
import { type CacheEntry, entryPath, formatEntry, parseEntry } from "./entry.ts";

/** What a store of entries is made of. */
export interface CacheStoreOptions {
  /** The file system. */
  readonly files: Files;
  /** The operating system. */
  readonly system: System;
  /** The directory of the cache; without one nothing is kept. */
  readonly directory: string | undefined;
  /** Where damaged and unwritable entries are warned of. */
  readonly logger: Logger;
}

/** Keeps entries in files. No failure of a file stops a run: it costs a warning. */
export class CacheStore {
  readonly #options: CacheStoreOptions;

  /** Makes a store; touches nothing yet. */
  constructor(options: CacheStoreOptions) {
    this.#options = options;
  }

  /** Returns the entry of `key`; `undefined` where there is none, or none that can be understood. */
  read(key: string): CacheEntry | undefined {
    const path = this.#path(key);
    if (path === undefined) return undefined;
    const { files, logger } = this.#options;
    try {
      const text = files.readText(path);
      if (text === undefined) return undefined;
      const entry = parseEntry(text);
      if (entry === undefined) logger.warning(`The cache entry ${path} is damaged: it is ignored`);
      return entry;
    } catch (error) {
      logger.warning(`Cannot read the cache entry ${path}: ${reason(error)}`);
      return undefined;
    }
  }

  /** Returns what `holds()` compares later, of files that were read since `readAt`. */
  witnesses(paths: readonly string[], readAt: Date): Record<string, string> {
    const { files } = this.#options;
    return Object.fromEntries(paths.map((path) => [path, settledStamp(files, path, readAt)]));
  }

  /** Keeps `entry` under `key`, and removes the entries that have expired by `now`. */
  write(key: string, entry: CacheEntry, now: Date): void {
    const { files, logger, directory } = this.#options;
    const path = this.#path(key);
    if (path === undefined || directory === undefined) {
      logger.warning("Nothing is cached, since there is no home directory: set HOME");
      return;
    }
    try {
      // Nothing of wev's: it goes aside, or every run would ask anew.
      if (files.stat(path)?.kind === "directory") {
        files.rename(path, `${path}.${entry.resolvedAt.getTime()}`);
      }
      files.writePrivately(path, new TextEncoder().encode(formatEntry(entry)));
    } catch (error) {
      logger.warning(`Cannot write to the cache, so the next run asks again: ${reason(error)}`);
      return;
    }
    this.#sweep(directory, now);
  }

  /** Returns all entries that can be understood, with their keys. */
  entries(): { readonly key: string; readonly entry: CacheEntry }[] {
    return this.#names().flatMap((name) => {
      const key = name.slice(0, -".json".length);
      const entry = this.read(key);
      return entry === undefined ? [] : [{ key, entry }];
    });
  }

  /**
   * Returns an entry that holds what is shared as `share`, if one is usable: its own, or that of a
   * variable whose values it is.
   */
  findShared(
    share: string,
    isUsable: (entry: CacheEntry) => boolean,
  ): { readonly key: string; readonly entry: CacheEntry } | undefined {
    const own = this.#path(share) === undefined ? undefined : this.#readQuietly(share);
    if (own !== undefined && isUsable(own)) return { key: share, entry: own };
    // Damaged ones are of no interest here: whoever wants them is warned.
    for (const name of this.#names()) {
      const key = name.slice(0, -".json".length);
      const entry = this.#readQuietly(key);
      if (entry?.resolution.share === share && isUsable(entry)) return { key, entry };
    }
    return undefined;
  }

  #readQuietly(key: string): CacheEntry | undefined {
    try {
      return parseEntry(this.#options.files.readText(this.#path(key)!) ?? "");
    } catch {
      return undefined;
    }
  }

  /**
   * Removes the entry of `key`; does nothing where there is none.
   *
   * @throws {WevError} where it can't be removed.
   */
  remove(key: string): void {
    const path = this.#path(key);
    if (path !== undefined) this.#remove(path);
  }

  /**
   * Removes all entries, damaged ones too, and the kept plans.
   *
   * @throws {WevError} where one can't be removed.
   */
  clear(): void {
    const { files, directory, system } = this.#options;
    if (directory === undefined) return;
    for (const name of this.#names()) this.#remove(joinPath(directory, name, system));
    const plans = joinPath(directory, "plans", system);
    for (const name of files.list(plans)) this.#remove(joinPath(plans, name, system));
  }

  #remove(path: string): void {
    try {
      this.#options.files.remove(path);
    } catch (error) {
      throw new WevError(`Cannot remove ${path}: ${reason(error)}`, { cause: error });
    }
  }

  /** Returns the names of the entries' files. */
  #names(): string[] {
    const { files, directory } = this.#options;
    const names = directory === undefined ? [] : files.list(directory);
    return names.filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
  }

  #path(key: string): string | undefined {
    const { directory, system } = this.#options;
    return directory === undefined ? undefined : entryPath(directory, key, system);
  }

  #sweep(directory: string, now: Date): void {
    const { files, system, logger } = this.#options;
    try {
      for (const name of this.#names()) {
        const path = joinPath(directory, name, system);
        const entry = parseEntry(files.readText(path) ?? "");
        // What is not understood may be another version's: it is left alone.
        if (entry !== undefined && entry.resolution.expiresAt <= now) files.remove(path);
      }
    } catch (error) {
      logger.debug(`Cannot sweep the cache: ${reason(error)}`);
    }
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
