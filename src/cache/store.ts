/**
 * The store of entries: one file each, named by its key.
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
  faultOf,
  isOwnFile,
  isOwnFileIn,
  makeOwnDirectory,
  type Owner,
  ownFiles,
  unusedPath,
} from "./private_directory.ts";
import { sweepTemporaryFiles } from "./temporary_files.ts";

/** The options of {@linkcode CacheStore}. */
interface CacheStoreOptions extends Owner {
  /** The cache directory; if `undefined`, nothing is kept. */
  readonly directory: string | undefined;
  /**
   * Whether entries are only read.
   *
   * @default {false}
   */
  readonly readOnly?: boolean;
  /** Logs warnings. */
  readonly logger: Logger;
  /** Encrypts values, if that is turned on. */
  readonly sealer: ValueSealer;
}

/** Encrypts the values of entries, so that the files alone are useless. */
export interface ValueSealer {
  /** Returns `values`, encrypted for the entry of `key`; `undefined` to keep them as they are. */
  seal(values: readonly string[], key: string): Promise<string | undefined>;
  /** Returns the decrypted values. If that fails, warns and returns `undefined`. */
  unseal(sealed: string, key: string): Promise<readonly string[] | undefined>;
}

/** Returns a sealer that encrypts nothing. If values are already encrypted, it warns once. */
export function noSealer(logger: Logger): ValueSealer {
  let hasWarned = false;
  return {
    seal: () => Promise.resolve(undefined),
    unseal() {
      if (!hasWarned) {
        logger.warning(
          "The cached values are encrypted, and WEV_KEYRING is off; resolving them again",
        );
      }
      hasWarned = true;
      return Promise.resolve(undefined);
    },
  };
}

/** Calls `save` if the values may be used, and throws if not. */
export type Admit = (save: () => void) => Promise<void>;

/** Keeps entries in files. If a file can't be read or written, the run continues with a warning. */
export class CacheStore {
  readonly #options: CacheStoreOptions;
  readonly #warned = new Set<string>();

  /** Creates a store; does not access the disk yet. */
  constructor(options: CacheStoreOptions) {
    this.#options = options;
  }

  /** Returns the entry of `key`; `undefined` if there is none, or it is invalid. */
  read(key: string): KeptEntry | undefined {
    const { directory, files, system } = this.#options;
    if (directory === undefined) return undefined;
    const path = entryPath(directory, key, system);
    try {
      const found = readEntry(key, { directory, files, system });
      if (found === undefined || !this.#isTrusted(path, found.info)) return undefined;
      const { entry } = found;
      if (entry !== undefined) this.#makePrivate(path, found.info);
      else if (!found.isOtherFormat) {
        this.#warn(`The cache entry ${path} is damaged: it is ignored`);
      }
      return entry;
    } catch (error) {
      this.#warn(`Cannot read the cache entry ${path}: ${reason(error)}`);
      return undefined;
    }
  }

  /** Returns `kept`, the entry of `key`, with decrypted values; `undefined` if they can't be decrypted. */
  async open(key: string, kept: KeptEntry): Promise<CacheEntry | undefined> {
    if (isOpen(kept)) return kept;
    const { sealed, ...resolution } = kept.resolution;
    const values = await this.#options.sealer.unseal(sealed, key);
    return values === undefined ? undefined : { ...kept, resolution: { ...resolution, values } };
  }

  /** Returns the stamps of files that were read after `readAt`. `holds()` compares them later. */
  stamps(paths: readonly string[], readAt: Date): Record<string, string> {
    const { files } = this.#options;
    const stamp = (path: string) => {
      try {
        return settledStamp(files, path, readAt);
      } catch {
        // The code that reads the file reports the error.
        return NO_STAMP;
      }
    };
    return Object.fromEntries(paths.map((path) => [path, stamp(path)]));
  }

  /**
   * Stores `entry` under `key`, and removes the entries that have expired at `now`. Calls `admit` once,
   * even if the entry can't be stored, and throws what that throws.
   */
  async write(
    key: string,
    entry: CacheEntry,
    now: Date,
    admit: Admit = (save) => Promise.resolve(save()),
  ): Promise<void> {
    // Before `admit`, since encryption may have to wait for the keyring.
    const content = await this.#contentOf(key, entry);
    await admit(() => {
      if (content !== undefined) this.#save(key, content, now);
    });
  }

  /** Returns the content of the file of an entry; `undefined` if it can't be stored. */
  async #contentOf(key: string, entry: CacheEntry): Promise<Uint8Array | undefined> {
    const { directory } = this.#options;
    if (directory === undefined) return undefined;
    try {
      // First, because the encryption key may be stored there, too.
      makeOwnDirectory(directory, this.#options);
      return new TextEncoder().encode(formatEntry(await this.#sealed(key, entry), key));
    } catch (error) {
      this.#warnOfFailure(error);
      return undefined;
    }
  }

  #save(key: string, content: Uint8Array, now: Date): void {
    const { files, directory } = this.#options;
    const path = this.#path(key);
    if (path === undefined || directory === undefined) return;
    try {
      // wev did not create this directory. Rename it: otherwise every run would ask again.
      if (files.lstat(path)?.kind === "directory") files.rename(path, unusedPath(path));
      files.writePrivately(path, content);
    } catch (error) {
      this.#warnOfFailure(error);
      return;
    }
    this.#sweep(directory, path, now);
  }

  #warnOfFailure(error: unknown): void {
    this.#warn(`Cannot write to the cache, so the next run asks again: ${reason(error)}`);
  }

  async #sealed(key: string, entry: CacheEntry): Promise<KeptEntry> {
    const { values, ...resolution } = entry.resolution;
    const sealed = await this.#options.sealer.seal(values, key);
    return sealed === undefined ? entry : { ...entry, resolution: { ...resolution, sealed } };
  }

  /** Returns all valid entries with their keys. */
  entries(): KeyedEntry[] {
    return this.#keys().flatMap((key) => {
      const entry = this.read(key);
      return entry === undefined ? [] : [{ key, entry }];
    });
  }

  /**
   * Removes the entry of `key`, if there is one.
   *
   * @throws {WevError} if it can't be removed.
   */
  remove(key: string): void {
    const { files, directory } = this.#options;
    const path = this.#path(key);
    if (path === undefined || directory === undefined) return;
    try {
      if (isOwnFileIn(directory, path, this.#options)) files.remove(path);
    } catch (error) {
      throw cannotRemove(path, error);
    }
  }

  /** Removes the entry of `key`, which is no longer needed. If that fails, warns. */
  discard(key: string): void {
    try {
      this.remove(key);
    } catch (error) {
      this.#warn(reason(error));
    }
  }

  /**
   * Removes all entries, including damaged and incomplete ones, and the kept plans.
   *
   * @throws {WevError} if one can't be removed.
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

  /** Removes the files that match `form`, and temporary files. Returns an error for each that it can't. */
  #removeOwn(directory: string, form: RegExp): WevError[] {
    const { files } = this.#options;
    const failures: WevError[] = [];
    const attempt = (path: string, act: () => void) => {
      try {
        act();
      } catch (error) {
        failures.push(cannotRemove(path, error));
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

  /** Returns whether only the user can have written an entry. */
  #isTrusted(path: string, info: FileInfo): boolean {
    if (isOwnFile(info, this.#options.user)) return true;
    this.#warn(
      `The cache entry ${path} is ignored: ${
        info.kind === "file" ? "another user may have written it" : "it is not a file"
      }`,
    );
    return false;
  }

  /** Makes an entry private if other users can read it. */
  #makePrivate(path: string, info: FileInfo): void {
    const { files, user, directory, readOnly = false } = this.#options;
    if (isPrivate(info, user)) return;
    try {
      // Check the directory: through a link, this would change a file in another one.
      if (!readOnly && faultOf(directory!, this.#options) === undefined) {
        files.setMode(path, 0o600);
        this.#warn(`The cache entry ${path} was open to other users: now it is not`);
        return;
      }
    } catch {
      // The disk can't be written.
    }
    const hint = `Run: chmod 600 ${asShellWord(path)}`;
    this.#warn(`The cache entry ${path} is open to other users\n${hint}`);
  }

  /** Warns once: a run may read an entry several times. */
  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.logger.warning(message);
  }

  /** Returns the keys of all files, valid or not. */
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

  /** Removes entries that have expired at `now`, and stale temporary files. `written` must exist. */
  #sweep(directory: string, written: string, now: Date): void {
    const { files, user, system, logger } = this.#options;
    try {
      for (const { path, name } of ownFiles(directory, NAMES.entry, this.#options)) {
        const { info, entry } = readEntry(keyIn(name), { directory, files, system }) ?? {};
        if (info === undefined || !isPrivate(info, user)) continue;
        // Keep an invalid file: another version of wev may have written it.
        if (entry !== undefined && entry.resolution.expiresAt <= now) files.remove(path);
      }
      sweepTemporaryFiles(directory, written, this.#options);
    } catch (error) {
      logger.debug(`Cannot clean up the cache: ${reason(error)}`);
    }
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function cannotRemove(path: string, cause: unknown): WevError {
  return new WevError(`Cannot remove ${path}: ${reason(cause)}`, { kind: "internal", cause });
}
