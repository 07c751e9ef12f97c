import assert from "node:assert/strict";
import { age, entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";

/** Two sessions: of this directory, and of another one, with other options. */
async function withTwoSessions(): Promise<MfaSandbox> {
  const mfa = new MfaSandbox();
  await mfa.login(COMMAND, { AWS_PROFILE: "work" });
  mfa.sandbox.write(
    "home/other/wev.yml",
    "[OTHER_ID, OTHER_SECRET, OTHER_TOKEN]: {plugin: {id: wev-awsmfa, duration: 3600}}\n",
  );
  const options = { env: mfa.environment(), cwd: `${mfa.sandbox.home}/other` };
  await using pty = mfa.sandbox.start(["true"], options);
  assert.equal(await mfa.answer(pty), 0);
  return mfa;
}

const HERE = { env: { AWS_PROFILE: "work" } };

/** The values of all entries. */
function secretsIn(mfa: MfaSandbox): string[] {
  return [...Deno.readDirSync(mfa.sandbox.cache)].flatMap(({ name }) => {
    if (!name.endsWith(".json")) return [];
    const key = name.slice(0, -".json".length);
    const entry = readEntry({ path: `${mfa.sandbox.cache}/${name}`, key });
    // The expiration is none.
    return "values" in entry.resolution ? entry.resolution.values.slice(0, 3) : [];
  });
}

Deno.test("wev --list shows what is cached, what of it is used here, and no secret", async () => {
  await using mfa = await withTwoSessions();
  const secrets = secretsIn(mfa);
  assert.equal(secrets.length, 6);
  mfa.aws.clearRequests();
  const { code, stdout, stderr } = await mfa.run(["--list"], HERE);
  assert.deepEqual([code, stderr], [0, ""]);
  const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in \d+ (?:minutes|seconds)\)`;
  const identity = String.raw`arn:aws:iam::123456789012:user/ann`;
  assert.match(
    stdout,
    new RegExp(
      `^AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
  plugin: wev-awsmfa
  identity: ${identity}
  profile: work
  expires: ${time}
  used here: yes

OTHER_ID, OTHER_SECRET, OTHER_TOKEN
  plugin: wev-awsmfa
  identity: ${identity}
  expires: ${time}
  used here: no \\(other options, profile or directory\\)
$`,
    ),
  );
  for (const secret of secrets) assert.ok(!stdout.includes(secret));
  assert.deepEqual(mfa.actions, []);
});

Deno.test("wev --list --json shows the same to programs", async () => {
  await using mfa = await withTwoSessions();
  const secrets = secretsIn(mfa);
  const { stdout } = await mfa.run(["--list", "--json"], HERE);
  const { entries } = JSON.parse(stdout);
  assert.equal(entries.length, 2);
  const [here, other] = entries;
  assert.deepEqual(Object.keys(here), [
    "key",
    "names",
    "plugin",
    "identity",
    "profile",
    "resolvedAt",
    "expiresAt",
    "used",
    "reason",
  ]);
  assert.match(here.key, /^[0-9a-f]{64}$/);
  assert.deepEqual([here.profile, here.used, here.reason], ["work", true, null]);
  assert.deepEqual([other.profile, other.used], [null, false]);
  assert.equal(Date.parse(here.expiresAt) - Date.parse(here.resolvedAt) <= 900_000, true);
  for (const secret of secrets) assert.ok(!stdout.includes(secret));
});

for (
  const [what, seconds, reason] of [
    ["has expired", 901, "expired: .*\n  used here: no \\(expired\\)"],
    ["is about to expire", 850, "expires: .*\n  used here: no \\(about to expire\\)"],
    [
      "is of the future",
      -1000,
      "used here: no \\(resolved in the future: was the clock set back\\?",
    ],
  ] as const
) {
  Deno.test(`wev --list says that an entry ${what}`, async () => {
    await using mfa = new MfaSandbox();
    await mfa.login();
    age(entryIn(mfa.sandbox.cache), seconds);
    assert.match((await mfa.run(["--list"])).stdout, new RegExp(reason));
  });
}

Deno.test("wev --list says that less life is left than min_remaining", async () => {
  await using mfa = new MfaSandbox({ options: { min_remaining: "600" } });
  await mfa.login();
  age(entryIn(mfa.sandbox.cache), 400);
  const { stdout } = await mfa.run(["--list"]);
  assert.match(stdout, /used here: no \(less life left than min_remaining\)/);
});

Deno.test("wev --list says that nothing is cached", async () => {
  await using mfa = new MfaSandbox();
  assert.equal((await mfa.run(["--list"])).stdout, "Nothing is cached.\n");
  assert.equal((await mfa.run(["--list"], { env: { HOME: undefined } })).code, 0);
  assert.deepEqual(JSON.parse((await mfa.run(["--list", "--json"])).stdout), { entries: [] });
});

Deno.test("wev --list works where the configuration is wrong, and says so", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  mfa.sandbox.write("home/project/wev.yml", `${NAMES}: {plugin: {id: nothing}}\n`);
  const { code, stdout, stderr } = await mfa.run(["--list"]);
  assert.equal(code, 0);
  assert.match(stderr, /wev\.yml:1:\d+: There is no plugin "nothing"/);
  assert.match(stdout, /used here: no \(other options, profile or directory\)/);
});

Deno.test("wev --forget drops what this directory uses, and says what", async () => {
  await using mfa = await withTwoSessions();
  const { code, stdout } = await mfa.run(["--forget"], HERE);
  assert.equal(code, 0);
  assert.match(stdout, /^Forgot:\nAWS_ACCESS_KEY_ID, .*\n\s+plugin: wev-awsmfa\n/);
  assert.doesNotMatch(stdout, /OTHER_ID/);
  assert.equal((await mfa.run(["true"], HERE)).code, 125);
  const other = { cwd: `${mfa.sandbox.home}/other` };
  assert.equal((await mfa.run(["true"], other)).code, 0);
  assert.equal((await mfa.run(["--forget"], HERE)).stdout, "Nothing to forget.\n");
});

Deno.test("wev --forget NAME drops what was resolved for that name, from anywhere", async () => {
  await using mfa = await withTwoSessions();
  const { stdout } = await mfa.run(["--forget", "OTHER_TOKEN", "OTHER_ID"]);
  assert.match(stdout, /^Forgot:\nOTHER_ID, OTHER_SECRET, OTHER_TOKEN\n/);
  assert.equal((await mfa.run(["true"], HERE)).code, 0);
  assert.equal((await mfa.run(["--forget", "NOBODY"])).stdout, "Nothing to forget.\n");
});

Deno.test("wev --forget --all drops everything, damaged and half written entries too", async () => {
  await using mfa = await withTwoSessions();
  const { cache } = mfa.sandbox;
  Deno.writeTextFileSync(`${cache}/${"0".repeat(64)}.json`, "damaged");
  Deno.writeTextFileSync(`${cache}/${"1".repeat(64)}.json.x.tmp`, "half");
  const { code, stdout } = await mfa.run(["--forget", "--all", "--json"]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).entries.length, 2);
  assert.deepEqual([...Deno.readDirSync(cache)].filter(({ isFile }) => isFile), []);
  assert.deepEqual([...Deno.readDirSync(`${cache}/plans`)], []);
});
