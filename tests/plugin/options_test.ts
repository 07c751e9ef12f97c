import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/parse.ts";
import { ConfigError } from "../../src/errors.ts";
import { OptionReader } from "../../src/plugin/options.ts";
import { readOptions } from "../support/options.ts";

const SECONDS = { min: 10, max: 20, unit: "seconds", example: 15 };

/** Returns options that `yaml` gives the plugin `fake`. */
const options = (yaml: string) => readOptions(yaml, "fake");

/** Expects a mistake at `place` of wev.yml, of which the error says `message` and `hint`. */
function expectMistake(read: () => unknown, place: string, message: string, hint: string): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.message, `wev.yml:${place}: ${message}`);
    assert.equal(error.hint, hint);
    return true;
  });
}

Deno.test("OptionReader reads texts, lists and whole numbers, and knows what is not set", () => {
  const reader = options('text: " a "\nempty: ""\nnumber: 12\nlist: [x, "", z]\n');
  assert.equal(reader.text("text"), " a ");
  assert.equal(reader.text("empty"), "");
  assert.equal(reader.text("number"), "12");
  assert.deepEqual(reader.texts("text"), [" a "]);
  assert.deepEqual(reader.texts("list"), ["x", "", "z"]);
  assert.deepEqual(reader.list("list", "list: [a]"), ["x", "", "z"]);
  assert.equal(reader.integer("number", SECONDS), 12);
  for (const absent of [reader.text("a"), reader.texts("a"), reader.list("a", "a: [b]")]) {
    assert.equal(absent, undefined);
  }
  assert.equal(reader.integer("a", SECONDS), undefined);
});

Deno.test("OptionReader takes the ends of a range, and nothing beyond or beside it", () => {
  for (const value of [10, 11, 19, 20]) {
    assert.equal(options(`a: ${value}`).integer("a", SECONDS), value);
  }
  for (
    const value of ["9", "21", "1e1", "0xf", "15.0", "+15", "-15", "15 ", "", "\\u0661\\u0665"]
  ) {
    const shown = JSON.parse(`"${value}"`);
    expectMistake(
      () => options(`a: "${value}"`).integer("a", SECONDS),
      "1:1",
      '"a" of fake must be a whole number of seconds from 10 to 20: current value is ' +
        `"${shown}"`,
      "Write, for example, a: 15",
    );
  }
});

Deno.test("OptionReader shows no control character of a number", () => {
  const read = () => options('a: "1\\e[2J"').integer("a", SECONDS);
  assert.throws(read, /current value is "1\\x1b\[2J"$/);
});

Deno.test("OptionReader points at an option that is of another kind", () => {
  const reader = options("# c\na: [x]\nb: {c: d}\ne: [[f]]\ng: h\n");
  const hint = (example: string) => `Write, for example, ${example}`;
  const isList = '"a" of fake must be text: it is a list';
  expectMistake(() => reader.text("a"), "2:1", isList, hint("a: text"));
  expectMistake(() => reader.text("a", "a: good"), "2:1", isList, hint("a: good"));
  expectMistake(() => reader.integer("a", SECONDS), "2:1", isList, hint("a: 15"));
  expectMistake(
    () => reader.texts("b"),
    "3:1",
    '"b" of fake must be text or a list of texts: it is a mapping',
    hint("b: text or b: [one, two]"),
  );
  expectMistake(
    () => reader.texts("e"),
    "4:1",
    '"e" of fake must be text or a list of texts: it has a list in it',
    hint("e: text or e: [one, two]"),
  );
  expectMistake(
    () => reader.list("g", "g: [h]"),
    "5:1",
    '"g" of fake must be a list of texts',
    hint("g: [h]"),
  );
});

Deno.test("OptionReader points at the plugin where an option is missing, at names where they are wrong", () => {
  const reader = options("a: b");
  const hint = "Write, for example, this";
  expectMistake(
    () => {
      throw reader.missing("c", "this");
    },
    "98:1",
    '"c" of fake is missing',
    hint,
  );
  expectMistake(
    () => {
      throw reader.wrongNames("two names", "this");
    },
    "99:1",
    "fake sets two names",
    hint,
  );
});

Deno.test("OptionReader refuses options that there are not, and names those that there are", () => {
  const reader = options('a: b\n"c\\e": d\n');
  reader.allowOnly(["a", "c\x1b"]);
  const place = "2:1";
  const message = 'fake has no option "c\\x1b"';
  expectMistake(() => reader.allowOnly(["b", "a"]), place, message, "Its options are a, b.");
  expectMistake(
    () => options("\nc: d").allowOnly([]),
    "2:1",
    'fake has no option "c"',
    "It has no options.",
  );
});

Deno.test("OptionReader suggests the option that was meant", () => {
  const suggest = (yaml: string) => {
    try {
      options(yaml).allowOnly(["duration"], { ttl: "duration" });
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.suggest;
    }
    throw new Error("It is allowed");
  };
  const known = { known: ["duration"], synonyms: { ttl: "duration" } };
  assert.deepEqual(suggest("ttl: 1"), { word: "ttl", ...known });
  assert.deepEqual(suggest("duratoin: 1"), { word: "duratoin", ...known });
});

Deno.test("OptionReader knows where options stand", () => {
  const reader = options("a: 1\nb: 2\n");
  assert.deepEqual(reader.placesOf(["b", "c"]), { b: { file: "wev.yml", line: 2, column: 1 } });
});

Deno.test("OptionReader takes an option only from a file of the home directory, where it is to", () => {
  const { entries } = parseConfig(new TextEncoder().encode("a: 1\nb: 2\n"), "/home/ann/wev.yml");
  const place = { file: "/home/ann/wev.yml", line: 9, column: 1 };
  const owner = { plugin: "fake", pluginLocation: place, variableLocation: place };
  const own = new OptionReader(entries, { ...owner, isOfHome: (file) => file === place.file });
  own.onlyOfHome("a", "it runs a program");
  own.onlyOfHome("c", "it runs a program");
  assert.deepEqual(own.ofHome, [{ ...place, line: 1 }]);
  for (const isOfHome of [{}, { isOfHome: () => false }]) {
    const other = new OptionReader(entries, { ...owner, ...isOfHome });
    assert.throws(() => other.onlyOfHome("b", "it runs a program"), {
      message: '/home/ann/wev.yml:2:1: "b" of fake may stand only in a configuration file of the ' +
        "home directory: it runs a program",
      hint: "Move it to .wev.yml in your home directory.",
    });
  }
});
