/**
 * The recently used one-time codes. A code works only once. A second use costs the user the wait for the
 * next code, and AWS counts it as a failed attempt.
 *
 * @module
 */

import { joinPath } from "../paths.ts";
import type { Logger } from "../logger.ts";
import type { Clock } from "../runtime.ts";
import { codesDirectory, NAMES, UNFINISHED } from "../cache/layout.ts";
import { isOwnFile, makeOwnDirectory, type Owner, ownFiles } from "../cache/private_directory.ts";
import type { LockDirectory } from "../cache/lock.ts";

/** Milliseconds after which no service accepts a code: AWS also accepts those of adjacent time steps. */
const CODE_LIFETIME_MS = 90_000;

/** A one-time code that was handed out. */
export interface UsedCode {
  /** The device that shows the code. */
  readonly device: string;
  /** The code. */
  readonly code: string;
}

/** The options of {@linkcode UsedCodes}. */
interface UsedCodesOptions extends Owner {
  /** The cache directory; if `undefined`, the codes are remembered only during this run. */
  readonly directory: string | undefined;
  /** The locks of this user's runs. */
  readonly locks: Pick<LockDirectory, "take">;
  /** The current time. */
  readonly clock: Clock;
  /** Logs failures. */
  readonly logger: Logger;
}

/**
 * Remembers used codes of all plugins, one file each. The file name is a digest of the code and its
 * device; the code itself is never stored. `--forget` keeps these files, because a used code stays used.
 */
export class UsedCodes {
  readonly #options: UsedCodesOptions;
  readonly #ofThisRun = new Map<string, Date>();

  /** Creates the store; does not access the disk yet. */
  constructor(options: UsedCodesOptions) {
    this.#options = options;
  }

  /** Returns when a code was used, or `undefined` if it was not used recently. */
  async usedAt(used: UsedCode): Promise<Date | undefined> {
    return this.#usedAt(await digestOf(used));
  }

  #usedAt(digest: string): Date | undefined {
    const { clock } = this.#options;
    const at = this.#ofThisRun.get(digest) ?? this.#notedAt(digest);
    if (at === undefined) return undefined;
    const age = clock.now().getTime() - at.getTime();
    return Math.abs(age) < CODE_LIFETIME_MS ? at : undefined;
  }

  /** Marks a code as used. Returns `false` if it is already used: only one of concurrent runs gets it. */
  async note(used: UsedCode): Promise<boolean> {
    const digest = await digestOf(used);
    const lock = await this.#options.locks.take("codes", "a code");
    try {
      if (this.#usedAt(digest) !== undefined) return false;
      this.#write(digest);
      return true;
    } finally {
      lock.release();
    }
  }

  #write(digest: string): void {
    const { files, clock, logger } = this.#options;
    this.#ofThisRun.set(digest, clock.now());
    const directory = this.#directory();
    if (directory === undefined) return;
    try {
      makeOwnDirectory(directory, this.#options);
      files.writePrivately(joinPath(directory, digest, this.#options.system), new Uint8Array());
      this.#sweep(directory);
    } catch (error) {
      logger.debug(`Cannot note a used code: ${error instanceof Error ? error.message : error}`);
    }
  }

  #directory(): string | undefined {
    const { directory, system } = this.#options;
    return directory === undefined ? undefined : codesDirectory(directory, system);
  }

  #notedAt(digest: string): Date | undefined {
    const { files, system, user } = this.#options;
    const directory = this.#directory();
    if (directory === undefined) return undefined;
    try {
      const info = files.lstat(joinPath(directory, digest, system));
      return info !== undefined && isOwnFile(info, user) ? info.modified : undefined;
    } catch {
      // It can't be read. AWS would refuse a used code, too.
      return undefined;
    }
  }

  #sweep(directory: string): void {
    const { files, clock } = this.#options;
    const oldest = clock.now().getTime() - CODE_LIFETIME_MS;
    const notes = [NAMES.usedCode, UNFINISHED].flatMap((form) =>
      ownFiles(directory, form, this.#options)
    );
    for (const { path, info } of notes) {
      if (info.modified !== undefined && info.modified.getTime() < oldest) files.remove(path);
    }
  }
}

async function digestOf({ device, code }: UsedCode): Promise<string> {
  const text = JSON.stringify([device, code]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
