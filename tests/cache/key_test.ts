import assert from "node:assert/strict";
import { entryKey, type KeyParts } from "../../src/cache/key.ts";

const PARTS: KeyParts = {
  home: "/home/ann",
  plugin: "wev-awsmfa",
  version: "1.2.3",
  options: { duration: 900, mfaDevice: "GAHT12345678" },
  surroundings: { AWS_PROFILE: "work", AWS_REGION: undefined },
};

Deno.test("entryKey() returns a SHA-256 in hexadecimal", async () => {
  assert.match(await entryKey(PARTS), /^[0-9a-f]{64}$/);
});

const SAME: Record<string, Partial<KeyParts>> = {
  "of another minor version": { version: "1.9.0" },
  "of another order of options": { options: { mfaDevice: "GAHT12345678", duration: 900 } },
  "of an option that is not set": {
    options: { duration: 900, mfaDevice: "GAHT12345678", other: undefined },
  },
  "of another order of surroundings": {
    surroundings: { AWS_REGION: undefined, AWS_PROFILE: "work" },
  },
};

for (const [what, parts] of Object.entries(SAME)) {
  Deno.test(`entryKey() returns the same in spite ${what}`, async () => {
    assert.equal(await entryKey({ ...PARTS, ...parts }), await entryKey(PARTS));
  });
}

const OTHER: Record<string, Partial<KeyParts>> = {
  "plugin": { plugin: "wev-other" },
  "major version": { version: "2.0.0" },
  "option": { options: { duration: 901, mfaDevice: "GAHT12345678" } },
  "kind of option": { options: { duration: "900", mfaDevice: "GAHT12345678" } },
  "set of options": { options: { duration: 900 } },
  "profile": { surroundings: { AWS_PROFILE: "home", AWS_REGION: undefined } },
  "empty variable": { surroundings: { AWS_PROFILE: "work", AWS_REGION: "" } },
  "variable with the same value": { surroundings: { AWS_REGION: "work", AWS_PROFILE: undefined } },
};

for (const [what, parts] of Object.entries(OTHER)) {
  Deno.test(`entryKey() returns another for another ${what}`, async () => {
    assert.notEqual(await entryKey({ ...PARTS, ...parts }), await entryKey(PARTS));
  });
}
