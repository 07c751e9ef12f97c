/**
 * What STS gives, checked: "Credentials always has all four", and nothing untyped goes further than
 * here.
 *
 * @module
 */

import type { ExpiringResolution } from "../../plugin/mod.ts";
import type { Connection } from "./clients.ts";
import { notAws } from "./failures.ts";

/** What STS says. */
export interface StsCredentials {
  /** The access key ID. */
  AccessKeyId?: string | undefined;
  /** The secret. */
  SecretAccessKey?: string | undefined;
  /** The session token. */
  SessionToken?: string | undefined;
  /** When they expire. */
  Expiration?: Date | undefined;
}

/** Milliseconds by which clocks may differ without anybody minding. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Returns the values of a variable: access key ID, secret access key, session token, expiration.
 *
 * @throws {WevError} where one is missing.
 */
export function toResolution(
  credentials: StsCredentials | undefined,
  identity: string,
  { clockOffset }: Pick<Connection, "clockOffset">,
): ExpiringResolution {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw notAws("there are no credentials in it");
  }
  const expiration = Expiration.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    values: [AccessKeyId, SecretAccessKey, SessionToken, expiration],
    // By this computer's clock, which is what it will be compared with.
    expiresAt: Math.abs(clockOffset) < CLOCK_TOLERANCE_MS
      ? Expiration
      : new Date(Expiration.getTime() - clockOffset),
    identity,
  };
}
