/**
 * Locks between runs of wev. They are file locks of the system: they end with the process that holds them,
 * however it ends, so there are no stale locks.
 *
 * @module
 */

import { parentOf } from "../paths.ts";
import { asShellWord, dataOf, FAILURE_KINDS, type FailureData, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { type Clock, ForeignFileError, type LockedFile } from "../runtime.ts";
import { lockPath } from "./layout.ts";
import { makeOwnDirectory, type Owner, Unusable, unusedPath } from "./private_directory.ts";

/** A lock that is held. */
export interface Lock {
  /**
   * The failure of the last holder, if it failed after this run was started. It was resolving the same
   * values, so this run shares its failure.
   */
  readonly failure: SharedFailure | undefined;
  /** Releases the lock. The runs that wait now share a `failure`. */
  release(failure?: WevError): void;
}

/** The failure of another run that was resolving the same values. */
export class SharedFailure extends WevError {
  /** The name of the class. */
  override readonly name: string = "SharedFailure";

  /** Creates an error from the note of the other run. */
  constructor(readonly note: FailureNote) {
    super(`Another run of wev failed to resolve the same values: ${note.message}`, {
      exitStatus: note.exitStatus,
      ...note.data,
      ...(note.hint === undefined ? {} : { hint: note.hint }),
    });
  }
}

/** The note of a failure. */
interface FailureNote {
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  /** The error message. */
  readonly message: string;
  /** The remedy. */
  readonly hint?: string;
  /** The exit status of wev. */
  readonly exitStatus: number;
  /** The failure as data. */
  readonly data: FailureData;
}

/** The holder of a lock, for the runs that wait. */
export interface Holder {
  /** Its process ID. */
  readonly process: number;
  /** What it gets, for people: names of variables. No secret. */
  readonly purpose: string;
  /**
   * Whether it waits for the user to answer its question, or that of another run.
   *
   * @default {false}
   */
  readonly waitsForPerson?: boolean;
}

/** The options of {@linkcode LockDirectory}. */
interface LockDirectoryOptions extends Owner {
  /** The cache directory; if `undefined`, nothing is locked. */
  readonly cacheDirectory: string | undefined;
  /** This process's ID. */
  readonly process: number;
  /** When this process was started. */
  readonly startedAt: Date;
  /** The current time. */
  readonly clock: Clock;
  /** Logs failures. */
  readonly logger: Logger;
}

/** The content of a lock file. */
interface Note {
  readonly holder?: Holder;
  readonly failure?: FailureNote;
}

/** Bytes. wev never writes a larger note. */
const MAX_NOTE = 65_536;

/** The locks of one user, one file each. The empty files stay, because removing one would be a race. */
export class LockDirectory {
  readonly #options: LockDirectoryOptions;
  #hasWarned = false;
  readonly #held = new Map<LockedFile, string>();
  #questions = 0;
  #startedAt: Date;

  /** Creates the locks; creates no file yet. */
  constructor(options: LockDirectoryOptions) {
    this.#options = options;
    this.#startedAt = options.startedAt;
  }

  /** Makes this run ignore failures before `instant`: it was stopped until then. */
  continueAt(instant: Date): void {
    this.#startedAt = instant;
  }

  /**
   * Waits for the lock `name` and takes it for `purpose`. One that comes when `signal` has been aborted
   * is left as it is. Calls `onWait` if another run has it.
   */
  async take(
    name: string,
    purpose: string,
    { signal, onWait }: {
      readonly signal?: AbortSignal;
      readonly onWait?: () => void;
    } = {},
  ): Promise<Lock> {
    const { logger, clock } = this.#options;
    const path = this.#path(name);
    if (path === undefined) return NO_LOCK;
    let file: LockedFile;
    try {
      file = await this.#lock(path, onWait);
    } catch (error) {
      // The run continues without a lock; it may have to ask a question again.
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

  /** Does `work`, which waits for the user. The runs that wait for locks of this run can see that. */
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

  async #lock(path: string, onWait: (() => void) | undefined): Promise<LockedFile> {
    const { files, system } = this.#options;
    makeOwnDirectory(parentOf(path, system), this.#options);
    // Not a file of wev: it gets another name, or no two runs would wait for each other.
    if (files.lstat(path)?.kind === "directory") files.rename(path, unusedPath(path));
    return await files.lock(path, onWait);
  }

  /** Warns once: a run takes several locks. */
  #warn(message: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.logger.warning(message);
  }

  /** Returns the holder of the lock `name`, if it is known. */
  holderOf(name: string): Holder | undefined {
    const path = this.#path(name);
    try {
      const found = path === undefined
        ? undefined
        : this.#options.files.readRegular(path, MAX_NOTE);
      return readNote(new TextDecoder().decode(found?.bytes)).holder;
    } catch {
      // On Windows no other process may read a locked file.
      return undefined;
    }
  }

  #path(name: string): string | undefined {
    const { cacheDirectory, system } = this.#options;
    if (cacheDirectory === undefined) return undefined;
    return lockPath(cacheDirectory, name, system);
  }
}

/** The lock of a run that can't lock, or does not wait. */
export const NO_LOCK: Lock = { failure: undefined, release() {} };

function write(file: LockedFile, note: Note): void {
  try {
    file.replace(JSON.stringify(note));
  } catch {
    // The disk may be full. The lock still works, but the runs that wait know less.
  }
}

function noteIn(file: LockedFile): Note {
  try {
    return readNote(file.content(MAX_NOTE));
  } catch {
    // The disk can't be read. The lock still works.
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
    // The file is new, or its holder was killed while it wrote.
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

/** Only the kind is checked: the file is the user's own, written by wev. */
function isFailureData(data: unknown): data is FailureData {
  return typeof data === "object" && data !== null && "kind" in data &&
    FAILURE_KINDS.some((kind) => kind === data.kind);
}

/** A failure in the future comes from a wrong clock; it would be shared until then. */
function isRecent({ at }: FailureNote, startedAt: Date, now: Date): boolean {
  return startedAt.getTime() <= at && at <= now.getTime();
}

/** A shared failure keeps its time: otherwise it would never get old. */
function toNote(error: WevError, now: Date): FailureNote {
  if (error instanceof SharedFailure) return error.note;
  const { message, hint, exitStatus } = error;
  const data = dataOf(error);
  return { at: now.getTime(), message, exitStatus, data, ...(hint === undefined ? {} : { hint }) };
}
