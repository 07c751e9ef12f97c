/**
 * When temporary credentials expire.
 *
 * @module
 */

import { WevError } from "../errors.ts";
import type { Times } from "../times.ts";
import { MAX_DURATION } from "./limits.ts";
import type { NamedValue } from "./profiles/credentials.ts";

/**
 * Parses the expiration that tools write beside temporary keys: ISO 8601, or a date and a time; in UTC
 * unless it has a zone, as in those tools. Returns `undefined` for any other text.
 */
export function parseExpiration({ value }: Pick<NamedValue, "value">): Date | undefined {
  const [, date, time, zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
      value.trim(),
    ) ??
      [];
  if (date === undefined) return undefined;
  const instant = new Date(`${date}T${time}${offsetOf(zone)}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function offsetOf(zone: string): string {
  return zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
}

/** Milliseconds: smaller differences between clocks do no harm. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Milliseconds: credentials that expire sooner are useless to a command. */
const MIN_LIFE_MS = 30_000;
/** Milliseconds: AWS issues no credentials for longer; an hour is for clocks that differ. */
const MAX_LIFE_MS = (MAX_DURATION + 3_600) * 1_000;

/** This computer's clock compared with AWS's. */
export interface Clocks {
  /** Milliseconds by which AWS's clock is ahead of this computer's. */
  readonly clockOffset: number;
  /** The current instant by this computer's clock. */
  readonly now: Date;
  /** Formats instants for people. */
  readonly times: Pick<Times, "exactly">;
}

/** Returns the clocks as they are now. */
export function clocksOf(
  { clockOffset }: Pick<Clocks, "clockOffset">,
  { now, times }: { now(): Date; readonly times: Clocks["times"] },
): Clocks {
  return { clockOffset, now: now(), times };
}

/**
 * Returns when credentials expire by this computer's clock, with which the cache compares it. `expiration`
 * is by AWS's clock, and `whose` names the credentials.
 *
 * @throws {WevError} if they expire at once, or later than any that AWS issues.
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
      kind: "auth",
      hint:
        "Check the date and time of this computer, and of the service or program that provides the " +
        "credentials.",
    },
  );
}

/** Formats an instant as AWS does: `2026-01-31T12:00:00Z`. */
export function withoutMilliseconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}
