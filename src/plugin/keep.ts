/**
 * What variables, directories and runs share: the session that many roles are assumed from, the device
 * that somebody chose.
 *
 * @module
 */

/** The identity of a kept value: JSON, no secrets. */
export type KeepParts = Readonly<Record<string, string | number | null>>;

/**
 * What a kept value is for, which decides how much life it must have left:
 *
 * - `command`: it is handed to the command, so as much as is asked of the variable's values;
 * - `source`: the variable's values are made with it, so it must not be about to expire;
 * - `choice`: it is something that was found out or chosen, and no secret: until it expires.
 */
export type KeepPurpose = "command" | "source" | "choice";

/** A kept value. */
export interface Kept {
  /** The values. */
  readonly values: readonly string[];
  /** When they expire. Without it a choice is kept until it is forgotten, and anything else is not kept. */
  readonly expiresAt?: Date;
  /** Whose values they are, for people. No secret. */
  readonly identity?: string;
}

/** What can be known of a kept value without using it. */
export interface KeptState extends Omit<Kept, "values"> {
  /** The values, if it is a choice: others may be secret. */
  readonly values?: readonly string[];
}

/** A kept value, or the duty to provide it. The duty ends with the variable, whatever happens. */
export interface Lease {
  /** The value, if there is one; {@linkcode Lease.provide} sets it. */
  readonly kept: Kept | undefined;
  /** Keeps `value`, and hands it to all who wait for it. */
  provide(value: Kept): Promise<void>;
  /** Gives the duty up. Those who wait fail with `error`, or, without one, the next of them gets the duty. */
  release(error?: unknown): void;
  /** Forgets the value, which is worth nothing. One that was provided since stays. */
  forget(): Promise<void>;
}

/** A kept value that a variable would be made with. */
export interface KeptUse {
  /** Its identity. */
  readonly parts: KeepParts;
  /** What it would be for. */
  readonly purpose: KeepPurpose;
}

/** Returns the value of `lease`, else what `get` returns, which is kept. */
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
