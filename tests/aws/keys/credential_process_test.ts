import assert from "node:assert/strict";
import {
  chainProblem,
  extendChain,
  parseChain,
  parseProcessOutput,
} from "../../../src/aws/keys/credential_process.ts";
import { Times } from "../../../src/times.ts";
import { utc } from "../../support/fake_runtime.ts";

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
  assert.match(chainProblem("b,c,d,e", "a") ?? "", /4 profiles already run each other: b, c, d, e/);
});

const NOW = new Date("2026-01-31T12:00:00Z");
const KEYS = { Version: 1, AccessKeyId: "AKIA", SecretAccessKey: "secret" };

const CONTEXT = { now: () => NOW, times: new Times(utc, { now: () => NOW }) };

Deno.test("parseProcessOutput() reads keys", () => {
  assert.deepEqual(parseProcessOutput(JSON.stringify(KEYS), CONTEXT), {
    accessKeyId: "AKIA",
    secretAccessKey: "secret",
  });
  const session = { ...KEYS, SessionToken: "token", Expiration: "2026-01-31T14:00:00+01:00" };
  assert.deepEqual(parseProcessOutput(`\n${JSON.stringify(session)}\n`, CONTEXT), {
    accessKeyId: "AKIA",
    secretAccessKey: "secret",
    sessionToken: "token",
    expiration: new Date("2026-01-31T13:00:00Z"),
  });
});

const WRONG: Record<string, [text: string, message: RegExp]> = {
  "nothing": ["", /no JSON$/],
  "text": ["secret", /no JSON$/],
  "no mapping": ["null", /no JSON object$/],
  "no version": [JSON.stringify({ ...KEYS, Version: undefined }), /without Version 1$/],
  "another version": [JSON.stringify({ ...KEYS, Version: "1" }), /without Version 1$/],
  "half a key": [
    JSON.stringify({ ...KEYS, SecretAccessKey: undefined }),
    /no AccessKeyId and Secret/,
  ],
  "an expiration that is not a time": [
    JSON.stringify({ ...KEYS, Expiration: "soon" }),
    /that is not a time$/,
  ],
  "keys of yesterday": [
    JSON.stringify({ ...KEYS, Expiration: "2026-01-30T12:00:00Z" }),
    /expired at 2026-01-30 12:00 UTC/,
  ],
};

for (const [what, [text, message]] of Object.entries(WRONG)) {
  Deno.test(`parseProcessOutput() refuses ${what}`, () => {
    assert.throws(
      () => parseProcessOutput(text, CONTEXT),
      (error: Error) => message.test(error.message) && !error.message.includes("secret"),
    );
  });
}
