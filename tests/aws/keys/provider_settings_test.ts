import assert from "node:assert/strict";
import { Times } from "../../../src/times.ts";
import { utc } from "../../support/fake_runtime.ts";
import { parseProcessOutput } from "../../../src/aws/keys/provider_settings.ts";

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
  "an end that is no time": [JSON.stringify({ ...KEYS, Expiration: "soon" }), /that is no time$/],
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
