import assert from "node:assert/strict";
import { mergeConfigs } from "../../src/config/merge.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { type Plain, plain } from "./plain.ts";

function merge(...texts: string[]) {
  return texts
    .map((text, index) => parseConfig(new TextEncoder().encode(text), `/${index}.yml`))
    .reduce(mergeConfigs);
}

const MERGES: Record<string, readonly [files: string[], value: Plain]> = {
  "mappings deeply": [["A: {b: {c: 1, d: 2}}", "A: {b: {d: 3, e: 4}}"], {
    A: { b: { c: "1", d: "3", e: "4" } },
  }],
  "text over text": [["A: 1", "A: 2"], { A: "2" }],
  "a list over text": [["A: 1", "A: [2]"], { A: ["2"] }],
  "text over a list": [["A: [1, 2]", "A: 3"], { A: "3" }],
  "a list over a longer list": [["A: [1, 2]", "A: [3]"], { A: ["3"] }],
  "a list over a mapping": [["A: {b: 1}", "A: [2]"], { A: ["2"] }],
  "text over a mapping": [["A: {b: 1}", "A: 2"], { A: "2" }],
  "a mapping over text": [["A: 1", "A: {b: 2}"], { A: { b: "2" } }],
  "nothing over a mapping": [["A: {b: 1}", "A:"], { A: "" }],
  "an empty mapping over a mapping": [["A: {b: 1}", "A: {}"], { A: { b: "1" } }],
  "an empty list over a list": [["A: [1]", "A: []"], { A: [] }],
  "an empty file": [["A: 1", ""], { A: "1" }],
  "over an empty file": [["# nothing", "A: 1"], { A: "1" }],
  "lists of names": [["[A, B]: {c: 1}", "? - A\n  - B\n: {d: 2}"], {
    '["A","B"]': { c: "1", d: "2" },
  }],
  "a list of one name and the name": [["[A]: {b: 1}", "A: {c: 2}"], { A: { b: "1", c: "2" } }],
  "no lists of names in another order": [["[A, B]: 1", "[B, A]: 2"], {
    '["A","B"]': "1",
    '["B","A"]': "2",
  }],
  "what merge keys have brought in": [
    ["x: &x {b: 1, c: 1}\nA: {<<: *x}", "A: {c: 2}"],
    { x: { b: "1", c: "1" }, A: { b: "1", c: "2" } },
  ],
  "three files": [["A: {b: 1}", "A: {b: 2, c: 2}", "A: {c: 3}"], { A: { b: "2", c: "3" } }],
};

for (const [what, [texts, value]] of Object.entries(MERGES)) {
  Deno.test(`mergeConfigs() merges ${what}`, () => {
    assert.deepEqual(plain(merge(...texts)), value);
  });
}

Deno.test("mergeConfigs() leaves anchored mappings as they are in their other places", () => {
  const merged = plain(merge("A: &a {b: 1}\nC: *a", "A: {b: 2}"));
  assert.deepEqual(merged, { A: { b: "2" }, C: { b: "1" } });
});

Deno.test("mergeConfigs() keeps keys in the order of their first appearance", () => {
  const merged = merge("B: 1\nA: {y: 1, x: 1}", "C: 1\nA: {z: 1, x: 2}\nB: 2");
  assert.deepEqual([...merged.entries.keys()], ["B", "A", "C"]);
  assert.equal(JSON.stringify(plain(merged)), '{"B":"2","A":{"y":"1","x":"2","z":"1"},"C":"1"}');
});

Deno.test("mergeConfigs() knows what a key overrides, the strongest first", () => {
  const merged = merge("A: {b: 1}", "\nA: {b: 2}", "\n\nA: {c: 3}");
  const { location, overrides, value } = merged.entries.get("A")!;
  assert.deepEqual([location.file, location.line], ["/2.yml", 3]);
  assert.deepEqual(overrides.map(({ file, line }) => [file, line]), [["/1.yml", 2], ["/0.yml", 1]]);
  assert.ok(value.kind === "mapping");
  const option = value.entries.get("b")!;
  assert.deepEqual([option.location.file, option.overrides[0]?.file], ["/1.yml", "/0.yml"]);
});

Deno.test("mergeConfigs() refuses a mapping over a list, and names both places", () => {
  assert.throws(() => merge("A: {b: [1]}", "\nA: {b: {c: 1}}"), {
    name: "ConfigError",
    message: '/1.yml:2:5: "b" is a mapping here and a list at /0.yml:1:5',
  });
});
