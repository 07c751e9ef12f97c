/**
 * Seals the values of entries: AES-256-GCM with a random key that the platform's keyring keeps. An entry
 * is sealed for its key, so that none can be taken for another.
 *
 * @module
 */

import { type Keyring, KeyringError } from "../keyring/keyring.ts";
import type { Logger } from "../logger.ts";
import type { LockDirectory } from "./lock.ts";
import type { ValueSealer } from "./store.ts";

/** Bytes of an initialization vector, NIST SP 800-38D § 8.2. */
const IV_LENGTH = 12;
/** A key of 256 bits, in hexadecimal. */
const KEY = /^[0-9a-f]{64}$/;

/** What sealing needs. */
interface SealerOptions {
  /** The platform's keyring, if there is one. */
  readonly keyring: Keyring | undefined;
  /** The locks of this user's runs: no two may make a key. */
  readonly locks: LockDirectory;
  /** Where it is said that there is no keyring. */
  readonly logger: Logger;
}

/** Seals with a key in the keyring. Without one values stay as they are, which is said once. */
export class KeyringSealer implements ValueSealer {
  readonly #options: SealerOptions;
  #key: Promise<CryptoKey | undefined> | undefined;
  #isOtherKeyTold = false;
  #newKey: Promise<CryptoKey | undefined> | undefined;

  /** Makes a sealer; asks the keyring nothing yet. */
  constructor(options: SealerOptions) {
    this.#options = options;
  }

  /** Returns `values` sealed for the entry of `key`. */
  async seal(values: readonly string[], key: string): Promise<string | undefined> {
    this.#newKey ??= this.#reach(
      "So what is cached is not sealed: it is kept in private files.",
      () => this.#loadOrMake(),
    );
    const secret = await this.#newKey;
    if (secret === undefined) return undefined;
    const iv = crypto.getRandomValues(new Uint8Array(IV_LENGTH));
    const content = new TextEncoder().encode(JSON.stringify(values));
    const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm(iv, key), secret, content));
    return new Uint8Array([...iv, ...sealed]).toBase64();
  }

  /** Returns what was sealed for the entry of `key`. */
  async unseal(sealed: string, key: string): Promise<readonly string[] | undefined> {
    this.#key ??= this.#reach(
      "So what is cached and sealed can't be used: it is resolved anew.",
      async () => {
        const known = await this.#load();
        if (known === undefined) throw new KeyringError("it has no key of wev's");
        return known;
      },
    );
    const secret = await this.#key;
    if (secret === undefined) return undefined;
    try {
      const bytes = Uint8Array.fromBase64(sealed);
      const parameters = algorithm(bytes.subarray(0, IV_LENGTH), key);
      const content = await crypto.subtle.decrypt(parameters, secret, bytes.subarray(IV_LENGTH));
      return JSON.parse(new TextDecoder().decode(content)) as string[];
    } catch {
      // It was sealed with a key that is no more. Of many entries one word is enough.
      if (!this.#isOtherKeyTold) {
        this.#options.logger.warning(
          "What is cached was sealed with another key: it is resolved anew",
        );
      }
      this.#isOtherKeyTold = true;
      return undefined;
    }
  }

  /** Returns the key in the keyring. */
  async #load(): Promise<CryptoKey | undefined> {
    const { keyring } = this.#options;
    if (keyring === undefined) throw new KeyringError("none is known for this system");
    const hex = await keyring.load();
    return hex === undefined || !KEY.test(hex) ? undefined : await importKey(hex);
  }

  async #loadOrMake(): Promise<CryptoKey | undefined> {
    const { keyring, locks } = this.#options;
    const key = await this.#load();
    if (key !== undefined || keyring === undefined) return key;
    const lock = await locks.take("keyring", "a key for the cache");
    try {
      const other = await this.#load();
      if (other !== undefined) return other;
      await keyring.save(crypto.getRandomValues(new Uint8Array(32)).toHex());
      // Sealed with a key that is not there, everything would be lost.
      const made = await this.#load();
      if (made === undefined) throw new KeyringError("it does not keep what it is given");
      return made;
    } finally {
      lock.release();
    }
  }

  async #reach(
    consequence: string,
    get: () => Promise<CryptoKey | undefined>,
  ): Promise<CryptoKey | undefined> {
    try {
      return await get();
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      this.#options.logger.warning(
        `The keyring can't be reached (${error.message})\n${consequence}`,
      );
      return undefined;
    }
  }
}

async function importKey(hex: string): Promise<CryptoKey> {
  const bytes = Uint8Array.fromHex(hex);
  return await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

function algorithm(iv: Uint8Array<ArrayBuffer>, key: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(key) };
}
