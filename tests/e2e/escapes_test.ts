import assert from "node:assert/strict";
import { formatEntry, type KeptEntry } from "../../src/cache/entry.ts";
import { entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";

/** Characters that can't be seen: C0, DEL, C1, direction, no width, separators, tags. */
const HOSTILE = "x\x1b[2J\x07\r\n\x7f\x9b2J\u202e\u200b\u2066\u2028\u2029\ufeff\u{e0041}y";

/** Whether `text` has a character that can't be seen, but for the ends of lines. */
// deno-lint-ignore no-control-regex
const INVISIBLE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u;

Deno.test("wev escapes text from outside in what it lists and explains, as JSON too", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const file = entryIn(mfa.sandbox.cache);
  const entry = readEntry(file);
  const identity = `arn:aws:iam::123456789012:user/${HOSTILE}`;
  const hostile = {
    ...entry,
    names: [HOSTILE],
    inputs: { ...entry.inputs, AWS_PROFILE: HOSTILE },
    resolution: { ...entry.resolution, identity },
  };
  Deno.writeTextFileSync(file.path, formatEntry(hostile as KeptEntry, file.key));
  const texts = [];
  for (const args of [["--list"], ["--explain"]]) {
    const [text, json] = [await mfa.run(args), await mfa.run([...args, "--json"])];
    assert.deepEqual([text.code, json.code], [0, 0]);
    assert.doesNotMatch(text.stdout, INVISIBLE);
    assert.doesNotMatch(json.stdout, INVISIBLE);
    assert.ok(
      text.stdout.includes("\\x1b[2J\\x07\\x0d\\x0a\\x7f\\x9b2J\\u202e\\u200b\\u2066\\u2028"),
    );
    texts.push(JSON.parse(json.stdout));
  }
  const [{ entries: [listed] }, { variables: [explained] }] = texts;
  assert.deepEqual([listed.identity, listed.profile, listed.names], [identity, HOSTILE, [HOSTILE]]);
  assert.equal(explained.cached.identity, identity);
  const forgotten = await mfa.run(["--forget", "--json"]);
  assert.doesNotMatch(forgotten.stdout, INVISIBLE);
  assert.equal(JSON.parse(forgotten.stdout).entries[0].identity, identity);
});

Deno.test("wev shows no serial number that can't be one", async () => {
  const serialNumber = "GAHT\u202e12345678\u009b2J\u200b\nwev: all is well";
  await using mfa = new MfaSandbox({ user: { devices: [{ serialNumber }, { name: "phone" }] } });
  const { code, stdout, stderr } = await mfa.run();
  assert.equal(code, 125);
  assert.equal(stdout, "");
  assert.match(stderr, /it names an MFA device with an invalid serial number/);
  assert.doesNotMatch(stderr, INVISIBLE);
  assert.doesNotMatch(stderr, /all is well/);
});

Deno.test("wev escapes names of profiles and roles in errors, each on one line", async () => {
  await using mfa = new MfaSandbox();
  const lines = (text: string) => text.trimEnd().split("\n").length;
  const env = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const profile = "a\u202eb\x1b[2J\nwev: all is well\u200b";
  const missing = await mfa.run(COMMAND, { env: { ...env, AWS_PROFILE: profile } });
  assert.equal(missing.code, 125);
  assert.doesNotMatch(missing.stderr, INVISIBLE);
  assert.equal(lines(missing.stderr), 2, missing.stderr);
  assert.match(
    missing.stderr,
    /There is no profile "a\\u202eb\\x1b\[2J\\x0awev: all is well\\u200b"/,
  );
  const explained = await mfa.run(["--explain"], { env: { ...env, AWS_PROFILE: profile } });
  assert.doesNotMatch(explained.stdout, INVISIBLE);
});

Deno.test("wev escapes the paths of configuration files", async () => {
  await using mfa = new MfaSandbox();
  const directory = `${mfa.sandbox.project}/a\u202e\x9b\x1b[2J\nb`;
  mfa.sandbox.write(`${directory}/wev.yml`, `${NAMES}:\n  plugin:\n    duration: 1\n`);
  const wrong = await mfa.run(COMMAND, { cwd: directory });
  assert.equal(wrong.code, 125);
  assert.doesNotMatch(wrong.stderr, INVISIBLE);
  assert.match(wrong.stderr, /\/a\\u202e\\x9b\\x1b\[2J\\x0ab\/wev\.yml:3:5: /);
  mfa.sandbox.write(`${directory}/wev.yml`, `${NAMES}:\n  plugin:\n    duration: 900\n`);
  const { stdout } = await mfa.run(["--explain", "--json"], { cwd: directory });
  assert.doesNotMatch(stdout, INVISIBLE);
  assert.equal(JSON.parse(stdout).files[1], `${directory}/wev.yml`);
});
