/**
 * Which one-time codes were used a moment ago: a code works once, and one that is refused for that
 * costs its user the wait for the next, and a place before AWS counts too many failures.
 *
 * @module
 */

import { joinPath } from "../directories.ts";
import type { Logger } from "../logger.ts";
import type { Clock, Files, System } from "../runtime.ts";
import type { LockDirectory } from "./lock.ts";

/** Milliseconds after which no service takes a code any more: AWS takes those of the steps around. */
const MATTERS_MS = 90_000;

/** What the notes are made of. */
export interface UsedCodesOptions {
  /** The file system. */
  readonly files: Files;
  /** The operating system. */
  readonly system: System;
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
 * Notes which codes were used, a file each, named by the code's digest: never the code. Forgetting what
 * is cached leaves them, since a code does not work a second time for that.
 */
export class UsedCodes {
  readonly #options: UsedCodesOptions;
  readonly #ofThisRun = new Map<string, Date>();

  /** Makes notes; touches nothing yet. */
  constructor(options: UsedCodesOptions) {
    this.#options = options;
  }

  /** Returns when the code with `digest` was used, unless that is too long ago to matter. */
  usedAt(digest: string): Date | undefined {
    const { files, clock } = this.#options;
    const own = this.#ofThisRun.get(digest);
    const path = this.#path(digest);
    const at = own ?? (path === undefined ? undefined : files.stat(path)?.modified);
    if (at === undefined) return undefined;
    const age = clock.now().getTime() - at.getTime();
    return Math.abs(age) < MATTERS_MS ? at : undefined;
  }

  /**
   * Notes that the code with `digest` is used now. Returns whether that is so: of several runs with one
   * code, one uses it.
   */
  async note(digest: string): Promise<boolean> {
    const lock = await this.#options.locks.take("codes", "a code");
    try {
      if (this.usedAt(digest) !== undefined) return false;
      this.#write(digest);
      return true;
    } finally {
      lock.release();
    }
  }

  #write(digest: string): void {
    const { files, clock, logger } = this.#options;
    this.#ofThisRun.set(digest, clock.now());
    const path = this.#path(digest);
    if (path === undefined) return;
    try {
      files.writePrivately(path, new Uint8Array());
      this.#sweep();
    } catch (error) {
      logger.debug(`Cannot note a used code: ${error instanceof Error ? error.message : error}`);
    }
  }

  #directory(): string | undefined {
    const { directory, system } = this.#options;
    return directory === undefined ? undefined : joinPath(directory, "codes", system);
  }

  #path(digest: string): string | undefined {
    const directory = this.#directory();
    return directory === undefined ? undefined : joinPath(directory, digest, this.#options.system);
  }

  #sweep(): void {
    const directory = this.#directory()!;
    const { files, system, clock } = this.#options;
    const oldest = clock.now().getTime() - MATTERS_MS;
    for (const name of files.list(directory)) {
      const path = joinPath(directory, name, system);
      const modified = files.stat(path)?.modified;
      if (modified !== undefined && modified.getTime() < oldest) files.remove(path);
    }
  }
}
