import assert from "node:assert/strict";
import { parseExpiration } from "../../src/aws/expiration.ts";

const INSTANTS: Record<string, string | undefined> = {
  "2026-01-31T12:00:00Z": "2026-01-31T12:00:00.000Z",
  "2026-01-31T12:00:00.123Z": "2026-01-31T12:00:00.000Z",
  "2026-01-31T12:00:00+02:00": "2026-01-31T10:00:00.000Z",
  "2026-01-31T12:00:00+0200": "2026-01-31T10:00:00.000Z",
  "2026-01-31 12:00:00": "2026-01-31T12:00:00.000Z",
  "2026-01-31 12:00:00 UTC": "2026-01-31T12:00:00.000Z",
  " 2026-01-31T12:00:00 ": "2026-01-31T12:00:00.000Z",
  "2026-13-31T12:00:00Z": undefined,
  "2026-01-31": undefined,
  "1769860800": undefined,
  "soon": undefined,
};

for (const [value, instant] of Object.entries(INSTANTS)) {
  Deno.test(`parseExpiration() reads "${value}"`, () => {
    assert.equal(parseExpiration({ value })?.toISOString(), instant);
  });
}
