import assert from "node:assert/strict";
import { ConfigError } from "../../src/errors.ts";
import { inOrder } from "../../src/plan/order.ts";
import type { Step } from "../../src/plan/plan.ts";

/** Returns steps from lines such as `A B <- C`: a step that sets A and B and needs C. */
function steps(...lines: string[]): Step[] {
  return lines.map((line, index) => {
    const [names = [], needs] = line.split("<-").map((words) => words.trim().split(" "));
    return {
      names,
      location: { file: "/wev.yml", line: index + 1, column: 1 },
      plugin: "wev-x",
      version: "1.0.0",
      reads: [],
      readsSecret: [],
      consumes: [],
      options: {},
      unset: [],
      ...(needs === undefined ? {} : { needs }),
    };
  });
}

const ORDERED: Readonly<Record<string, readonly [lines: readonly string[], order: string]>> = {
  "nothing": [[], ""],
  "steps that need nothing": [["C", "A", "B"], "C A B"],
  "what another step sets": [["A <- B", "B"], "B A"],
  "what an earlier step sets": [["B", "A <- B"], "B A"],
  "one of several names": [["A <- C", "B C"], "B A"],
  "a chain": [["A <- B", "B <- C", "C"], "C B A"],
  "two needs, in the order in which they are named": [["A <- C B", "B", "C"], "C B A"],
  "one need of two steps": [["A <- C", "B <- C", "C"], "C A B"],
  "two ways to one step": [["A <- B C", "B <- D", "C <- D", "D"], "D B C A"],
  "what no step sets": [["A <- HOME", "B"], "A B"],
  "what the step sets itself": [["A B <- B", "C"], "A C"],
};

for (const [what, [lines, order]] of Object.entries(ORDERED)) {
  Deno.test(`inOrder() orders ${what}`, () => {
    const given = steps(...lines);
    const ordered = inOrder(given);
    assert.equal(ordered.map(({ names }) => names[0]).join(" "), order);
    assert.equal(new Set(ordered).size, given.length);
  });
}

const CIRCLES: Readonly<Record<string, readonly [lines: readonly string[], message: string]>> = {
  "two steps": [
    ["A <- B", "B <- A"],
    "/wev.yml:1:1: The variables need each other: A needs B (/wev.yml:1:1), " +
    "B needs A (/wev.yml:2:1)",
  ],
  "three steps, named as they are needed": [
    ["START <- A1", "A1 A2 <- B", "B <- C2", "C1 C2 <- A2"],
    "/wev.yml:2:1: The variables need each other: A2 needs B (/wev.yml:2:1), " +
    "B needs C2 (/wev.yml:3:1), C2 needs A2 (/wev.yml:4:1)",
  ],
};

for (const [what, [lines, message]] of Object.entries(CIRCLES)) {
  Deno.test(`inOrder() refuses a cycle of ${what}`, () => {
    assert.throws(() => inOrder(steps(...lines)), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.message, message);
      return true;
    });
  });
}
