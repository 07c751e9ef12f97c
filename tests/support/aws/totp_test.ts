import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Secret } from "otpauth";
import { stepAt, Totp } from "./totp.ts";

// RFC 6238, appendix B, SHA-1; the last 6 of its 8 digits.
const VECTORS: readonly [seconds: number, code: string][] = [
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"],
];

const SECRET = Secret.fromLatin1("12345678901234567890").base32;

for (const [seconds, code] of VECTORS) {
  Deno.test(`Totp.codeAt() gives RFC 6238's code at ${seconds} s`, () => {
    strictEqual(new Totp(SECRET).codeAt(seconds * 1000), code);
  });
}

Deno.test("Totp.stepsOf() takes the step before, the current one and the one after", () => {
  const totp = new Totp(SECRET);
  const now = 1111111111 * 1000;
  const step = stepAt(now);
  const found = [-60, -30, 0, 30, 60].map((seconds) =>
    totp.stepsOf(totp.codeAt(now + seconds * 1000), now)
  );
  deepStrictEqual(found, [[], [step - 1], [step], [step + 1], []]);
});
