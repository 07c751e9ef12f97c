/**
 * Formats times: for people in the user's time zone, for programs in UTC.
 *
 * @module
 */

import type { Clock, LocalTime } from "./runtime.ts";

/** Seconds. Nearer instants are formatted with seconds. */
const NEAR = 120;

/** Formats instants. */
export class Times {
  readonly #local: LocalTime | undefined;
  readonly #clock: Clock;

  /** Creates a formatter. Without `local` it formats in UTC, for programs (RFC 3339). */
  constructor(local: LocalTime | undefined, clock: Clock) {
    this.#local = local;
    this.#clock = clock;
  }

  /** Returns an instant and its distance from now: `2026-01-31 12:00 CET (in 47 minutes)`. */
  until(instant: Date): string {
    if (this.#local === undefined) return this.exactly(instant);
    const distance = this.distance(instant);
    const { date, time, seconds, zone } = this.#local(instant);
    const exact = /\bseconds?\b/.test(distance) ? `:${seconds}` : "";
    return `${date} ${time}${exact} ${zone} (${distance})`;
  }

  /** Returns the distance of an instant from now: `in 47 minutes`, `20 seconds ago`. */
  distance(instant: Date): string {
    const seconds = Math.round((instant.getTime() - this.#clock.now().getTime()) / 1000);
    const [amount, unit] = Math.abs(seconds) < NEAR
      ? [seconds, "second"] as const
      : Math.abs(seconds) < 7200
      ? [Math.round(seconds / 60), "minute"] as const
      : Math.abs(seconds) < 48 * 3600
      ? [Math.round(seconds / 3600), "hour"] as const
      : [Math.round(seconds / 86_400), "day"] as const;
    const count = Math.abs(amount);
    const text = `${count} ${unit}${count === 1 ? "" : "s"}`;
    // A question waits for this: the first Intl object takes milliseconds.
    // What is now, too, has happened.
    return amount < 0 || Object.is(amount, -0) ? `${text} ago` : `in ${text}`;
  }

  /** Returns an instant to the second, for comparing clocks: `2026-01-31 12:00:07 CET`. */
  exactly(instant: Date): string {
    if (this.#local === undefined) return instant.toISOString().replace(/\.\d+Z$/, "Z");
    const { date, time, seconds, zone } = this.#local(instant);
    return `${date} ${time}:${seconds} ${zone}`;
  }
}
