import assert from "node:assert/strict";
import {
  type CacheEntry,
  formatEntry,
  freshUntil,
  isFresh,
  parseEntry,
} from "../../src/cache/entry.ts";

const KEY = "0".repeat(64);
const START = Date.parse("2026-01-31T12:00:00Z");

function entry(seconds: number, more: Partial<CacheEntry["resolution"]> = {}): CacheEntry {
  return {
    plugin: "wev-awsmfa",
    names: ["A", "B"],
    about: { AWS_PROFILE: "work" },
    witnesses: {},
    resolvedAt: new Date(START),
    resolution: {
      values: ["one", "two"],
      expiresAt: new Date(START + seconds * 1_000),
      ...more,
    },
  };
}

const at = (seconds: number) => new Date(START + seconds * 1_000);

for (
  const [life, margin] of [[900, 90], [1_800, 180], [3_000, 300], [3_600, 300], [129_600, 300], [
    10,
    1,
  ]]
) {
  Deno.test(`isFresh() returns false in the last ${margin} seconds of ${life}`, () => {
    const one = entry(life!);
    assert.equal(isFresh(one, at(0)), true);
    assert.equal(isFresh(one, at(life! - margin! - 1)), true);
    assert.equal(isFresh(one, at(life! - margin!)), false);
    assert.equal(isFresh(one, at(life!)), false);
    assert.equal(freshUntil(one).getTime(), at(life! - margin!).getTime());
  });
}

Deno.test("isFresh() returns false for an entry that expires before it was resolved", () => {
  assert.equal(isFresh(entry(-1), at(-10)), false);
  assert.equal(isFresh(entry(0), at(0)), false);
});

Deno.test("isFresh() returns false for an entry from the future", () => {
  assert.equal(isFresh(entry(3_600), at(-301)), false);
});

Deno.test("parseEntry() returns what formatEntry() wrote", () => {
  const one = entry(900, { identity: "arn", defaults: { AWS_REGION: "eu-west-1" } });
  assert.deepEqual(parseEntry(formatEntry(one, KEY), KEY), one);
  assert.deepEqual(parseEntry(formatEntry(entry(900), KEY), KEY), entry(900));
});

Deno.test("formatEntry() writes times as instants, whatever the time zone", () => {
  assert.match(formatEntry(entry(900), KEY), /"expiresAt":"2026-01-31T12:15:00\.000Z"/);
});

Deno.test("parseEntry() returns undefined for what it does not understand", () => {
  const text = formatEntry(entry(900), KEY);
  const damaged = [
    "",
    "null",
    "[]",
    "1",
    "{",
    "{}",
    text.slice(0, -3),
    text.replace('"format":1', '"format":2'),
    text.replace('"format":1', '"format":"1"'),
    text.replace('"wev-awsmfa"', "1"),
    text.replace('["A","B"]', '"A"'),
    text.replace('["one","two"]', '["one",2]'),
    text.replace('["one","two"]', "{}"),
    text.replace("12:15:00.000Z", "12:15:00"),
    text.replace("2026-01-31T12:15:00.000Z", "soon"),
    text.replace('"2026-01-31T12:15:00.000Z"', "1769861700000"),
    text.replace('{"AWS_PROFILE":"work"}', '{"AWS_PROFILE":1}'),
  ];
  for (const one of damaged) {
    assert.notEqual(one, text);
    assert.equal(parseEntry(one, KEY), undefined, one);
  }
});
