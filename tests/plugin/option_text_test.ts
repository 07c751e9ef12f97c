import assert from "node:assert/strict";
import { describeOption, valueText } from "../../src/plugin/option_text.ts";
import type { OptionForm, OptionSpec } from "../../src/plugin/mod.ts";

const FORMS: readonly [OptionForm | undefined, string][] = [
  [undefined, "text"],
  ["text", "text"],
  ["texts", "text, or a list of texts"],
  ["list", "list of texts"],
  [{ choice: ["a", "b"] }, "`a`, `b`"],
  [{ integer: { min: 1, max: 9, unit: "seconds" } }, "1 to 9 seconds"],
  [{ integer: { min: 1, max: 9 } }, "1 to 9"],
  [{ text: { what: "a name" } }, "a name"],
  [{ text: { length: [2, 4] } }, "2 to 4 characters: text"],
  [{ text: { length: [2, 4], what: "digits" } }, "2 to 4 characters: digits"],
];

for (const [form, text] of FORMS) {
  Deno.test(`valueText() returns "${text}" for ${JSON.stringify(form)}`, () => {
    assert.equal(valueText(form), text);
  });
}

const OPTIONS: readonly [OptionSpec, string][] = [
  [{ description: "It" }, "It."],
  [{ description: "It", form: "list", required: true }, "It. List of texts. Required."],
  [{ description: "It", default: " " }, 'It. Default: `" "`.'],
  [{ description: "It", default: 3 }, "It. Default: 3."],
  [
    { description: "It", ofHome: "it runs" },
    "It. Only a configuration file of the home directory may set it.",
  ],
  [{ description: "It", otherwise: "yours" }, "It. Default: yours."],
];

for (const [spec, text] of OPTIONS) {
  Deno.test(`describeOption() returns "${text}"`, () => {
    assert.equal(describeOption(spec), text);
  });
}
