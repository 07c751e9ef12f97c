/**
 * An entry of the cache, for tests.
 *
 * @module
 */

import type { CacheEntry } from "../../src/cache/entry.ts";

/** The instant at which everything happens. */
export const NOW: Date = new Date("2026-01-31T12:00:00Z");

/** The key of {@linkcode session}. */
export const KEY: string = "a".repeat(64);

/** Returns the instant `seconds` after {@linkcode NOW}. */
export function after(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

/** Returns an entry that was resolved at {@linkcode NOW} and lives for `life` seconds. */
export function session(life = 3600): CacheEntry {
  return {
    plugin: "wev-awsmfa",
    names: ["KEY_ID", "SECRET", "TOKEN"],
    inputs: { AWS_PROFILE: "work", "access key ID": "AKIAEXAMPLE" },
    stamps: {},
    resolvedAt: NOW,
    resolution: {
      values: ["ASIAEXAMPLE", "secret", "token"],
      expiresAt: after(life),
      identity: "arn:aws:iam::123456789012:user/ann",
    },
  };
}
