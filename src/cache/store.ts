/**
 * The entries of the cache in their files, one each, named by its key.
 *
 * @module
 */

import { isPrivate, NO_STAMP, settledStamp } from "../paths.ts";
import { asShellWord, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { FileInfo } from "../runtime.ts";
import {
  type CacheEntry,
  formatEntry,
  isOpen,
  type KeptEntry,
  type KeyedEntry,
  readEntry,
} from "./entry.ts";
import { entryPath, keyIn, NAMES, planDirectory, UNFINISHED } from "./layout.ts";
import {
  asideOf,
  faultOf,
  isOwnFile,
  isOwnFileIn,
  makeOwnDirectory,
  type Owner,
  ownFiles,
} from "./private_directory.ts";
import { sweepTemporaryFiles } from "./temporary_files.ts";

/** What a store of entries is made of. */
interface CacheStoreOptions extends Owner {
  /** The directory of the cache; without one nothing is kept. */
  readonly directory: string | undefined;
  /**
   * Whether entries are only shown, so that nothing may change.
   *
   * @default {false}
   */
  readonly readOnly?: boolean;
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

/** Calls `save` at a moment when values may be kept, or throws. */
export type Admit = (save: () => void) => Promise<void>;

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
    const { directory, files, system } = this.#options;
    if (directory === undefined) return undefined;
    const path = entryPath(directory, key, system);
    try {
      const found = readEntry(key, { directory, files, system });
      if (found === undefined || !this.#isTrusted(path, found.info)) return undefined;
      const { entry } = found;
      if (entry !== undefined) this.#close(path, found.info);
      else if (!found.isOtherFormat) {
        this.#warn(`The cache entry ${path} is damaged: it is ignored`);
      }
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

  /** Returns the stamps of files that were read since `readAt`: `holds()` compares them later. */
  stamps(paths: readonly string[], readAt: Date): Record<string, string> {
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

  /**
   * Keeps `entry` under `key`, and removes the entries that have expired by `now`. `admit` is called once,
   * whatever fails here, and saves at a moment of its choice, or throws.
   */
  async write(
    key: string,
    entry: CacheEntry,
    now: Date,
    admit: Admit = (save) => Promise.resolve(save()),
  ): Promise<void> {
    const content = await this.#contentOf(key, entry);
    await admit(() => {
      if (content !== undefined) this.#save(key, content, now);
    });
  }

  /** Returns the content of the file of an entry; `undefined` where there is nothing to write it to. */
  async #contentOf(key: string, entry: CacheEntry): Promise<Uint8Array | undefined> {
    const { directory } = this.#options;
    if (directory === undefined) return undefined;
    try {
      // First: a key that seals may be kept there, too.
      makeOwnDirectory(directory, this.#options);
      return new TextEncoder().encode(formatEntry(await this.#sealed(key, entry), key));
    } catch (error) {
      this.#warnOfWriting(error);
      return undefined;
    }
  }

  #save(key: string, content: Uint8Array, now: Date): void {
    const { files, directory } = this.#options;
    const path = this.#path(key);
    if (path === undefined || directory === undefined) return;
    try {
      // Nothing of wev's: it goes aside, or every run would ask anew.
      if (files.lstat(path)?.kind === "directory") files.rename(path, asideOf(path));
      files.writePrivately(path, content);
    } catch (error) {
      this.#warnOfWriting(error);
      return;
    }
    this.#sweep(directory, path, now);
  }

  #warnOfWriting(error: unknown): void {
    this.#warn(`Cannot write to the cache, so the next run asks again: ${reason(error)}`);
  }

  async #sealed(key: string, entry: CacheEntry): Promise<KeptEntry> {
    const { values, ...resolution } = entry.resolution;
    const sealed = await this.#options.sealer.seal(values, key);
    return sealed === undefined ? entry : { ...entry, resolution: { ...resolution, sealed } };
  }

  /** Returns all entries that can be understood, with their keys. */
  entries(): KeyedEntry[] {
    return this.#keys().flatMap((key) => {
      const entry = this.read(key);
      return entry === undefined ? [] : [{ key, entry }];
    });
  }

  /**
   * Removes the entry of `key`; does nothing where there is none.
   *
   * @throws {WevError} where it can't be removed.
   */
  remove(key: string): void {
    const { files, directory } = this.#options;
    const path = this.#path(key);
    if (path === undefined || directory === undefined) return;
    try {
      if (isOwnFileIn(directory, path, this.#options)) files.remove(path);
    } catch (error) {
      throw new WevError(`Cannot remove ${path}: ${reason(error)}`, { cause: error });
    }
  }

  /** Removes the entry of `key`, which is not needed any more: a failure costs a warning. */
  discard(key: string): void {
    try {
      this.remove(key);
    } catch (error) {
      this.#warn(reason(error));
    }
  }

  /**
   * Removes all entries, damaged and half written ones too, and the kept plans.
   *
   * @throws {WevError} where one can't be removed.
   */
  clear(): void {
    const { directory, system } = this.#options;
    if (directory === undefined) return;
    const failures = [
      ...this.#removeOwn(directory, NAMES.entry),
      ...this.#removeOwn(planDirectory(directory, system), NAMES.plan),
    ];
    if (failures[0] !== undefined) throw failures[0];
  }

  /** Removes as many files of `form`, or unfinished, as it can, and returns why it can't the others. */
  #removeOwn(directory: string, form: RegExp): WevError[] {
    const { files } = this.#options;
    const failures: WevError[] = [];
    const attempt = (path: string, act: () => void) => {
      try {
        act();
      } catch (error) {
        failures.push(new WevError(`Cannot remove ${path}: ${reason(error)}`, { cause: error }));
      }
    };
    attempt(directory, () => {
      const forms = [form, UNFINISHED];
      for (const { path } of forms.flatMap((one) => ownFiles(directory, one, this.#options))) {
        attempt(path, () => files.remove(path));
      }
    });
    return failures;
  }

  /** Returns whether nobody else can have written an entry. */
  #isTrusted(path: string, info: FileInfo): boolean {
    if (isOwnFile(info, this.#options.user)) return true;
    this.#warn(
      `The cache entry ${path} is ignored: ${
        info.kind === "file" ? "another user may have written it" : "it is not a file"
      }`,
    );
    return false;
  }

  /** Closes an entry that others could read. */
  #close(path: string, info: FileInfo): void {
    const { files, user, directory, readOnly = false } = this.#options;
    if (isPrivate(info, user)) return;
    try {
      // Through a link it would be a file of another directory.
      if (!readOnly && faultOf(directory!, this.#options) === undefined) {
        files.setMode(path, 0o600);
        this.#warn(`The cache entry ${path} was open to other users: now it is not`);
        return;
      }
    } catch {
      // A disk that can't be written.
    }
    const hint = `Run: chmod 600 ${asShellWord(path)}`;
    this.#warn(`The cache entry ${path} is open to other users\n${hint}`);
  }

  /** Says something once: a run may look at an entry several times. */
  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.logger.warning(message);
  }

  /** Returns the keys that there are files for, whatever these are. */
  #keys(): string[] {
    const { files, directory } = this.#options;
    if (directory === undefined) return [];
    try {
      return files.list(directory).filter((name) => NAMES.entry.test(name)).map(keyIn);
    } catch (error) {
      this.#warn(`Cannot read the cache ${directory}: ${reason(error)}`);
      return [];
    }
  }

  #path(key: string): string | undefined {
    const { directory, system } = this.#options;
    return directory === undefined ? undefined : entryPath(directory, key, system);
  }

  /** Removes what has expired by `now`, and what killed writers left; `written` is there for sure. */
  #sweep(directory: string, written: string, now: Date): void {
    const { files, user, system, logger } = this.#options;
    try {
      for (const { path, name } of ownFiles(directory, NAMES.entry, this.#options)) {
        const { info, entry } = readEntry(keyIn(name), { directory, files, system }) ?? {};
        if (info === undefined || !isPrivate(info, user)) continue;
        // What is not understood may be another version's: it is left alone.
        if (entry !== undefined && entry.resolution.expiresAt <= now) files.remove(path);
      }
      sweepTemporaryFiles(directory, written, this.#options);
    } catch (error) {
      logger.debug(`Cannot sweep the cache: ${reason(error)}`);
    }
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
