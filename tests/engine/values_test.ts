import assert from "node:assert/strict";
import { checkValues, keptProblem, namedValues, valuesProblem } from "../../src/engine/values.ts";
import type { Step } from "../../src/plan/plan.ts";
import { STEP } from "../support/command_environment.ts";

const TEXT: Step = { ...STEP, plugin: "fake", names: ["A", "B"] };
const CREDENTIALS: Step = { ...TEXT, secret: [false, true, true] };

Deno.test("namedValues() leaves out values without a name", () => {
  assert.deepEqual(namedValues(TEXT, { values: ["1", "2", "3"] }), ["1", "2"]);
});

for (
  const [what, step, values, problem] of [
    ["as many as there are names", TEXT, ["1", ""], undefined],
    ["more", TEXT, ["1", "2", "3"], undefined],
    ["too few", TEXT, ["1"], "1 values for 2 names"],
    ["none", TEXT, [], "0 values for 2 names"],
    ["a NUL", TEXT, ["1", "2\0"], "a value that contains a NUL character"],
    ["half a character", TEXT, ["1", "\ud800"], "a value that is not Unicode"],
    ["several lines of text", TEXT, ["1\n", "\x1b[2J"], undefined],
    [
      "a line feed in one of the credentials",
      CREDENTIALS,
      ["1", "2\n"],
      "a credential that contains a control character",
    ],
    ["good credentials", CREDENTIALS, ["1", "2/+="], undefined],
  ] as const
) {
  Deno.test(`valuesProblem() knows ${what}`, () => {
    assert.equal(valuesProblem(step, values), problem);
    if (problem === undefined) checkValues(step, values);
    else {assert.throws(() => checkValues(step, values), {
        message: `/home/ann/wev.yml:1:1: fake returned ${problem}`,
        // Too few values: the configuration names too many variables.
        kind: problem.includes("names") ? "config" : "plugin",
      });}
  });
}

Deno.test("checkValues() says how many variables to name if there are too few values", () => {
  assert.throws(() => checkValues(TEXT, ["1"]), { hint: "Name 1 variables." });
  assert.throws(() => checkValues(TEXT, ["1", "\0"]), (error: Error & { hint?: string }) => {
    assert.equal(error.hint, undefined);
    return true;
  });
});

Deno.test("keptProblem() requires all values of the plugin, however many names there are", () => {
  assert.equal(keptProblem(CREDENTIALS, ["1", "2"]), "2 values instead of 3");
  assert.equal(keptProblem(CREDENTIALS, ["1", "2", "3"]), undefined);
  assert.match(keptProblem(CREDENTIALS, ["1", "2", "3\0"])!, /NUL/);
  assert.equal(keptProblem(TEXT, []), undefined);
});
