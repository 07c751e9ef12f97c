import assert from "node:assert/strict";
import { ConfigError } from "../../src/errors.ts";
import { readOptions } from "../../src/plugin/options.ts";
import type { OptionTable } from "../../src/plugin/mod.ts";
import { writtenOptions } from "../support/options.ts";

const NUMBER = { min: 0, max: 10, unit: "seconds" };

const TABLE: OptionTable = {
  any: { description: "Any text", otherNames: ["whatever"] },
  code: {
    description: "Capitals",
    form: { text: { length: [2, 3], pattern: "A|[A-Z]+", what: "big" } },
  },
  bare: { description: "Text of a pattern", form: { text: { pattern: "x*" } } },
  many: { description: "Texts", form: "texts" },
  list: { description: "A list", form: "list", example: "[a, b]" },
  number: { description: "Seconds", form: { integer: NUMBER }, example: "7" },
  other: { description: "Seconds", form: { integer: NUMBER } },
  count: { description: "A count", form: { integer: { min: 1, max: 2 } } },
  choice: { description: "One of two", form: { choice: ["one", "two"] } },
  home: { description: "For home", ofHome: "it is private" },
  life: { description: "Life", form: { integer: NUMBER }, minRemaining: true },
  whose: { description: "Whose", identityHas: "<{}>" },
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

/** The configuration, the error after its location, and the example in the hint. */
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
  assert.throws(
    () => read("", { a: { description: "A", required: true, form: "list" } }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.message, 'wev.yml:98:1: "a" of wev-x is missing');
      assert.equal(error.hint, "Write, for example, a: [one, two]");
      return true;
    },
  );
});

Deno.test("readOptions() reports an unknown option before a missing one", () => {
  const table: OptionTable = {
    b: { description: "B", required: true },
    a: { description: "A", otherNames: ["x", "y"] },
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

Deno.test("readOptions() returns the default of an option that is not set", () => {
  const table: OptionTable = {
    text: { description: "Text", default: "-" },
    seconds: { description: "Seconds", form: { integer: NUMBER }, default: 3 },
  };
  assert.deepEqual(read("", table).values, { text: "-", seconds: 3 });
  assert.deepEqual(read("{text: '', seconds: 0}", table).values, { text: "", seconds: 0 });
});

Deno.test("readOptions() refuses a home-directory option in another file", () => {
  assert.throws(() => read("home: x"), {
    message: 'wev.yml:1:1: "home" of wev-x is allowed only in a configuration file of the home ' +
      "directory: it is private",
  });
  const { values, ofHome } = read("{any: x, home: y}", TABLE, () => true);
  assert.deepEqual(values, { any: "x", home: "y" });
  assert.deepEqual(ofHome, [{ file: "wev.yml", line: 1, column: 10 }]);
});

Deno.test("readOptions() does not pass the minimum remaining lifetime to the handler", () => {
  const { values, minRemaining } = read("{life: 5, any: x}");
  assert.deepEqual(values, { any: "x" });
  assert.equal(minRemaining, 5);
  assert.equal(read("").minRemaining, undefined);
  assert.throws(() => read("life: 11"), /"life" of wev-x must be a whole number/);
});

Deno.test("readOptions() returns the text that the identity must contain", () => {
  assert.equal(read("whose: $&").identityHas, "<$&>");
  assert.equal(read("any: x").identityHas, undefined);
});

Deno.test("readOptions() returns the location of each option", () => {
  assert.deepEqual(read("any: x\nwhose: y").places, {
    any: { file: "wev.yml", line: 1, column: 1 },
    whose: { file: "wev.yml", line: 2, column: 1 },
  });
});
