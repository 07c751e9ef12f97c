/**
 * Keys that sign requests.
 *
 * @module
 */

/** Keys that sign requests, and where they come from. */
export interface SourceKeys {
  /** The access key ID. */
  readonly accessKeyId: string;
  /** The secret. */
  readonly secretAccessKey: string;
  /** The session token of temporary keys. */
  readonly sessionToken?: string | undefined;
  /** When temporary keys expire, if that is known. */
  readonly expiresAt?: Date | undefined;
  /** Where the keys come from, for messages: `AWS_ACCESS_KEY_ID`, `the profile "foo"`. */
  readonly source: string;
  /** The hint if AWS does not accept them. */
  readonly remedy: string;
  /** The region of STS. */
  readonly region: string | undefined;
}

/** Keys as a provider of credentials returns them. */
export interface ProvidedKeys {
  /** The access key ID. */
  readonly accessKeyId: string;
  /** The secret. */
  readonly secretAccessKey: string;
  /** The session token. */
  readonly sessionToken?: string;
  /** When they expire. */
  readonly expiration?: Date;
}

/** Returns whether keys belong to a session: AWS makes no MFA session with them. */
export function isTemporary({ accessKeyId, sessionToken }: SourceKeys): boolean {
  return sessionToken !== undefined || accessKeyId.startsWith("ASIA");
}
