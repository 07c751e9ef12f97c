/**
 * Locks between runs of wev. They are the system's own file locks, so they end with their holder,
 * however it ends, and never need cleaning.
 *
 * @module
 */

import { joinPath } from "../directories.ts";
import { WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Clock, Files, LockedFile, System } from "../runtime.ts";

/** A lock that is held. */
export interface Lock {
  /**
   * The failure of the last holder, if it failed after this run began to wait: it was asked for the
   * same thing, so its failure is shared.
   */
  readonly failure: WevError | undefined;
  /** Lets go; with a failure, for those who wait now to share. */
  release(failure?: WevError): void;
}

/** Who holds a lock, for those who wait. */
export interface Holder {
  /** Its process ID. */
  readonly process: number;
  /** What it does, for people; no secret. */
  readonly purpose: string;
}

/** What locks are made of. */
export interface LockDirectoryOptions {
  /** The file system. */
  readonly files: Pick<Files, "lock" | "read">;
  /** The operating system. */
  readonly system: System;
  /** The directory of the cache; without one nothing is locked. */
  readonly cacheDirectory: string | undefined;
  /** This process's ID. */
  readonly process: number;
  /** The time. */
  readonly clock: Clock;
  /** Says things on standard error. */
  readonly logger: Logger;
}

/** What a lock's file holds. */
interface Note {
  readonly holder?: Holder;
  readonly failure?: {
    readonly at: number;
    readonly message: string;
    readonly hint?: string;
    readonly exitStatus: number;
  };
}

/** The locks of one user, in files of their own: they stay, empty, since removing one is a race. */
export class LockDirectory {
  readonly #options: LockDirectoryOptions;

  /** Makes no file yet. */
  constructor(options: LockDirectoryOptions) {
    this.#options = options;
  }

  /** Waits for the lock `name` and takes it for `purpose`. */
  async take(name: string, purpose: string): Promise<Lock> {
    const { files, logger, clock, process } = this.#options;
    const path = this.#path(name);
    const since = clock.now().getTime();
    if (path === undefined) return FREE;
    let file: LockedFile;
    try {
      file = await files.lock(path);
    } catch (error) {
      // A cache that can't be written costs a question, not the run.
      logger.debug(`Cannot lock ${path}: ${error instanceof Error ? error.message : error}`);
      return FREE;
    }
    const { failure } = readNote(file.content());
    write(file, { holder: { process, purpose } });
    return {
      failure: failure === undefined || failure.at < since ? undefined : toError(failure),
      release(error) {
        write(file, error === undefined ? {} : { failure: toFailure(error, clock.now()) });
        file.close();
      },
    };
  }

  /** Returns who holds the lock `name`, as far as that can be known. */
  holderOf(name: string): Holder | undefined {
    const path = this.#path(name);
    try {
      const bytes = path === undefined ? undefined : this.#options.files.read(path);
      return readNote(new TextDecoder().decode(bytes)).holder;
    } catch {
      // On Windows nobody else may read a file that is locked.
      return undefined;
    }
  }

  #path(name: string): string | undefined {
    const { cacheDirectory, system } = this.#options;
    if (cacheDirectory === undefined) return undefined;
    return joinPath(joinPath(cacheDirectory, "locks", system), `${name}.lock`, system);
  }
}

/** What is held where nothing can be locked. */
const FREE: Lock = { failure: undefined, release() {} };

function write(file: LockedFile, note: Note): void {
  try {
    file.replace(JSON.stringify(note));
  } catch {
    // A full disk: the lock holds all the same, and those who wait know less.
  }
}

function readNote(text: string): Note {
  try {
    const note: unknown = JSON.parse(text);
    return typeof note === "object" && note !== null ? note : {};
  } catch {
    // New, or cut off when its holder was killed.
    return {};
  }
}

function toFailure({ message, hint, exitStatus }: WevError, at: Date): Note["failure"] & object {
  return { at: at.getTime(), message, exitStatus, ...(hint === undefined ? {} : { hint }) };
}

function toError({ message, hint, exitStatus }: Note["failure"] & object): WevError {
  return new WevError(`Another run of wev was asked for the same and failed: ${message}`, {
    exitStatus,
    ...(hint === undefined ? {} : { hint }),
  });
}
