import assert from "node:assert/strict";
import { codesIn, readCode } from "../../src/questions/code_digits.ts";

for (
  const text of [
    "401581",
    "401 581",
    "401-581",
    " 401581\n",
    "40 15 81",
    "4 0 1 5 8 1",
    "401 - 581",
    "401\u00a0581", // no-break space
    "401\u2009581", // thin space
    "401\t581",
    "401\u2011581", // no-break hyphen
    "401\u2013581", // en dash
    "401\u2212581", // minus
  ]
) {
  Deno.test(`readCode() reads ${JSON.stringify(text)}`, () => {
    assert.equal(readCode(text), "401581");
  });
}

for (
  const text of [
    "",
    "40158",
    "4015811",
    "401 5811",
    "-401581",
    "401581-",
    "401.581",
    "401,581",
    "401_581",
    "401/581",
    "401\n581",
    "4o1581",
    "٤٠١٥٨١",
    "401581 401581",
  ]
) {
  Deno.test(`readCode() finds no code in ${JSON.stringify(text)}`, () => {
    assert.equal(readCode(text), undefined);
  });
}

/** Outputs of programs, and the codes in them. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  "401581\n": ["401581"],
  "401 581\n": ["401581"],
  "aws: 401581": ["401581"],
  "Code: 401 581": ["401581"],
  "Code: 401-581.": ["401581"],
  "Amazon Web Services:ann@123456789012  401581\n": ["401581"],
  "401581 401 581": ["401581"],
  "401581\n401581\n": ["401581"],
  "2026-11-25 10:11:12 401581": ["401581"],
  "401581, good for 12 seconds": ["401581"],
  "401581 123456": ["401581", "123456"],
  "401 581 or 123 456": ["401581", "123456"],
  "401 581 of account 123456": ["401581", "123456"],
  "": [],
  "1234567": [],
  "401 5811": [],
  "+49 401 581": [],
  "555-401-581": [],
  "401 581 123": [],
  "123456789012": [],
  "2026-11-25": [],
  "40 15 81 is the code": [],
  "401\n581": [],
};

for (const [output, codes] of Object.entries(OUTPUTS)) {
  Deno.test(`codesIn() finds ${codes.join(" and ") || "none"} in ${JSON.stringify(output)}`, () => {
    assert.deepEqual(codesIn(output), codes);
  });
}
