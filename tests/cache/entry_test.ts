import assert from "node:assert/strict";
import {
  type CacheEntry,
  canLast,
  formatEntry,
  freshUntil,
  holds,
  isFresh,
  isOpen,
  parseEntry,
} from "../../src/cache/entry.ts";
import { after, KEY, session } from "../support/cached_session.ts";
import { FakeFiles } from "../support/fake_runtime.ts";

/** Lifetime, age and required remaining lifetime in seconds, and whether the entry is fresh. */
const FRESHNESS: readonly [life: number, age: number, remaining: number, fresh: boolean][] = [
  [3600, 0, 0, true],
  // The margin of a long lifetime is 300 seconds.
  [3600, 3299, 0, true],
  [3600, 3300, 0, false],
  [129_600, 129_299, 0, true],
  [129_600, 129_300, 0, false],
  // The margin of a short one is a tenth.
  [900, 809, 0, true],
  [900, 810, 0, false],
  [10, 8, 0, true],
  [10, 9, 0, false],
  // The clock was set back: by a little, and by more than the margin.
  [3600, -299, 0, true],
  [3600, -301, 0, false],
  [3600, -86_400, 0, false],
  // The clock was set forward.
  [3600, 86_400, 0, false],
  // More lifetime is required than the margin.
  [3600, 1799, 1800, true],
  [3600, 1801, 1800, false],
  [3600, 99, 3500, true],
  [3600, 101, 3500, false],
  // Less lifetime is required than the margin.
  [3600, 3299, 60, true],
  [3600, 3300, 60, false],
  // More than it can ever have: asking again would not help.
  [3600, 10, 3600, true],
  [3600, 3299, 7200, true],
  [3600, 3300, 7200, false],
  // It expires before it was resolved.
  [0, 0, 0, false],
  [-60, 0, 0, false],
];

for (const [life, age, remaining, fresh] of FRESHNESS) {
  Deno.test(`isFresh() returns ${fresh} ${age} s into ${life} s if ${remaining} s must be left`, () => {
    assert.equal(isFresh(session(life), after(age), remaining), fresh);
  });
}

Deno.test("canLast() returns false if a new code would be due before it is used", () => {
  assert.equal(canLast(session(3600), 3570), true);
  assert.equal(canLast(session(3600), 3571), false);
});

Deno.test("freshUntil() returns the expiry minus the margin", () => {
  assert.deepEqual(freshUntil(session(3600)), after(3300));
  assert.deepEqual(freshUntil(session(900)), after(810));
});

Deno.test("parseEntry() returns the entry that formatEntry() was given", () => {
  const entry: CacheEntry = {
    ...session(),
    names: ["Ä", "1"],
    inputs: { "2": "two", "1": "one", __proto__x: "\u0000\ud800" },
    stamps: { "/a": "1:2" },
    madeFrom: ["b".repeat(64)],
    resolution: {
      ...session().resolution,
      defaults: [{ names: ["AWS_REGION"], value: "eu-west-1" }],
    },
  };
  const parsed = parseEntry(formatEntry(entry, KEY), KEY);
  assert.deepEqual(parsed, entry);
  assert.ok(isOpen(parsed));
});

Deno.test("formatEntry() writes times as instants, whatever the time zone", () => {
  assert.match(formatEntry(session(900), KEY), /"expiresAt":"2026-01-31T12:15:00\.000Z"/);
});

Deno.test("parseEntry() returns an encrypted entry without values", () => {
  const { values: _, ...resolution } = session().resolution;
  const entry = { ...session(), resolution: { ...resolution, sealed: "c2VhbGVk" } };
  const parsed = parseEntry(formatEntry(entry, KEY), KEY);
  assert.deepEqual(parsed, entry);
  assert.equal(isOpen(parsed!), false);
});

Deno.test("parseEntry() returns undefined for an entry of another key", () => {
  assert.equal(parseEntry(formatEntry(session(), KEY), "b".repeat(64)), undefined);
});

Deno.test("parseEntry() returns undefined if any character of a file has changed", () => {
  const text = formatEntry(session(), KEY);
  for (let at = 0; at < text.trimEnd().length; at++) {
    const other = text[at] === "0" ? "1" : "0";
    const damaged = text.slice(0, at) + other + text.slice(at + 1);
    assert.equal(parseEntry(damaged, KEY), undefined, damaged);
  }
});

Deno.test("parseEntry() returns undefined wherever a file is cut off", () => {
  const text = formatEntry(session(), KEY).trimEnd();
  for (let at = 0; at < text.length; at++) {
    assert.equal(parseEntry(text.slice(0, at), KEY), undefined);
  }
});

/** Entries that another version of wev might write. */
const FOREIGN: Record<string, (data: Record<string, unknown>) => unknown> = {
  "another format": (data) => ({ ...data, format: 1 }),
  "no format": ({ format: _, ...data }) => data,
  "sources that are a text": (data) => ({ ...data, madeFrom: "a" }),
  "no plugin": ({ plugin: _, ...data }) => data,
  "a name that is a number": (data) => ({ ...data, names: [1] }),
  "names that are a text": (data) => ({ ...data, names: "A" }),
  "inputs that are a list": (data) => ({ ...data, inputs: ["a"] }),
  "a stamp that is null": (data) => ({ ...data, stamps: { "/a": null } }),
  "no instant": (data) => ({ ...data, resolvedAt: "yesterdayZ" }),
  "an instant without a zone": (data) => ({ ...data, resolvedAt: "2026-01-31T12:00:00" }),
  "an instant that is a number": (data) => ({ ...data, resolvedAt: 0 }),
  "no resolution": ({ resolution: _, ...data }) => data,
  "a resolution that is null": (data) => ({ ...data, resolution: null }),
  "values that are no texts": (data) => resolutionWith(data, { values: [1, 2, 3] }),
  "values that are a text": (data) => resolutionWith(data, { values: "abc" }),
  "no expiry": (data) => resolutionWith(data, { expiresAt: undefined }),
  "an expiry that is none": (data) => resolutionWith(data, { expiresAt: "neverZ" }),
  "defaults that are a list of texts": (data) => resolutionWith(data, { defaults: ["a"] }),
  "defaults without names": (data) => resolutionWith(data, { defaults: [{ value: "a" }] }),
  "defaults with a value that is no text": (data) =>
    resolutionWith(data, { defaults: [{ names: ["A"], value: 1 }] }),
  "an identity that is a number": (data) => resolutionWith(data, { identity: 1 }),
};

function resolutionWith(data: Record<string, unknown>, change: object): unknown {
  return { ...data, resolution: { ...data.resolution as object, ...change } };
}

function twice(data: unknown): string {
  return JSON.stringify({ ...data as object, copy: data });
}

const { copy: _, ...GOOD } = JSON.parse(formatEntry(session(), KEY)) as Record<string, unknown>;

Deno.test("parseEntry() returns an entry that is there twice", () => {
  assert.deepEqual(parseEntry(twice(GOOD), KEY), session());
});

for (const [what, change] of Object.entries(FOREIGN)) {
  Deno.test(`parseEntry() returns undefined for a file with ${what}`, () => {
    assert.equal(parseEntry(twice(change(GOOD)), KEY), undefined);
  });
}

for (const text of ["", "\0\0\0\0", "null", "[]", '"text"', "1", "{}", '{"format":2}', "\ufffd"]) {
  Deno.test(`parseEntry() returns undefined for ${JSON.stringify(text)}`, () => {
    assert.equal(parseEntry(text, KEY), undefined);
  });
}

Deno.test("holds() returns false once a file behind the entry has changed", () => {
  const files = new FakeFiles({ "/a": "1" }, "linux");
  const entry = { ...session(), stamps: { "/a": "1:1:1:undefined:undefined", "/b": "" } };
  assert.equal(holds(entry, files), true);
  files.content.set("/b", "");
  assert.equal(holds(entry, files), false);
});
