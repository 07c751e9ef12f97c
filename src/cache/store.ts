/**
 * The entries of the cache in their files, one each, named by its key.
 *
 * @module
 */

import { isPrivate, joinPath } from "../directories.ts";
import { WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { FileInfo, Files, System } from "../runtime.ts";
import { NO_STAMP, settledStamp } from "../stamp.ts";
import {
  type CacheEntry,
  entryPath,
  formatEntry,
  isOpen,
  isSound,
  type KeptEntry,
  parseEntry,
} from "./entry.ts";
import { sweepTemporaryFiles } from "./temporary_files.ts";

/** What a store of entries is made of. */
export interface CacheStoreOptions {
  /** The file system. */
  readonly files: Files;
  /** The operating system. */
  readonly system: System;
  /** This process's user ID; `undefined` on Windows. */
  readonly user: number | undefined;
  /** The directory of the cache; without one nothing is kept. */
  readonly directory: string | undefined;
  /** Where damaged and unwritable entries are warned of. */
  readonly logger: Logger;
  /** Seals values, where that is wanted. */
  readonly sealer: ValueSealer;
}

/** Seals the values of entries, so that the files alone are worth nothing. */
export interface ValueSealer {
  /** Returns `values` sealed for the entry of `key`; `undefined` where they are kept as they are. */
  seal(values: readonly string[], key: string): Promise<string | undefined>;
  /** Returns what was sealed; `undefined`, after a word about it, where it can't be had. */
  unseal(sealed: string, key: string): Promise<readonly string[] | undefined>;
}

/** Keeps entries in files. No failure of a file stops a run: it costs a warning. */
export class CacheStore {
  readonly #options: CacheStoreOptions;
  readonly #warned = new Set<string>();

  /** Makes a store; touches nothing yet. */
  constructor(options: CacheStoreOptions) {
    this.#options = options;
  }

  /** Returns the entry of `key`; `undefined` where there is none, or none that can be understood. */
  read(key: string): KeptEntry | undefined {
    const path = this.#path(key);
    if (path === undefined) return undefined;
    const { files } = this.#options;
    try {
      const info = files.stat(path);
      if (info === undefined || !this.#isTrusted(path, info)) return undefined;
      const text = files.readText(path);
      if (text === undefined) return undefined;
      const entry = parseEntry(text, key);
      if (entry === undefined) this.#warn(`The cache entry ${path} is damaged: it is ignored`);
      return entry;
    } catch (error) {
      this.#warn(`Cannot read the cache entry ${path}: ${reason(error)}`);
      return undefined;
    }
  }

  /** Returns the entry of `key`, which is `kept`, with its values; `undefined` where they can't be had. */
  async open(key: string, kept: KeptEntry): Promise<CacheEntry | undefined> {
    if (isOpen(kept)) return kept;
    const { sealed, ...resolution } = kept.resolution;
    const values = await this.#options.sealer.unseal(sealed, key);
    return values === undefined ? undefined : { ...kept, resolution: { ...resolution, values } };
  }

  /** Returns what `holds()` compares later, of files that were read since `readAt`. */
  witnesses(paths: readonly string[], readAt: Date): Record<string, string> {
    const { files } = this.#options;
    const stamp = (path: string) => {
      try {
        return settledStamp(files, path, readAt);
      } catch {
        // What can't be looked at is reported by those who read it.
        return NO_STAMP;
      }
    };
    return Object.fromEntries(paths.map((path) => [path, stamp(path)]));
  }

  /** Keeps `entry` under `key`, and removes the entries that have expired by `now`. */
  async write(key: string, entry: CacheEntry, now: Date): Promise<void> {
    const { files, directory } = this.#options;
    const path = this.#path(key);
    if (path === undefined || directory === undefined) return;
    const content = new TextEncoder().encode(formatEntry(await this.#sealed(key, entry), key));
    try {
      // Nothing of wev's: it goes aside, or every run would ask anew.
      if (isDirectory(path, files)) files.rename(path, `${path}.${entry.resolvedAt.getTime()}`);
      files.writePrivately(path, content);
    } catch (error) {
      this.#warn(`Cannot write to the cache, so the next run asks again: ${reason(error)}`);
      return;
    }
    this.#sweep(directory, path, now);
  }

  async #sealed(key: string, entry: CacheEntry): Promise<KeptEntry> {
    const { values, ...resolution } = entry.resolution;
    const sealed = await this.#options.sealer.seal(values, key);
    return sealed === undefined ? entry : { ...entry, resolution: { ...resolution, sealed } };
  }

  /** Returns all entries that can be understood, with their keys. */
  entries(): { readonly key: string; readonly entry: KeptEntry }[] {
    return this.#names().filter(isEntryName).flatMap((name) => {
      const key = keyIn(name);
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
    isUsable: (entry: KeptEntry) => boolean,
  ): { readonly key: string; readonly entry: KeptEntry } | undefined {
    const own = this.read(share);
    if (own !== undefined && isUsable(own)) return { key: share, entry: own };
    return this.entries().find(({ entry }) => entry.resolution.share === share && isUsable(entry));
  }

  /**
   * Removes the entry of `key`; does nothing where there is none.
   *
   * @throws {WevError} where it can't be removed.
   */
  remove(key: string): void {
    const path = this.#path(key);
    if (path !== undefined) this.#remove([path]);
  }

  /**
   * Removes all entries, damaged and half written ones too, and the kept plans.
   *
   * @throws {WevError} where one can't be removed.
   */
  clear(): void {
    const { files, directory, system } = this.#options;
    if (directory === undefined) return;
    const plans = joinPath(directory, "plans", system);
    this.#remove([
      ...this.#names().map((name) => joinPath(directory, name, system)),
      ...files.list(plans).map((name) => joinPath(plans, name, system)),
    ]);
  }

  /** Removes as many as it can before it fails. */
  #remove(paths: readonly string[]): void {
    const { files } = this.#options;
    const failures = paths.flatMap((path) => {
      try {
        // Not an entry, but what was found in the place of one.
        if (!isDirectory(path, files)) files.remove(path);
        return [];
      } catch (error) {
        return [new WevError(`Cannot remove ${path}: ${reason(error)}`, { cause: error })];
      }
    });
    if (failures[0] !== undefined) throw failures[0];
  }

  /** Returns whether nobody else can have written an entry; one that others could read is closed. */
  #isTrusted(path: string, info: FileInfo): boolean {
    const { files, user } = this.#options;
    if (isSound(info, user)) return true;
    if (info.kind === "file" && info.uid === user && ((info.mode ?? 0) & 0o022) === 0) {
      if (isPrivate(info, user)) {
        this.#warn(`The cache entry ${path} is damaged: it is ignored`);
        return false;
      }
      files.setMode(path, 0o600);
      this.#warn(`The cache entry ${path} was open to other users: now it is not`);
      return isSound({ ...info, mode: 0o600 }, user);
    }
    this.#warn(
      `The cache entry ${path} is ignored: ${
        info.kind === "file" ? "another user may have written it" : "it is not a file"
      }`,
    );
    return false;
  }

  /** Says something once: a run may look at an entry several times. */
  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.logger.warning(message);
  }

  /** Returns the names of the entries' files, and of those that are half written. */
  #names(): string[] {
    const { files, directory } = this.#options;
    const names = directory === undefined ? [] : files.list(directory);
    return names.filter((name) => /^[0-9a-f]{64}\.json/.test(name));
  }

  #path(key: string): string | undefined {
    const { directory, system } = this.#options;
    return directory === undefined ? undefined : entryPath(directory, key, system);
  }

  /** Removes what has expired by `now`, and what killed writers left; `written` is there for sure. */
  #sweep(directory: string, written: string, now: Date): void {
    const { files, system, user, logger } = this.#options;
    try {
      for (const name of this.#names().filter(isEntryName)) {
        const path = joinPath(directory, name, system);
        const info = files.stat(path);
        if (info === undefined || !isSound(info, user)) continue;
        const entry = parseEntry(files.readText(path) ?? "", keyIn(name));
        // What is not understood may be another version's: it is left alone.
        if (entry !== undefined && entry.resolution.expiresAt <= now) files.remove(path);
      }
      sweepTemporaryFiles(files, directory, { written, system });
    } catch (error) {
      logger.debug(`Cannot sweep the cache: ${reason(error)}`);
    }
  }
}

/** A link that leads nowhere, or round in circles, is none. */
function isDirectory(path: string, files: Files): boolean {
  try {
    return files.stat(path)?.kind === "directory";
  } catch {
    return false;
  }
}

function isEntryName(name: string): boolean {
  return name.endsWith(".json");
}

function keyIn(name: string): string {
  return name.slice(0, -".json".length);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
