import assert from "node:assert/strict";
import { cut, displayWidth, tableLines } from "../../src/cli/table.ts";

const COLUMNS = [
  { heading: "WHO", cells: ["arn:aws:iam::1:user/ann", "-"], keeps: 9, cutTo: "end" },
  { heading: "WHEN", cells: ["2026 (in 1 day)", "2026 (in 2 days)"], short: ["in 1", "in 2"] },
  { heading: "NAMES", cells: ["A, B, C, D", "E"], keeps: 4 },
] as const;

Deno.test("tableLines() aligns columns, without trailing spaces", () => {
  assert.deepEqual(tableLines(COLUMNS), [
    "WHO                      WHEN              NAMES",
    "arn:aws:iam::1:user/ann  2026 (in 1 day)   A, B, C, D",
    "-                        2026 (in 2 days)  E",
  ]);
});

Deno.test("tableLines() fits the width of the terminal", () => {
  assert.deepEqual(tableLines(COLUMNS, 50), [
    "WHO                      WHEN              NAMES",
    "arn:aws:iam::1:user/ann  2026 (in 1 day)   A, B,…",
    "-                        2026 (in 2 days)  E",
  ]);
  assert.deepEqual(tableLines(COLUMNS, 40), [
    "WHO              WHEN              NAMES",
    "…am::1:user/ann  2026 (in 1 day)   A, B…",
    "-                2026 (in 2 days)  E",
  ]);
  assert.deepEqual(tableLines(COLUMNS, 25), [
    "WHO           WHEN  NAMES",
    "…:1:user/ann  in 1  A, B…",
    "-             in 2  E",
  ]);
  for (let width = 1; width < 70; width++) {
    for (const line of tableLines(COLUMNS, width)) {
      assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    }
  }
});

Deno.test("cut() keeps whole characters and adds an ellipsis", () => {
  assert.equal(cut("abcdef", 6), "abcdef");
  assert.equal(cut("abcdef", 4), "abc…");
  assert.equal(cut("abcdef", 4, "end"), "…def");
  assert.equal(cut("日本語", 4), "日…");
  assert.equal(cut("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  assert.equal(cut("abc", 0), "…");
});

Deno.test("displayWidth() counts two columns for wide characters, and none for marks", () => {
  for (
    const [text, width] of [["abc", 3], ["日本", 4], ["ｱ", 1], ["한", 2], ["e\u0301", 1]] as const
  ) {
    assert.equal(displayWidth(text), width, text);
  }
});
