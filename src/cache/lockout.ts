/**
 * The lockout of `wev --lock`: until the user gives the next code, no run gets values without one.
 *
 * It is a file in the cache. A run that saves values holds the same lock as `wev --lock` does, and checks
 * that the file does not exist. So while it exists there are no entries, and a run that finds everything
 * in the cache does not have to check it.
 *
 * @module
 */

import { ExitStatus, WevError, type WevErrorOptions } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Clock } from "../runtime.ts";
import { lockoutPath } from "./layout.ts";
import type { LockDirectory } from "./lock.ts";
import { makeOwnDirectory, type Owner, unusedPath } from "./private_directory.ts";

/** A lockout that is in effect. */
export interface Standing {
  /** A different text for each lockout. */
  readonly id: string;
  /** When it began; `undefined` if its file is damaged. */
  readonly since: Date | undefined;
}

/** The options of {@linkcode Lockout}. */
interface LockoutOptions extends Owner {
  /** The directory of the cache; without one there is no lockout. */
  readonly cacheDirectory: string | undefined;
  /** The locks of this user's runs. */
  readonly locks: Pick<LockDirectory, "take">;
  /** The clock. */
  readonly clock: Clock;
  /** Logs messages to standard error. */
  readonly logger: Pick<Logger, "warning">;
}

/** The name of the lock that is held to write the file, and to save values. */
const LOCK = "lockout";

/** The maximum size of the file, in bytes. */
const MAX_BYTES = 4_096;

/** Begins and ends a lockout. */
export class Lockout {
  readonly #options: LockoutOptions;

  /** Creates a lockout; reads and writes nothing yet. */
  constructor(options: LockoutOptions) {
    this.#options = options;
  }

  /** Returns the lockout that is in effect. A damaged or unreadable file counts. */
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
   * Begins a lockout, and replaces one that is in effect.
   *
   * @throws {WevError} if it can't be written.
   */
  async begin(): Promise<void> {
    const { files, locks, clock, cacheDirectory, home } = this.#options;
    const path = this.#path();
    if (path === undefined || cacheDirectory === undefined) {
      // With a home directory, a warning has said what is wrong with its cache.
      throw failure("there is no cache directory that it may use", {
        ...(home === undefined ? { hint: "Set HOME to your home directory." } : {}),
      });
    }
    const content = { at: clock.now().toISOString(), id: crypto.randomUUID() };
    try {
      makeOwnDirectory(cacheDirectory, this.#options);
      const lock = await locks.take(LOCK, "the lock of wev");
      try {
        if (files.lstat(path)?.kind === "directory") files.rename(path, unusedPath(path));
        files.writePrivately(path, new TextEncoder().encode(`${JSON.stringify(content)}\n`));
      } finally {
        lock.release();
      }
    } catch (error) {
      throw failure(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /**
   * Calls `save` if no lockout is in effect, and returns the lockout otherwise. Ends it first if its ID is
   * `answered`: the user has given a code since it began.
   */
  async admit(answered: string | undefined, save: () => void): Promise<Standing | undefined> {
    const lock = await this.#options.locks.take(LOCK, "the lock of wev");
    try {
      const standing = this.standing();
      if (standing !== undefined && standing.id !== answered) return standing;
      // If it can't be ended, nothing may be cached: the next run needs a code too.
      if (standing === undefined || this.#end()) save();
      return undefined;
    } finally {
      lock.release();
    }
  }

  /** Ends the lockout, and returns whether that succeeded. */
  #end(): boolean {
    const { files, logger } = this.#options;
    const path = this.#path()!;
    try {
      if (files.lstat(path)?.kind === "directory") files.rename(path, unusedPath(path));
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

function failure(reason: string, more: WevErrorOptions): WevError {
  return new WevError(`Cannot lock wev: ${reason}`, { exitStatus: ExitStatus.failure, ...more });
}

function sinceIn(text: string): Date | undefined {
  try {
    const since = new Date(JSON.parse(text).at);
    return Number.isNaN(since.getTime()) ? undefined : since;
  } catch {
    return undefined;
  }
}
