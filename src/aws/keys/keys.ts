/**
 * Keys that sign requests.
 *
 * @module
 */

import { parseExpiration } from "../expiration.ts";
import type { StaticCredentials } from "../profiles/credentials.ts";
import { configureHint } from "../profiles/profile_errors.ts";

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

/** Returns the keys that stand in variables or in a profile. */
export function writtenKeys(base: StaticCredentials, region: string | undefined): SourceKeys {
  const { accessKeyId, secretAccessKey, sessionToken, source, expiration } = base;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiresAt: expiration === undefined ? undefined : parseExpiration(expiration),
    source,
    remedy: remedyOfWritten(base),
    region,
  };
}

/** Returns the hint if AWS does not accept keys that stand in variables or in a profile. */
export function remedyOfWritten({ profile }: StaticCredentials): string {
  return profile === undefined
    ? "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a good access key, or unset them to use " +
      "a profile."
    : configureHint(profile);
}
