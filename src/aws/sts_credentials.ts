/**
 * What STS gives, checked: "Credentials always has all four", and nothing untyped goes further than
 * here.
 *
 * @module
 */

import { escapeControls, WevError } from "../errors.ts";
import type { ExpiringResolution, ResolveContext, Times } from "../plugin/mod.ts";
import type { Connection } from "./client/clients.ts";
import { notAws } from "./failures.ts";
import { MAX_DURATION } from "./limits.ts";

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

/** Milliseconds: with less life left credentials are worth nothing to a command. */
const MIN_LIFE_MS = 30_000;
/** Milliseconds: AWS gives no credentials for longer, an hour allowed for clocks that differ. */
const MAX_LIFE_MS = (MAX_DURATION + 3_600) * 1_000;

/** What AWS's time is told by. */
export interface Clocks {
  /** What AWS's clock is ahead of this computer's, in milliseconds. */
  readonly clockOffset: number;
  /** The instant, by this computer's clock. */
  readonly now: Date;
  /** Tells instants to people. */
  readonly times: Pick<Times, "exactly">;
}

/** Returns the clocks as they are now. */
export function clocksOf(
  { clockOffset }: Pick<Connection, "clockOffset">,
  { now, times }: Pick<ResolveContext, "now" | "times">,
): Clocks {
  return { clockOffset, now: now(), times };
}

/**
 * Returns the values of a variable: access key ID, secret access key, session token, expiration.
 *
 * @throws {WevError} where one is missing or can't be right.
 */
export function toResolution(
  credentials: StsCredentials | undefined,
  identity: string,
  clocks: Clocks,
): ExpiringResolution {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw notAws("there are no credentials in it");
  }
  const keys = [AccessKeyId, SecretAccessKey, SessionToken];
  if (keys.some(isDamaged) || Number.isNaN(Expiration.getTime())) {
    throw notAws("its credentials have characters in them that credentials don't have");
  }
  const expiresAt = checkedExpiry(Expiration, "AWS's new credentials", clocks);
  return { values: [...keys, withoutMilliseconds(Expiration)], expiresAt, identity };
}

/** Returns whether a key or token has a character in it that can't be sent in a header. */
function isDamaged(text: string): boolean {
  return escapeControls(text) !== text;
}

/**
 * Returns when credentials expire by this computer's clock, with which it will be compared.
 * `expiration` is by AWS's clock, and `whose` names the credentials.
 *
 * @throws {WevError} where they expire at once, or later than any that AWS gives.
 */
export function checkedExpiry(
  expiration: Date,
  whose: string,
  { clockOffset, now, times }: Clocks,
): Date {
  const isSame = Math.abs(clockOffset) < CLOCK_TOLERANCE_MS;
  const expiresAt = isSame ? expiration : new Date(expiration.getTime() - clockOffset);
  const life = expiresAt.getTime() - now.getTime();
  if (life >= MIN_LIFE_MS && life <= MAX_LIFE_MS) return expiresAt;
  const awsTime = new Date(now.getTime() + (isSame ? 0 : clockOffset));
  throw new WevError(
    `${whose} can't be used, since they expire ${
      life < MIN_LIFE_MS ? "too soon" : "later than AWS allows"
    }: at ${times.exactly(expiration)}, while AWS's clock says ${
      times.exactly(awsTime)
    } and this computer's says ${times.exactly(now)}`,
    {
      hint:
        "Check the date and time of this computer, and of the service or program that gives the " +
        "credentials.",
    },
  );
}

/** Returns an instant as AWS writes it: `2026-01-31T12:00:00Z`. */
export function withoutMilliseconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}
