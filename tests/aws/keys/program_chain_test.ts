import assert from "node:assert/strict";
import { chainProblem, extendChain, parseChain } from "../../../src/aws/keys/program_chain.ts";

const CHAINS: Record<string, string[]> = {
  "": [],
  "dev": ["dev"],
  "a,b": ["a", "b"],
  '"a,b",c': ["a,b", "c"],
  'x,"say ""hi"""': ["x", 'say "hi"'],
  "a,,b": ["a", "", "b"],
};

for (const [chain, profiles] of Object.entries(CHAINS)) {
  Deno.test(`parseChain() reads ${JSON.stringify(chain)}`, () => {
    assert.deepEqual(parseChain(chain), profiles);
    assert.deepEqual(parseChain(extendChain(chain, "new, one")), [...profiles, "new, one"]);
  });
}

Deno.test("chainProblem() refuses a profile that is there, and the fifth", () => {
  assert.equal(chainProblem("", "a"), undefined);
  assert.equal(chainProblem("b,c,d", "a"), undefined);
  assert.match(chainProblem("b,a", "a") ?? "", /runs itself again/);
  assert.match(chainProblem("b,c,d,e", "a") ?? "", /4 times: b, c, d, e/);
});
