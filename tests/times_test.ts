import assert from "node:assert/strict";
import { Times } from "../src/times.ts";
import { utc } from "./support/fake_runtime.ts";

const NOW = new Date("2026-01-31T12:00:00Z");
const times = new Times(utc, { now: () => NOW });
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

for (
  const [seconds, text] of [
    [47 * 60, "2026-01-31 12:47 UTC (in 47 minutes)"],
    [7, "2026-01-31 12:00:07 UTC (in 7 seconds)"],
    [-7, "2026-01-31 11:59:53 UTC (7 seconds ago)"],
    [119.4, "2026-01-31 12:01:59 UTC (in 119 seconds)"],
    [120, "2026-01-31 12:02 UTC (in 2 minutes)"],
    [12 * 3600, "2026-02-01 00:00 UTC (in 12 hours)"],
    [-72 * 3600, "2026-01-28 12:00 UTC (3 days ago)"],
  ] as const
) {
  Deno.test(`Times formats an instant ${seconds} seconds away: ${text}`, () => {
    assert.equal(times.until(after(seconds)), text);
  });
}

Deno.test("Times formats an instant to the second for comparing clocks", () => {
  assert.equal(times.exactly(after(7)), "2026-01-31 12:00:07 UTC");
});

Deno.test("Times formats UTC for programs", () => {
  const times = new Times(undefined, { now: () => NOW });
  assert.equal(times.until(after(7)), "2026-01-31T12:00:07Z");
  assert.equal(times.exactly(after(7)), "2026-01-31T12:00:07Z");
});
