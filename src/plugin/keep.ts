/**
 * Kept values, which variables, directories and runs share: the session that many roles are assumed from,
 * the device that the user chose.
 *
 * @module
 */

/** The identity of a kept value: JSON, no secrets. */
export type KeepParts = Readonly<Record<string, string | number | null>>;

/**
 * The purpose of a kept value. It decides how much remaining lifetime the value must have:
 *
 * - `command`: the command gets it, so as much as the variable's values must have;
 * - `source`: the variable's values are made with it, so it must not be about to expire;
 * - `choice`: a remembered choice, not secret. It is usable until it expires.
 */
export type KeepPurpose = "command" | "source" | "choice";

/** A kept value. */
export interface Kept {
  /** The values. */
  readonly values: readonly string[];
  /** When they expire. If omitted, a choice is kept until it is forgotten, and other values are not kept. */
  readonly expiresAt?: Date;
  /** The identity that the values belong to, for people. No secret. */
  readonly identity?: string;
}

/** The state of a kept value, without secrets. */
export interface KeptState extends Omit<Kept, "values"> {
  /** The values, if it is a choice. Other values may be secret. */
  readonly values?: readonly string[];
}

/** A kept value, or the duty to provide it. The duty always ends when `resolve` ends. */
export interface Lease {
  /** The value, if there is one; {@linkcode Lease.provide} sets it. */
  readonly kept: Kept | undefined;
  /** Keeps `value`, and returns it to all callers that wait. */
  provide(value: Kept): Promise<void>;
  /** Gives up the duty. Callers that wait fail with `error`. Without an error, one of them gets the duty. */
  release(error?: unknown): void;
  /** Forgets the value because it turned out to be invalid. A value that was provided since stays. */
  forget(): Promise<void>;
}

/** A kept value that a variable would use. */
export interface KeptUse {
  /** Its identity. */
  readonly parts: KeepParts;
  /** Its purpose. */
  readonly purpose: KeepPurpose;
}

/** Returns the value of `lease`. If there is none, calls `get`, and keeps and returns its result. */
export async function keptOr(lease: Lease, get: () => Promise<Kept>): Promise<Kept> {
  if (lease.kept !== undefined) return lease.kept;
  try {
    const value = await get();
    await lease.provide(value);
    return value;
  } catch (error) {
    lease.release(error);
    throw error;
  }
}
