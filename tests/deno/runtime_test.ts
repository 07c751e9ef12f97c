import { strictEqual } from "node:assert/strict";
import { withoutCommands } from "../../src/deno/runtime.ts";

const CASES: Readonly<Record<string, string>> = {
  "##[stop-commands]x": "#\\u0023[stop-commands]x",
  "a ###[b ##[c": "a ##\\u0023[b #\\u0023[c",
  "::add-mask::x": "\\u003a:add-mask::x",
  "a\n \t\u00a0::b::\r::c": "a\n \t\u00a0\\u003a:b::\r\\u003a:c",
  ":::": "\\u003a::",
  // Only where a line begins.
  "arn:aws:iam::123456789012:mfa/ann [::1]": "arn:aws:iam::123456789012:mfa/ann [::1]",
};

for (const [text, shown] of Object.entries(CASES)) {
  Deno.test(`withoutCommands() breaks up what a runner would read in ${JSON.stringify(text)}`, () => {
    strictEqual(withoutCommands(text), shown);
  });
}
