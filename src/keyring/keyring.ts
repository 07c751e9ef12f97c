/**
 * The keyring of the platform, which stores one key outside of the cache.
 *
 * @module
 */

/** The name of the key in the keyring. */
export const KEY_NAME = {
  service: "wev",
  account: "cache",
  label: "wev: key of the cache",
} as const;

/** A store for the key of the cache, in hexadecimal. */
export interface Keyring {
  /**
   * Returns the key, or `undefined` if none has been stored yet.
   *
   * @throws {KeyringError} if the keyring is unavailable, or would ask the user.
   */
  load(): Promise<string | undefined>;
  /**
   * Stores `key` and replaces any other.
   *
   * @throws {KeyringError} if that fails.
   */
  save(key: string): Promise<void>;
}

/** The keyring is unavailable. */
export class KeyringError extends Error {
  /** The name of the class. */
  override readonly name: string = "KeyringError";
}
