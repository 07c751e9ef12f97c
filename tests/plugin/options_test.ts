import assert from "node:assert/strict";
import { ConfigError } from "../../src/errors.ts";
import { readOptions } from "../../src/plugin/options.ts";
import type { OptionTable } from "../../src/plugin/mod.ts";
import { writtenOptions } from "../support/options.ts";

const NUMBER = { min: 0, max: 10, unit: "seconds" };

const TABLE: OptionTable = {
  any: { about: "Any text", otherNames: ["whatever"] },
  code: { about: "Capitals", form: { text: { length: [2, 3], pattern: "A|[A-Z]+", what: "big" } } },
  bare: { about: "Text of a pattern", form: { text: { pattern: "x*" } } },
  many: { about: "Texts", form: "texts" },
  list: { about: "A list", form: "list", example: "[a, b]" },
  number: { about: "Seconds", form: { integer: NUMBER }, example: "7" },
  other: { about: "Seconds", form: { integer: NUMBER } },
  count: { about: "A count", form: { integer: { min: 1, max: 2 } } },
  choice: { about: "One of two", form: { choice: ["one", "two"] } },
  home: { about: "For home", ofHome: "it is private" },
  life: { about: "Life", form: { integer: NUMBER }, minRemaining: true },
  whose: { about: "Whose", identityHas: "<{}>" },
};

const manifest = (options: OptionTable) => ({ id: "wev-x", version: "1.0.0", options });
const read = (yaml: string, table: OptionTable = TABLE, isOfHome = () => false) =>
  readOptions({ ...writtenOptions(yaml, { manifest: manifest(table) }), isOfHome });

const VALUES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "": {},
  "any: ''": { any: "" },
  "any: 1.10": { any: "1.10" },
  "code: AB": { code: "AB" },
  "many: a": { many: ["a"] },
  "many: [a, '']": { many: ["a", ""] },
  "list: []": { list: [] },
  "number: 0": { number: 0 },
  "number: '10'": { number: 10 },
  "number: 007": { number: 7 },
  "choice: two": { choice: "two" },
  "{choice: one, any: x}": { any: "x", choice: "one" },
};

for (const [yaml, values] of Object.entries(VALUES)) {
  Deno.test(`readOptions() reads ${yaml || "no options"}`, () => {
    assert.deepEqual(read(yaml).values, values);
  });
}

/** What is written, what the error says after its place, and what the hint has as an example. */
const WRONG: readonly [yaml: string, message: string, example: string][] = [
  ["any: [a]", '"any" of wev-x must be text: it is a list', "any: text"],
  ["code: A", '"code" of wev-x must have 2 to 3 characters: it has 1', "code: text"],
  ["code: ABCD", '"code" of wev-x must have 2 to 3 characters: it has 4', "code: text"],
  ["code: Ab", '"code" of wev-x must be big', "code: text"],
  ["bare: xy", '"bare" of wev-x must be text that matches x*', "bare: text"],
  [
    "many: {a: b}",
    '"many" of wev-x must be text or a list of texts: it is a mapping',
    "many: text or many: [one, two]",
  ],
  [
    "many: [[]]",
    '"many" of wev-x must be text or a list of texts: it contains a list',
    "many: text or many: [one, two]",
  ],
  ["list: a", '"list" of wev-x must be a list of texts', "list: [a, b]"],
  ["list: {}", '"list" of wev-x must be a list of texts', "list: [a, b]"],
  [
    "number: 11",
    '"number" of wev-x must be a whole number of seconds from 0 to 10: current value is "11"',
    "number: 7",
  ],
  [
    'other: "-1\\e"',
    '"other" of wev-x must be a whole number of seconds from 0 to 10: current value is "-1\\x1b"',
    "other: 0",
  ],
  [
    "count: 3",
    '"count" of wev-x must be a whole number from 1 to 2: current value is "3"',
    "count: 1",
  ],
  [
    "choice: three",
    '"choice" of wev-x must be one of one, two: current value is "three"',
    "choice: one",
  ],
];

for (const [yaml, message, example] of WRONG) {
  Deno.test(`readOptions() refuses ${yaml}`, () => {
    assert.throws(() => read(`# first\n${yaml}`), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.message, `wev.yml:2:1: ${message}`);
      assert.equal(error.hint, `Write, for example, ${example}`);
      return true;
    });
  });
}

Deno.test("readOptions() points at the plugin if a required option is missing", () => {
  assert.throws(() => read("", { a: { about: "A", required: true, form: "list" } }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.message, 'wev.yml:98:1: "a" of wev-x is missing');
    assert.equal(error.hint, "Write, for example, a: [one, two]");
    return true;
  });
});

Deno.test("readOptions() refuses an unknown option before it misses another", () => {
  const table: OptionTable = {
    b: { about: "B", required: true },
    a: { about: "A", otherNames: ["x", "y"] },
  };
  assert.throws(() => read("y: 1", table), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.message, 'wev.yml:1:1: wev-x has no option "y"');
    assert.equal(error.hint, "Its options are a, b.");
    assert.deepEqual(error.suggest, { word: "y", known: ["b", "a"], synonyms: { x: "a", y: "a" } });
    return true;
  });
  assert.throws(() => read("toString: 1"), /wev-x has no option "toString"/);
  assert.throws(() => read("a: 1", {}), { hint: "It has no options." });
});

Deno.test("readOptions() gives the default of an option that is not set", () => {
  const table: OptionTable = {
    text: { about: "Text", default: "-" },
    seconds: { about: "Seconds", form: { integer: NUMBER }, default: 3 },
  };
  assert.deepEqual(read("", table).values, { text: "-", seconds: 3 });
  assert.deepEqual(read("{text: '', seconds: 0}", table).values, { text: "", seconds: 0 });
});

Deno.test("readOptions() takes an option for the home directory from there alone", () => {
  assert.throws(() => read("home: x"), {
    message: 'wev.yml:1:1: "home" of wev-x is allowed only in a configuration file of the home ' +
      "directory: it is private",
  });
  const { values, ofHome } = read("{any: x, home: y}", TABLE, () => true);
  assert.deepEqual(values, { any: "x", home: "y" });
  assert.deepEqual(ofHome, [{ file: "wev.yml", line: 1, column: 10 }]);
});

Deno.test("readOptions() keeps the minimum remaining lifetime from the handler", () => {
  const { values, minRemaining } = read("{life: 5, any: x}");
  assert.deepEqual(values, { any: "x" });
  assert.equal(minRemaining, 5);
  assert.equal(read("").minRemaining, undefined);
  assert.throws(() => read("life: 11"), /"life" of wev-x must be a whole number/);
});

Deno.test("readOptions() says what the identity must contain", () => {
  assert.equal(read("whose: $&").identityHas, "<$&>");
  assert.equal(read("any: x").identityHas, undefined);
});

Deno.test("readOptions() notes where each option stands", () => {
  assert.deepEqual(read("any: x\nwhose: y").places, {
    any: { file: "wev.yml", line: 1, column: 1 },
    whose: { file: "wev.yml", line: 2, column: 1 },
  });
});
