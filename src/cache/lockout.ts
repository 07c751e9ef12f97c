/**
 * The lockout: from `wev --lock` until the next code of a person, no run gets new values without one.
 *
 * It is one file in the cache. A run that saves values looks for it while it holds the same lock as
 * `wev --lock` does. So values that were resolved before never appear after everything was forgotten, and
 * while the file is there, no entry is. A run with everything cached need not look for it.
 *
 * @module
 */

import { ExitStatus, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Clock } from "../runtime.ts";
import { lockoutPath } from "./layout.ts";
import type { LockDirectory } from "./lock.ts";
import { asideOf, makeOwnDirectory, type Owner } from "./private_directory.ts";

/** A lockout that is in effect. */
export interface Standing {
  /** Tells this lockout from all others. */
  readonly id: string;
  /** When it began; `undefined` if its file is damaged. */
  readonly since: Date | undefined;
}

/** What a lockout is made of. */
interface LockoutOptions extends Owner {
  /** The directory of the cache; without one there is no lockout. */
  readonly cacheDirectory: string | undefined;
  /** The locks of this user's runs. */
  readonly locks: Pick<LockDirectory, "take">;
  /** The time. */
  readonly clock: Clock;
  /** Says things on standard error. */
  readonly logger: Pick<Logger, "warning">;
}

/** The name of the lock that is held while the file is written, or looked for to save values. */
const LOCK = "lockout";

/** Bytes; wev writes fewer. */
const MAX_BYTES = 4_096;

/** Begins a lockout, ends it, and tells if there is one. */
export class Lockout {
  readonly #options: LockoutOptions;

  /** Touches nothing yet. */
  constructor(options: LockoutOptions) {
    this.#options = options;
  }

  /** Returns the lockout that is in effect. A file that can't be read or understood is one too. */
  standing(): Standing | undefined {
    const { files } = this.#options;
    const path = this.#path();
    if (path === undefined) return undefined;
    try {
      if (files.lstat(path) === undefined) return undefined;
      const bytes = files.readRegular(path, MAX_BYTES)?.bytes;
      const id = new TextDecoder().decode(bytes);
      return { id, since: sinceIn(id) };
    } catch {
      return { id: "", since: undefined };
    }
  }

  /**
   * Begins a lockout, in place of one that is in effect.
   *
   * @throws {WevError} if it can't be written.
   */
  async begin(): Promise<void> {
    const { files, locks, clock, cacheDirectory } = this.#options;
    const path = this.#path();
    if (path === undefined || cacheDirectory === undefined) {
      throw failure("there is no cache directory to write to");
    }
    const content = { at: clock.now().toISOString(), id: crypto.randomUUID() };
    try {
      makeOwnDirectory(cacheDirectory, this.#options);
      const lock = await locks.take(LOCK, "the lock of wev");
      try {
        if (files.lstat(path)?.kind === "directory") files.rename(path, asideOf(path));
        files.writePrivately(path, new TextEncoder().encode(`${JSON.stringify(content)}\n`));
      } finally {
        lock.release();
      }
    } catch (error) {
      throw failure(error instanceof Error ? error.message : String(error), error);
    }
  }

  /**
   * Calls `save` unless a lockout is in effect, and returns that. The lockout `answered`, for which a
   * person has given a code since, ends here.
   */
  async admit(answered: string | undefined, save: () => void): Promise<Standing | undefined> {
    const lock = await this.#options.locks.take(LOCK, "the lock of wev");
    try {
      const standing = this.standing();
      if (standing !== undefined && standing.id !== answered) return standing;
      // If it goes on, nothing is cached: the next run needs a code too.
      if (standing === undefined || this.#end()) save();
      return undefined;
    } finally {
      lock.release();
    }
  }

  /** Ends the lockout, and returns if that succeeded. */
  #end(): boolean {
    const { files, logger } = this.#options;
    const path = this.#path()!;
    try {
      if (files.lstat(path)?.kind === "directory") files.rename(path, asideOf(path));
      else files.remove(path);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      logger.warning(`wev stays locked: cannot remove ${path}: ${reason}`);
      return false;
    }
  }

  #path(): string | undefined {
    const { cacheDirectory, system } = this.#options;
    return cacheDirectory === undefined ? undefined : lockoutPath(cacheDirectory, system);
  }
}

function failure(reason: string, cause?: unknown): WevError {
  return new WevError(`Cannot lock wev: ${reason}`, { exitStatus: ExitStatus.failure, cause });
}

function sinceIn(text: string): Date | undefined {
  try {
    const since = new Date(JSON.parse(text).at);
    return Number.isNaN(since.getTime()) ? undefined : since;
  } catch {
    return undefined;
  }
}
