import assert from "node:assert/strict";
import { echo } from "../../src/plugins/echo.ts";
import { optionsOf } from "../support/options.ts";

const parse = (yaml: string, names: readonly string[] = ["A"]) =>
  echo.constant?.(optionsOf(yaml, echo, names)).join();

Deno.test("wev-echo takes a text as it is", () => {
  assert.equal(parse("value: '  1.10 '"), "  1.10 ");
  assert.equal(parse("value:"), "");
});

Deno.test("wev-echo joins a list with a space, or with the separator", () => {
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
  Deno.test(`wev-echo refuses ${what}`, () => {
    assert.throws(() => parse(yaml), { name: "ConfigError", message });
  });
}

Deno.test("wev-echo refuses any number of names but one", () => {
  assert.throws(() => parse("value: a", ["A", "B"]), /wev-echo sets one name/);
});
