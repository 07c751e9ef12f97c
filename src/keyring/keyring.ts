/**
 * The platform's keyring: a place for one key that files alone do not give away.
 *
 * @module
 */

/** What the key is filed under. */
export const KEY_NAME = {
  service: "wev",
  account: "cache",
  label: "wev: key of the cache",
} as const;

/** A place for the key of the cache, in hexadecimal. */
export interface Keyring {
  /**
   * Returns the key, or `undefined` where none has been kept yet.
   *
   * @throws {KeyringError} where the keyring can't be reached without asking somebody.
   */
  load(): Promise<string | undefined>;
  /**
   * Keeps `key`, in place of any other.
   *
   * @throws {KeyringError} where it can't.
   */
  save(key: string): Promise<void>;
}

/** The keyring can't be reached. */
export class KeyringError extends Error {
  /** The name of the class. */
  override readonly name: string = "KeyringError";
}
