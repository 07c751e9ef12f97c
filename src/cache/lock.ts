/**
 * Locks between runs of wev. They are the system's own file locks, so they end with their holder,
 * however it ends, and never need cleaning.
 *
 * @module
 */

import { parentOf } from "../paths.ts";
import { asShellWord, dataOf, FAILURE_KINDS, type FailureData, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { type Clock, ForeignFileError, type LockedFile } from "../runtime.ts";
import { lockPath } from "./layout.ts";
import { asideOf, makeOwnDirectory, type Owner, Unusable } from "./private_directory.ts";

/** A lock that is held. */
export interface Lock {
  /**
   * The failure of the last holder, if it failed since this run was started: it was asked for the same
   * thing, so its failure is shared.
   */
  readonly failure: SharedFailure | undefined;
  /** Lets go; with a failure, for the runs to share that there are now. */
  release(failure?: WevError): void;
}

/** The failure of another run, which was asked for the same. */
export class SharedFailure extends WevError {
  /** The name of the class. */
  override readonly name: string = "SharedFailure";

  /** Makes an error of what the other run noted. */
  constructor(readonly note: FailureNote) {
    super(`Another run of wev was asked for the same and failed: ${note.message}`, {
      exitStatus: note.exitStatus,
      ...note.data,
      ...(note.hint === undefined ? {} : { hint: note.hint }),
    });
  }
}

/** How a failure is noted. */
interface FailureNote {
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  /** What failed. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** What wev exits with. */
  readonly exitStatus: number;
  /** What it is, for programs. */
  readonly data: FailureData;
}

/** Who holds a lock, for those who wait. */
export interface Holder {
  /** Its process ID. */
  readonly process: number;
  /** What it does, for people; no secret. */
  readonly purpose: string;
  /**
   * Whether it waits for a person's answer, its own question's or that of another run.
   *
   * @default {false}
   */
  readonly waitsForPerson?: boolean;
}

/** What locks are made of. */
interface LockDirectoryOptions extends Owner {
  /** The directory of the cache; without one nothing is locked. */
  readonly cacheDirectory: string | undefined;
  /** This process's ID. */
  readonly process: number;
  /** When this process was started. */
  readonly startedAt: Date;
  /** The time. */
  readonly clock: Clock;
  /** Says things on standard error. */
  readonly logger: Logger;
}

/** What a lock's file holds. */
interface Note {
  readonly holder?: Holder;
  readonly failure?: FailureNote;
}

/** Bytes; what is larger is no note. */
const MAX_NOTE = 65_536;

/** The locks of one user, in files of their own: they stay, empty, since removing one is a race. */
export class LockDirectory {
  readonly #options: LockDirectoryOptions;
  #hasWarned = false;
  readonly #held = new Map<LockedFile, string>();
  #questions = 0;
  #startedAt: Date;

  /** Makes no file yet. */
  constructor(options: LockDirectoryOptions) {
    this.#options = options;
    this.#startedAt = options.startedAt;
  }

  /** Has this run share only failures since `instant`: until then it was stopped. */
  continueAt(instant: Date): void {
    this.#startedAt = instant;
  }

  /**
   * Waits for the lock `name` and takes it for `purpose`. One that comes when `signal` has been aborted
   * is left as it is.
   */
  async take(name: string, purpose: string, signal?: AbortSignal): Promise<Lock> {
    const { logger, clock } = this.#options;
    const path = this.#path(name);
    if (path === undefined) return NO_LOCK;
    let file: LockedFile;
    try {
      file = await this.#lock(path);
    } catch (error) {
      // A cache that can't be written costs a question, not the run.
      const message = `Cannot lock ${path}: ${error instanceof Error ? error.message : error}`;
      if (error instanceof ForeignFileError) {
        this.#warn(`${message}\nRemove it: rm ${asShellWord(path)}`);
      } else if (error instanceof Unusable) this.#warn(message);
      else logger.debug(message);
      return NO_LOCK;
    }
    if (signal?.aborted) {
      file.close();
      return NO_LOCK;
    }
    const { failure } = noteIn(file);
    this.#held.set(file, purpose);
    this.#writeHolder(file, purpose);
    return {
      failure: failure !== undefined && isRecent(failure, this.#startedAt, clock.now())
        ? new SharedFailure(failure)
        : undefined,
      release: (error) => {
        this.#held.delete(file);
        write(file, error?.shared ? { failure: toNote(error, clock.now()) } : {});
        file.close();
      },
    };
  }

  /** Does `work`, which waits for a person, and lets those know who wait for the locks of this run. */
  async whilePersonIsAsked<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#questions++ === 0) this.#writeHolders();
    try {
      return await work();
    } finally {
      if (--this.#questions === 0) this.#writeHolders();
    }
  }

  #writeHolders(): void {
    for (const [file, purpose] of this.#held) this.#writeHolder(file, purpose);
  }

  #writeHolder(file: LockedFile, purpose: string): void {
    const { process } = this.#options;
    const waits = this.#questions > 0 ? { waitsForPerson: true } : {};
    write(file, { holder: { process, purpose, ...waits } });
  }

  async #lock(path: string): Promise<LockedFile> {
    const { files, system } = this.#options;
    makeOwnDirectory(parentOf(path, system), this.#options);
    // Nothing of wev's: it goes aside, or no two runs would ever wait for each other.
    if (files.lstat(path)?.kind === "directory") files.rename(path, asideOf(path));
    return await files.lock(path);
  }

  /** Says something once: a run takes several locks. */
  #warn(message: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.logger.warning(message);
  }

  /** Returns who holds the lock `name`, as far as that can be known. */
  holderOf(name: string): Holder | undefined {
    const path = this.#path(name);
    try {
      const found = path === undefined
        ? undefined
        : this.#options.files.readRegular(path, MAX_NOTE);
      return readNote(new TextDecoder().decode(found?.bytes)).holder;
    } catch {
      // On Windows nobody else may read a file that is locked.
      return undefined;
    }
  }

  #path(name: string): string | undefined {
    const { cacheDirectory, system } = this.#options;
    if (cacheDirectory === undefined) return undefined;
    return lockPath(cacheDirectory, name, system);
  }
}

/** What is held where nothing can be locked, or nobody is waited for. */
export const NO_LOCK: Lock = { failure: undefined, release() {} };

function write(file: LockedFile, note: Note): void {
  try {
    file.replace(JSON.stringify(note));
  } catch {
    // A full disk: the lock holds all the same, and those who wait know less.
  }
}

function noteIn(file: LockedFile): Note {
  try {
    return readNote(file.content(MAX_NOTE));
  } catch {
    // A disk that can't be read: the lock holds all the same.
    return {};
  }
}

function readNote(text: string): Note {
  try {
    const note: unknown = JSON.parse(text);
    if (typeof note !== "object" || note === null) return {};
    const { holder, failure } = note as Record<string, unknown>;
    return {
      ...(isHolder(holder) ? { holder } : {}),
      ...(isFailure(failure) ? { failure } : {}),
    };
  } catch {
    // New, or cut off when its holder was killed.
    return {};
  }
}

function isHolder(data: unknown): data is Holder {
  if (typeof data !== "object" || data === null) return false;
  const { process, purpose } = data as Record<string, unknown>;
  return typeof process === "number" && typeof purpose === "string";
}

function isFailure(data: unknown): data is FailureNote {
  if (typeof data !== "object" || data === null) return false;
  const { at, message, hint, exitStatus, data: facts } = data as Record<string, unknown>;
  return typeof at === "number" && typeof message === "string" &&
    (hint === undefined || typeof hint === "string") && Number.isInteger(exitStatus) &&
    isFailureData(facts);
}

/** The rest of it is as another run of this user's wrote it. */
function isFailureData(data: unknown): data is FailureData {
  return typeof data === "object" && data !== null && "kind" in data &&
    FAILURE_KINDS.some((kind) => kind === data.kind);
}

/** A failure of the future is one of a clock that was wrong, and would be shared until then. */
function isRecent({ at }: FailureNote, startedAt: Date, now: Date): boolean {
  return startedAt.getTime() <= at && at <= now.getTime();
}

/** What was shared goes on as it was: else it would never grow old. */
function toNote(error: WevError, now: Date): FailureNote {
  if (error instanceof SharedFailure) return error.note;
  const { message, hint, exitStatus } = error;
  const data = dataOf(error);
  return { at: now.getTime(), message, exitStatus, data, ...(hint === undefined ? {} : { hint }) };
}
