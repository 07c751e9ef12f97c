import assert from "node:assert/strict";
import { age, entryIn } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";

const NO_TERMINAL = /there is no terminal/;

Deno.test("wev asks first where less life is left than --min-remaining", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "3600" } });
  await mfa.login();
  const enough = await mfa.run(["--min-remaining", "3500", ...COMMAND]);
  assert.deepEqual([enough.code, enough.stderr], [0, ""]);
  age(entryIn(mfa.sandbox.cache), 200);
  const late = await mfa.run(["--min-remaining", "3500", "true"]);
  assert.equal(late.code, 125);
  assert.match(late.stderr, NO_TERMINAL);
  // Without the option it does.
  assert.equal((await mfa.run(["true"])).code, 0);
});

Deno.test("wev asks first where less life is left than min_remaining", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "3600", min_remaining: "3500" } });
  await mfa.login();
  assert.deepEqual((await mfa.run(["true"])).stderr, "");
  age(entryIn(mfa.sandbox.cache), 200);
  const late = await mfa.run(["true"]);
  assert.equal(late.code, 125);
  assert.match(late.stderr, NO_TERMINAL);
});

Deno.test("wev shares a session between variables with more and less of min_remaining", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "3600", min_remaining: "1800" } });
  await mfa.login();
  const config = await Deno.readTextFile(mfa.config);
  await Deno.writeTextFile(mfa.config, config.replace("1800", "60"));
  assert.deepEqual((await mfa.run(["true"])).code, 0);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev says once a session that min_remaining can't be had, and does not ask each time", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "900", min_remaining: "7200" } });
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 0);
  assert.match(
    pty.shown,
    /You asked for at least 7200 seconds, but AWS_ACCESS_KEY_ID, .* lasts only (?:900|89\d) seconds;/,
  );
  const { code, stderr } = await mfa.run(["true"]);
  assert.deepEqual([code, stderr], [0, ""]);
});

Deno.test("wev says each time that --min-remaining can't be had, and does not ask", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "900" } });
  await mfa.login();
  mfa.aws.clearRequests();
  for (const seconds of ["7200", "900"]) {
    const { code, stderr } = await mfa.run(["--min-remaining", seconds, "true"]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^wev: warning: You asked for at least \d+ seconds, but .*\n$/);
  }
  assert.deepEqual(mfa.actions, []);
});

for (const wrong of ["-1", "129601", "1.5", "an hour", ""]) {
  Deno.test(`wev refuses ${JSON.stringify(wrong)} for min_remaining, before it asks`, async () => {
    await using mfa = new MfaSandbox({ options: { min_remaining: JSON.stringify(wrong) } });
    const { code, stderr } = await mfa.run(["true"]);
    assert.equal(code, 125);
    assert.match(stderr, /wev\.yml:4:\d+: "min_remaining" of wev-awsmfa must be a whole number/);
    assert.deepEqual(mfa.actions, []);
  });
}
