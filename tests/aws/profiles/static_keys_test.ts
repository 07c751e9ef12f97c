import assert from "node:assert/strict";
import { ConfigError, WevError } from "../../../src/errors.ts";
import { staleTokenNote, temporarySource } from "../../../src/aws/profiles/credentials.ts";
import { parseIni } from "../../../src/aws/profiles/ini.ts";
import {
  environmentKeys,
  foreignCharacter,
  profileKeys,
} from "../../../src/aws/profiles/static_keys.ts";

const ID = "AKIAEXAMPLEEXAMPLE00";
const SESSION_ID = "ASIAEXAMPLEEXAMPLE00";

type Variables = Readonly<Record<string, string>>;

function ofEnvironment(variables: Variables, needsSecret = true) {
  return environmentKeys({ get: (name) => variables[name], needsSecret });
}

function ofProfile(text: string) {
  const section = parseIni(`[p]\n${text}`, "/f").get("p");
  return profileKeys("p", section, section);
}

const LONG_TERM: Variables = { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: "secret" };
const SESSION: Variables = { ...LONG_TERM, AWS_ACCESS_KEY_ID: SESSION_ID };

Deno.test("environmentKeys() has the long-term key, and no keys where there is none", () => {
  assert.equal(ofEnvironment({}), undefined);
  assert.deepEqual(ofEnvironment(LONG_TERM), {
    kind: "keys",
    source: "AWS_ACCESS_KEY_ID",
    profile: undefined,
    accessKeyId: ID,
    secretAccessKey: "secret",
    sessionToken: undefined,
    expiration: undefined,
    staleToken: undefined,
  });
});

Deno.test("environmentKeys() reads the older name of the session token first, as the AWS CLI does", () => {
  const token = (variables: Variables) => ofEnvironment({ ...SESSION, ...variables })?.sessionToken;
  assert.equal(token({ AWS_SESSION_TOKEN: "new" }), "new");
  assert.equal(token({ AWS_SESSION_TOKEN: "new", AWS_SECURITY_TOKEN: "old" }), "old");
});

Deno.test("environmentKeys() has the expiration of temporary keys only", () => {
  const expiration = { AWS_CREDENTIAL_EXPIRATION: "2026-01-31T12:00:00Z" };
  assert.equal(ofEnvironment({ ...LONG_TERM, ...expiration })?.expiration, undefined);
  assert.deepEqual(
    ofEnvironment({ ...SESSION, AWS_SESSION_TOKEN: "token", ...expiration })?.expiration,
    { name: "AWS_CREDENTIAL_EXPIRATION", value: "2026-01-31T12:00:00Z" },
  );
});

Deno.test("a session token beside a long-term key is stale", () => {
  const keys = ofEnvironment({ ...LONG_TERM, AWS_SESSION_TOKEN: "token" })!;
  assert.equal(keys.sessionToken, undefined);
  assert.equal(temporarySource(keys), undefined);
  assert.equal(
    staleTokenNote(keys),
    "AWS_SESSION_TOKEN is not used: the access key …LE00 is a long-term key, which has no session " +
      "token",
  );
});

Deno.test("temporarySource() is the source of a session, or of a provider of sessions", () => {
  const keys = ofEnvironment({ ...SESSION, AWS_SESSION_TOKEN: "token" })!;
  assert.equal(temporarySource(keys), "AWS_ACCESS_KEY_ID");
  const provided = { kind: "provider", source: "s", profile: "p" } as const;
  assert.equal(temporarySource({ ...provided, provider: "sso" }), "s");
  // A program may print long-term keys.
  assert.equal(temporarySource({ ...provided, provider: "credential_process" }), undefined);
});

for (
  const [what, variables, message] of [
    ["no secret", { AWS_ACCESS_KEY_ID: ID }, /^AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY/],
    [
      "no ID",
      { AWS_SECRET_ACCESS_KEY: "s" },
      /^AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID/,
    ],
    ["no session token", SESSION, /^AWS_ACCESS_KEY_ID is the temporary access key …LE00, but its/],
    ["a space", { ...LONG_TERM, AWS_ACCESS_KEY_ID: `${ID} ` }, /^AWS_ACCESS_KEY_ID has a space/],
    [
      "a no-break space in the secret",
      { ...LONG_TERM, AWS_SECRET_ACCESS_KEY: "se\u00a0cret" },
      /^AWS_SECRET_ACCESS_KEY has a no-break space in it/,
    ],
    [
      "a line feed in the token",
      { ...SESSION, AWS_SESSION_TOKEN: "token\n" },
      /^AWS_SESSION_TOKEN has a line feed in it/,
    ],
  ] as const
) {
  Deno.test(`environmentKeys() refuses a key with ${what}, and shows no secret`, () => {
    assert.throws(() => ofEnvironment(variables), (error) => {
      assert.ok(error instanceof WevError);
      assert.match(error.message, message);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /secret|cret\b|AKIA\w+00/);
      return true;
    });
  });
}

Deno.test("environmentKeys() accepts a missing secret that an outer wev has replaced", () => {
  assert.equal(ofEnvironment({ AWS_ACCESS_KEY_ID: ID }, false)?.secretAccessKey, "");
  assert.equal(ofEnvironment({ AWS_ACCESS_KEY_ID: SESSION_ID }, false)?.accessKeyId, SESSION_ID);
  assert.throws(() => ofEnvironment({ AWS_SECRET_ACCESS_KEY: "s" }, false), WevError);
});

Deno.test("profileKeys() has the keys of a profile, and none where there is no ID", () => {
  assert.equal(ofProfile("region = x\n"), undefined);
  assert.equal(ofProfile("aws_secret_access_key = secret\n"), undefined);
  const keys = ofProfile(`aws_access_key_id = ${ID}\naws_secret_access_key = secret\n`);
  assert.equal(keys?.source, 'the profile "p"');
  assert.equal(keys?.profile, "p");
  assert.equal(keys?.accessKeyId, ID);
});

Deno.test("profileKeys() has the token and the expiration that tools write beside temporary keys", () => {
  const start = `aws_access_key_id = ${SESSION_ID}\naws_secret_access_key = secret\n`;
  const keys = ofProfile(`${start}aws_session_token = token\nx_security_token_expires = then\n`);
  assert.equal(keys?.sessionToken, "token");
  assert.deepEqual(keys?.expiration, {
    name: 'x_security_token_expires of the profile "p"',
    value: "then",
    location: { file: "/f", line: 5, column: 28 },
  });
  const both = `${start}aws_session_token = new\naws_security_token = old\n`;
  assert.equal(ofProfile(both)?.sessionToken, "old");
});

for (
  const [what, text, message] of [
    ["no secret", `aws_access_key_id = ${ID}\n`, /^\/f:2:1: .* has no aws_secret_access_key$/],
    [
      "no session token",
      `aws_access_key_id = ${SESSION_ID}\naws_secret_access_key = s\n`,
      /^\/f:2:21: aws_access_key_id of the profile "p" is the temporary access key …LE00, but its/,
    ],
    [
      "an invisible character",
      `aws_access_key_id = ${ID}\naws_secret_access_key = s\u200b\n`,
      /^\/f:3:25: aws_secret_access_key of the profile "p" has a zero-width character/,
    ],
  ] as const
) {
  Deno.test(`profileKeys() refuses a key with ${what}, at its place`, () => {
    assert.throws(
      () => ofProfile(text),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  });
}

Deno.test("foreignCharacter() names the first character that no key has", () => {
  assert.equal(foreignCharacter("AKIA/+=09az~"), undefined);
  assert.equal(foreignCharacter("a\tb c"), "a tab");
  assert.equal(foreignCharacter("a\rb"), "a carriage return");
  assert.equal(foreignCharacter("a\u3000"), "a blank that is not a space");
  assert.equal(foreignCharacter("aé"), 'the character "é"');
  assert.equal(foreignCharacter("a😀"), 'the character "😀"');
  assert.match(foreignCharacter("a\ufeff") ?? "", /^a zero-width character \(/);
  assert.match(foreignCharacter("a\x07") ?? "", /^an invisible character \(/);
});
