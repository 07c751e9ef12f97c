import assert from "node:assert/strict";
import { redactSecrets } from "../../src/deno/redact.ts";

const KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN = `IQoJb3JpZ2luX2VjE${"AbCd+/09".repeat(40)}==`;
const CODE = "123456";

const everyCharacter = (text: string, escape: (code: number) => string) =>
  [...text].map((character) => escape(character.codePointAt(0)!)).join("");

const SPELLINGS: Record<string, (secret: string) => string> = {
  "as it is": (secret) => secret,
  "escaped for a URL": encodeURIComponent,
  "escaped for a URL twice": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  "escaped for a URL in small letters": (secret) =>
    encodeURIComponent(secret).replace(/%../g, (escape) => escape.toLowerCase()),
  "as decimal XML references": (secret) => everyCharacter(secret, (code) => `&#${code};`),
  "as hexadecimal XML references": (secret) =>
    everyCharacter(secret, (code) => `&#x${code.toString(16)};`),
  "as JSON writes it": (secret) => secret.replaceAll("/", "\\/"),
  "as JSON escapes": (secret) =>
    everyCharacter(secret, (code) => `\\u${code.toString(16).padStart(4, "0")}`),
  "in base64": btoa,
  "in base64 after one character": (secret) => btoa(`:${secret}`),
  "in base64 after two characters and before more": (secret) => btoa(`a:${secret} and more`),
  "in base64 for URLs": (secret) => btoa(secret).replaceAll("+", "-").replaceAll("/", "_"),
  "in hexadecimal digits": (secret) => new TextEncoder().encode(secret).toHex(),
};

for (const [what, spell] of Object.entries(SPELLINGS)) {
  Deno.test(`redactSecrets() redacts secrets ${what}`, () => {
    for (const secret of [KEY, TOKEN, CODE]) {
      for (const parts of [true, false]) {
        const hidden = redactSecrets(`<a>the "${spell(secret)}" here</a>`, {
          secrets: [secret],
          parts,
        });
        assert.match(hidden, /^<a>the ".{0,3}\[secret\].{0,24}" here<\/a>$/, what);
        assert.ok(!hidden.includes(spell(secret)));
      }
    }
  });
}

Deno.test("redactSecrets() redacts what is quoted in part, in a refusal", () => {
  const cut = `Value '${TOKEN.slice(0, 100)}…' at 'token'`;
  assert.equal(
    redactSecrets(cut, { secrets: [TOKEN], parts: true }),
    "Value '[secret]…' at 'token'",
  );
  assert.equal(redactSecrets(cut, { secrets: [TOKEN], parts: false }), cut);
});

Deno.test("redactSecrets() leaves new credentials that begin as the old ones did", () => {
  const answer = `<SessionToken>${TOKEN.slice(0, 40)}other</SessionToken>`;
  assert.equal(redactSecrets(answer, { secrets: [TOKEN], parts: false }), answer);
});

Deno.test("redactSecrets() redacts a code where it is a number, not within one", () => {
  const hiding = { secrets: [CODE], parts: true };
  assert.equal(redactSecrets("TokenCode=123456&a", hiding), "TokenCode=[secret]&a");
  assert.equal(redactSecrets("%27123456%27", hiding), "%27[secret]%27");
  const account = "arn:aws:iam::912345678901:user/ann";
  assert.equal(redactSecrets(account, { secrets: ["234567"], parts: true }), account);
});

Deno.test("redactSecrets() redacts short passwords as words, in a refusal", () => {
  const hiding = { secrets: ["secret", "abc", ""], parts: true };
  assert.equal(redactSecrets("ann:secret@proxy", hiding), "ann:[secret]@proxy");
  assert.equal(redactSecrets("secrets and abc", hiding), "secrets and abc");
  const text = "arn:aws:iam::123456789012:user/test";
  assert.equal(redactSecrets(text, { secrets: ["test"], parts: false }), text);
});

Deno.test("redactSecrets() redacts every one of several, and what stands side by side as one", () => {
  const hiding = { secrets: [KEY, TOKEN, KEY], parts: true };
  assert.equal(
    redactSecrets(`${KEY}${TOKEN} ${KEY} &amp; &#0; %zz`, hiding),
    "[secret] [secret] &amp; &#0; %zz",
  );
  assert.equal(redactSecrets("nothing", { secrets: [], parts: true }), "nothing");
});

Deno.test("redactSecrets() takes characters of other secrets literally", () => {
  const hiding = { secrets: ["a.c*[x]+", ".{6}?", "ü$(é|)"], parts: true };
  assert.equal(
    redactSecrets("a.c*[x]+ ü$(é|) abcdef .{6}?", hiding),
    "[secret] [secret] abcdef [secret]",
  );
});
