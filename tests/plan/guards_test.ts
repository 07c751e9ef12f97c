import assert from "node:assert/strict";
import { ConfigError } from "../../src/errors.ts";
import { FILE, OWN, planOf } from "../support/plan.ts";

const NAMES = "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]";
const ACCOUNT = "account: '123456789012'";
const OFF = `${NAMES}:\n`;

/** A variable of wev-awsmfa with `option` in line 4. */
const variable = (option: string) => `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    ${option}\n`;

/** Returns the number of variables for these files of the home directory and of the project. */
async function count(own: string, project: string): Promise<number> {
  return (await planOf({ [OWN]: own, [FILE]: project })).steps.length;
}

/** Expects an error at `place` in the project's file whose message starts with `message`. */
async function expectMistake(
  contents: Readonly<Record<string, string>>,
  place: string,
  message: string,
): Promise<void> {
  await assert.rejects(planOf(contents), (error) => {
    assert.ok(error instanceof ConfigError, String(error));
    assert.ok(error.message.startsWith(`${FILE}:${place}: ${message}`), error.message);
    assert.match(error.hint ?? "", /^A project can't weaken/);
    return true;
  });
}

for (
  const [what, own, project] of [
    ["the same", ACCOUNT, ACCOUNT],
    ["the same account in other quotes", ACCOUNT, ACCOUNT.replaceAll("'", '"')],
    ["an account where there was an empty one", 'account: ""', ACCOUNT],
    ["another value of an option that protects nobody", "region: us-east-1", "region: us-west-2"],
    ["more life", "min_remaining: 600", "min_remaining: 601"],
    ["as much life in other digits", "min_remaining: 600", "min_remaining: 0600"],
  ] as const
) {
  Deno.test(`checkGuards() lets a project set ${what}`, async () => {
    assert.equal(await count(variable(own), variable(project)), 1);
  });
}

for (
  const [what, own, project, message] of [
    ["another account", ACCOUNT, ACCOUNT.replace("12'", "13'"), 'This differs from "account"'],
    ["a smaller number of an account", ACCOUNT, "account: '023456789012'", "This differs from"],
    ["a greater number of an account", ACCOUNT, "account: '923456789012'", "This differs from"],
    ["no account", ACCOUNT, 'account: ""', "This differs from"],
    ["less life", "min_remaining: 600", "min_remaining: 599", "This is less than"],
    ["no life", "min_remaining: 600", 'min_remaining: ""', "This is less than"],
  ] as const
) {
  Deno.test(`checkGuards() refuses a project that sets ${what}`, async () => {
    const contents = { [OWN]: variable(own), [FILE]: variable(project) };
    await expectMistake(contents, "4:5", message);
  });
}

Deno.test("checkGuards() refuses another plugin for a guarded variable", async () => {
  const project = `${NAMES}:\n  plugin:\n    id: wev-echo\n    value: a\n`;
  await expectMistake(
    { [OWN]: variable(ACCOUNT), [FILE]: project },
    "3:5",
    `wev-echo in place of wev-awsmfa would drop "account" of your own configuration file (${OWN}:4:5)`,
  );
});

Deno.test("checkGuards() refuses a project that replaces a guarded variable by text", async () => {
  const between = "/home/ann/project/.wev.yml";
  await expectMistake(
    {
      [OWN]: variable(ACCOUNT),
      [between]: `${NAMES}: none\n`,
      [FILE]: variable("region: us-east-1"),
    },
    "1:1",
    'This replaces earlier files, and would drop "account" of your own',
  );
});

Deno.test("checkSwitchedOff() refuses a project that switches off a guarded variable", async () => {
  for (const own of [variable("region: us-east-1"), variable('account: ""')]) {
    assert.equal(await count(own, OFF), 0);
  }
  const { steps } = await planOf({ "/wev.yml": variable(ACCOUNT), [FILE]: OFF });
  assert.deepEqual(steps, []);
  const message = 'This switches the variable off, and would drop "account" of your own';
  await expectMistake({ [OWN]: variable(ACCOUNT), [FILE]: OFF }, "1:1", message);
  // Another file names the plugin of the option, or no file does.
  const withoutId = `${NAMES}: {plugin: {${ACCOUNT}}}\n`;
  await expectMistake({ [OWN]: withoutId, [FILE]: OFF }, "1:1", message);
  assert.equal(await count(withoutId.replace("{acc", "{id: wev-echo, acc"), OFF), 0);
});

Deno.test("checkConflicts() refuses a variable of a project that programs prefer to a guarded identity", async () => {
  const profile = "aws_profile: {plugin: {id: wev-echo, value: x}}\n";
  assert.equal(await count(variable("region: us-east-1"), profile), 2);
  assert.equal(await count(variable("min_remaining: 600"), profile), 2);
  assert.equal(await count(`${variable(ACCOUNT)}${profile}`, ""), 2);
  assert.equal(await count(variable(ACCOUNT), profile.replace("aws_profile", "OTHER")), 2);
  await expectMistake(
    { [OWN]: variable(ACCOUNT), [FILE]: profile },
    "1:1",
    "Programs may prefer aws_profile to the identity that your own configuration file requires " +
      `(${OWN}:4:5)`,
  );
});
