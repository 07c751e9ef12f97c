/**
 * Times in words.
 *
 * @module
 */

/** Returns an instant in UTC and how far it is from `now`: `2026-01-31 12:00:00 UTC (in 14 minutes)`. */
export function describeExpiry(instant: Date, now: Date): string {
  const utc = instant.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
  const seconds = Math.round((instant.getTime() - now.getTime()) / 1000);
  const [amount, unit] = Math.abs(seconds) < 120
    ? [seconds, "second"] as const
    : Math.abs(seconds) < 7200
    ? [Math.round(seconds / 60), "minute"] as const
    : [Math.round(seconds / 3600), "hour"] as const;
  return `${utc} (${new Intl.RelativeTimeFormat("en").format(amount, unit)})`;
}
