/**
 * Which one-time codes were used a moment ago: a code works once, and one that is refused for that
 * costs its user the wait for the next, and a place before AWS counts too many failures.
 *
 * @module
 */

import { joinPath } from "../paths.ts";
import type { Logger } from "../logger.ts";
import type { Clock } from "../runtime.ts";
import { codesDirectory, NAMES, UNFINISHED } from "../cache/layout.ts";
import { isOwnFile, makeOwnDirectory, type Owner, ownFiles } from "../cache/private_directory.ts";
import type { LockDirectory } from "../cache/lock.ts";

/** Milliseconds after which no service takes a code any more: AWS takes those of the steps around. */
const MATTERS_MS = 90_000;

/** A one-time code that was handed out. */
export interface UsedCode {
  /** What shows the code. */
  readonly device: string;
  /** The code. */
  readonly code: string;
}

/** What the notes are made of. */
interface UsedCodesOptions extends Owner {
  /** The directory of the cache; without one notes last as long as the run. */
  readonly directory: string | undefined;
  /** The locks of this user's runs. */
  readonly locks: Pick<LockDirectory, "take">;
  /** The time. */
  readonly clock: Clock;
  /** Says things on standard error. */
  readonly logger: Logger;
}

/**
 * Notes which codes were used, a file each, named by the digest of the code and its device, whichever
 * plugin used it: never the code. Forgetting what is cached leaves them, since a code does not work a
 * second time for that.
 */
export class UsedCodes {
  readonly #options: UsedCodesOptions;
  readonly #ofThisRun = new Map<string, Date>();

  /** Makes notes; touches nothing yet. */
  constructor(options: UsedCodesOptions) {
    this.#options = options;
  }

  /** Returns when a code was used, unless that is too long ago to matter. */
  async usedAt(used: UsedCode): Promise<Date | undefined> {
    return this.#usedAt(await digestOf(used));
  }

  #usedAt(digest: string): Date | undefined {
    const { clock } = this.#options;
    const at = this.#ofThisRun.get(digest) ?? this.#notedAt(digest);
    if (at === undefined) return undefined;
    const age = clock.now().getTime() - at.getTime();
    return Math.abs(age) < MATTERS_MS ? at : undefined;
  }

  /** Notes that a code is used now. Returns whether that is so: of several runs with one code, one uses it. */
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
      // It can't be looked at: AWS knows it, too.
      return undefined;
    }
  }

  #sweep(directory: string): void {
    const { files, clock } = this.#options;
    const oldest = clock.now().getTime() - MATTERS_MS;
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
