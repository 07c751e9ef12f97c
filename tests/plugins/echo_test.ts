import assert from "node:assert/strict";
import { echo } from "../../src/plugins/echo.ts";
import { readOptions } from "../support/options.ts";

const parse = (yaml: string, names: readonly string[] = ["A"]) =>
  echo.parse(readOptions(yaml, "wev-echo"), names).value;

Deno.test("echo.parse() takes a text as it is", () => {
  assert.equal(parse("value: '  1.10 '"), "  1.10 ");
  assert.equal(parse("value:"), "");
});

Deno.test("echo.parse() joins a list with a space, or with the separator", () => {
  assert.equal(parse("value: [a, b, c]"), "a b c");
  assert.equal(parse("{value: [a, b, c], separator: ''}"), "abc");
  assert.equal(parse("{value: [a, b, c], separator: ', '}"), "a, b, c");
  assert.equal(parse("{value: [], separator: x}"), "");
  assert.equal(parse("{value: ['', ''], separator: x}"), "x");
  assert.equal(parse("{value: text, separator: x}"), "text");
});

for (
  const [what, yaml, message] of [
    ["no value", "separator: x", /"value" of wev-echo is missing/],
    ["a NUL", 'value: "a\\0"', /1:1: "value" of wev-echo has a NUL character in it/],
    ["a NUL in the separator", '{value: [a, b], separator: "\\0"}', /has a NUL character in it/],
    ["half a surrogate pair", 'value: "\\ud800"', /"value" of wev-echo is not well-formed Unicode/],
    ["a mapping", "value: {a: 1}", /1:1: "value" of wev-echo must be text or a list of texts/],
  ] as const
) {
  Deno.test(`echo.parse() refuses ${what}`, () => {
    assert.throws(() => parse(yaml), { name: "ConfigError", message });
  });
}

Deno.test("echo.parse() refuses any number of names but one", () => {
  assert.throws(() => parse("value: a", ["A", "B"]), /wev-echo sets one name/);
});

Deno.test("echo gives its value without being resolved", () => {
  assert.deepEqual(echo.constant?.({ value: "a" }), ["a"]);
});
