import assert from "node:assert/strict";
import { entryKey, type KeyParts } from "../../src/cache/key.ts";

const PARTS: KeyParts = {
  plugin: "wev-awsmfa",
  version: "1.2.3",
  options: { duration: 900, mfaDevice: "device" },
  variables: { AWS_PROFILE: "work" },
  home: "/home/ann",
};

const SAME: Record<string, Partial<KeyParts>> = {
  "another minor version": { version: "1.9.0" },
  "options in another order": { options: { mfaDevice: "device", duration: 900 } },
  "an option that is undefined": {
    options: { duration: 900, mfaDevice: "device", other: undefined },
  },
  "a variable that is not set": { variables: { AWS_PROFILE: "work", AWS_REGION: undefined } },
};

const OTHER: Record<string, Partial<KeyParts>> = {
  "another plugin": { plugin: "wev-echo" },
  "another major version": { version: "2.2.3" },
  "another option": { options: { duration: 901, mfaDevice: "device" } },
  "an option of another type": { options: { duration: "900", mfaDevice: "device" } },
  "another profile": { variables: { AWS_PROFILE: "home" } },
  "an empty profile": { variables: { AWS_PROFILE: "" } },
  "another variable with that value": { variables: { AWS_DEFAULT_PROFILE: "work" } },
  "no profile": { variables: {} },
  "one variable more": { variables: { AWS_PROFILE: "work", AWS_REGION: "" } },
  "another home": { home: "/home/bob" },
  "no home": { home: undefined },
};

Deno.test("entryKey() returns 64 hexadecimal digits", async () => {
  assert.match(await entryKey(PARTS), /^[0-9a-f]{64}$/);
});

for (const [what, change] of Object.entries(SAME)) {
  Deno.test(`entryKey() returns the same key with ${what}`, async () => {
    assert.equal(await entryKey({ ...PARTS, ...change }), await entryKey(PARTS));
  });
}

for (const [what, change] of Object.entries(OTHER)) {
  Deno.test(`entryKey() returns another key with ${what}`, async () => {
    assert.notEqual(await entryKey({ ...PARTS, ...change }), await entryKey(PARTS));
  });
}
