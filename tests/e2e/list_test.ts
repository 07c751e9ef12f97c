import assert from "node:assert/strict";
import { age, entriesIn, entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { wevCommand } from "../support/program.ts";

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

/** The values of all entries, each once. */
function secretsIn(mfa: MfaSandbox): string[] {
  const all = entriesIn(mfa.sandbox.cache).flatMap((file) => {
    const { resolution } = readEntry(file);
    // The expiration is none.
    return "values" in resolution ? resolution.values.slice(0, 3) : [];
  });
  return [...new Set(all)];
}

Deno.test("wev --list shows what is cached, what of it is used here, and no secret", async () => {
  await using mfa = await withTwoSessions();
  const secrets = secretsIn(mfa);
  assert.equal(secrets.length, 6);
  mfa.aws.clearRequests();
  const { code, stdout, stderr } = await mfa.run(["--list"], HERE);
  assert.deepEqual([code, stderr], [0, ""]);
  const lines = stdout.split("\n");
  // Columns begin below their headings, and no line ends in blanks.
  const at = (heading: string) => lines[0]!.indexOf(heading);
  const cells = (line: string) =>
    ["IDENTITY", "PROFILE", "USED HERE", "VARIABLES"].map((heading) =>
      line.slice(at(heading)).split("  ")[0]
    );
  assert.deepEqual(lines.slice(1, 3).map(cells), [
    [mfa.user.arn, "work", "yes", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN"],
    [mfa.user.arn, "-", "no: elsewhere", "OTHER_ID, OTHER_SECRET, OTHER_TOKEN"],
  ]);
  assert.match(stdout, /\d{4}-\d\d-\d\d \d\d:\d\d \S+ \(in 1[45] minutes\) {2}yes/);
  assert.doesNotMatch(stdout, / $/m);
  assert.deepEqual(lines.slice(3), ["", "For the reasons in full, run: wev --list --json", ""]);
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
  const [what, seconds, line, reason] of [
    ["has expired", 901, /:\d\d \S+ \(.* ago\) +no: expired /, "expired"],
    ["is about to expire", 850, /:\d\d \S+ \(in .*\) +no: expiring /, "about to expire"],
    ["is of the future", -1000, / no: clock /, "resolved in the future: was the clock set back?"],
  ] as const
) {
  Deno.test(`wev --list says that an entry ${what}`, async () => {
    await using mfa = new MfaSandbox();
    await mfa.login();
    age(entryIn(mfa.sandbox.cache), seconds);
    assert.match((await mfa.run(["--list"])).stdout, line);
    const { entries } = JSON.parse((await mfa.run(["--list", "--json"])).stdout);
    assert.deepEqual([entries[0].used, entries[0].reason], [false, reason]);
  });
}

Deno.test("wev --list says that less life is left than min_remaining", async () => {
  await using mfa = new MfaSandbox({ options: { min_remaining: "600" } });
  await mfa.login();
  age(entryIn(mfa.sandbox.cache), 400);
  const { stdout } = await mfa.run(["--list"]);
  assert.match(stdout, / no: too short /);
});

Deno.test("wev --list says that nothing is cached", async () => {
  await using mfa = new MfaSandbox();
  assert.equal((await mfa.run(["--list"])).stdout, "Nothing is cached.\n");
  assert.equal((await mfa.run(["--list"], { env: { HOME: undefined } })).code, 0);
  assert.deepEqual(JSON.parse((await mfa.run(["--list", "--json"])).stdout), {
    entries: [],
    locked: null,
  });
});

Deno.test("wev --list works where the configuration is wrong, and says so", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  mfa.sandbox.write("home/project/wev.yml", `${NAMES}: {plugin: {id: nothing}}\n`);
  const { code, stdout, stderr } = await mfa.run(["--list"]);
  assert.equal(code, 0);
  assert.match(stderr, /wev\.yml:1:\d+: There is no plugin "nothing"/);
  assert.match(stdout, / no: unknown /);
});

Deno.test("wev --forget drops what this directory uses, and says what", async () => {
  await using mfa = await withTwoSessions();
  const { code, stdout } = await mfa.run(["--forget"], HERE);
  assert.equal(code, 0);
  assert.match(stdout, /^Forgot:\nIDENTITY .*\n\S+user\/ann +work .* AWS_ACCESS_KEY_ID, .*\n$/);
  assert.doesNotMatch(stdout, /OTHER_ID/);
  assert.equal((await mfa.run(["true"], HERE)).code, 125);
  const other = { cwd: `${mfa.sandbox.home}/other` };
  assert.equal((await mfa.run(["true"], other)).code, 0);
  assert.equal((await mfa.run(["--forget"], HERE)).stdout, "Nothing to forget.\n");
});

Deno.test("wev --forget NAME drops what this directory's variable of that name uses, and no other's", async () => {
  await using mfa = await withTwoSessions();
  const other = { cwd: `${mfa.sandbox.home}/other` };
  mfa.sandbox.write(
    "home/third/wev.yml",
    `${NAMES}: {plugin: {id: wev-awsmfa, duration: 3600}}\nPLAIN: {plugin: {id: wev-echo, value: x}}\n`,
  );
  const third = { cwd: `${mfa.sandbox.home}/third` };
  // The same options are the same session, whatever the variables are called.
  assert.equal((await mfa.run(["true"], third)).code, 0);
  for (const [name, place] of [["AWS_SESSION_TOKEN", HERE], ["OTHER_ID", other]] as const) {
    const { code, stdout } = await mfa.run(["--forget", name], place);
    assert.equal(code, 0);
    assert.match(stdout, /^Forgot:\n/);
    assert.equal((await mfa.run(["true"], place)).code, 125);
  }
  assert.equal((await mfa.run(["--forget", "PLAIN"], third)).stdout, "Nothing to forget.\n");
});

Deno.test("wev --forget NAME leaves another directory's entry for the same variable", async () => {
  await using mfa = await withTwoSessions();
  mfa.sandbox.write(
    "home/other/wev.yml",
    `${NAMES}: {plugin: {id: wev-awsmfa, duration: 3600}}\n`,
  );
  assert.equal((await mfa.run(["--forget", "AWS_ACCESS_KEY_ID"], HERE)).code, 0);
  assert.equal((await mfa.run(["true"], HERE)).code, 125);
  assert.equal((await mfa.run(["true"], { cwd: `${mfa.sandbox.home}/other` })).code, 0);
});

Deno.test("wev --forget refuses a name that this directory does not set, and proposes one", async () => {
  await using mfa = await withTwoSessions();
  for (
    const [name, meant] of [["AWS_ACESS_KEY_ID", "AWS_ACCESS_KEY_ID"], ["OTHER_ID", undefined]]
  ) {
    const { code, stdout, stderr } = await mfa.run(["--forget", "AWS_SESSION_TOKEN", name!], HERE);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.ok(stderr.includes(`The configuration of this directory has no variable "${name}"`));
    if (meant !== undefined) assert.ok(stderr.includes(`Did you mean "${meant}"?`), stderr);
  }
  // Nothing is dropped where one name is wrong.
  assert.equal((await mfa.run(["true"], HERE)).code, 0);
});

Deno.test("wev --forget --all drops everything, damaged and half written entries too", async () => {
  await using mfa = await withTwoSessions();
  const { cache } = mfa.sandbox;
  Deno.writeTextFileSync(`${cache}/${"0".repeat(64)}.json`, "damaged");
  Deno.writeTextFileSync(`${cache}/${"1".repeat(64)}.json.x.tmp`, "half");
  const { code, stdout } = await mfa.run(["--forget", "--all", "--json"]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).entries.length, 2);
  const left = [...Deno.readDirSync(cache)].map(({ name }) => name).sort();
  // A code that was used does not work a second time for being forgotten.
  assert.deepEqual(left.filter((name) => name !== "questions"), [
    "codes",
    "facts",
    "locks",
    "plans",
  ]);
  for (const name of ["facts", "plans"]) {
    assert.deepEqual([...Deno.readDirSync(`${cache}/${name}`)], []);
  }
});

Deno.test("wev --list shows the profile that an option names", async () => {
  await using mfa = new MfaSandbox({ options: { profile: "work" } });
  const { accessKeyId, secretAccessKey } = mfa.user.accessKey;
  mfa.sandbox.write(
    "home/.aws/credentials",
    `[work]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  await mfa.login(COMMAND, { AWS_PROFILE: "another" });
  const [entry] = await listed(mfa);
  assert.equal(entry?.profile, "work");
  assert.match((await mfa.run(["--list"])).stdout, /user\/ann +work /);
});

Deno.test("wev --list says that an entry is used where files changed but say the same", async () => {
  await using mfa = new MfaSandbox({ options: { profile: "work" } });
  const { accessKeyId, secretAccessKey } = mfa.user.accessKey;
  const keys =
    `[work]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  mfa.sandbox.write("home/.aws/credentials", keys);
  await mfa.login();
  mfa.sandbox.write("home/.aws/credentials", `# A comment.\n${keys}`);
  assert.deepEqual((await listed(mfa)).map(({ used }) => used), [true]);
  assert.match((await mfa.run(["--explain"])).stdout, /\n {2}cached: until /);
  mfa.sandbox.write("home/.aws/credentials", keys.replace(accessKeyId, "AKIAANOTHERONEABCDEF"));
  assert.deepEqual((await listed(mfa)).map(({ reason }) => reason), [
    "the files it depends on have changed",
  ]);
  assert.match((await mfa.run(["--explain"])).stdout, /\n {2}cached: no\n/);
});

/** Directories of two roles and of the user whose session both are made from; the first has run. */
async function withRoles(): Promise<MfaSandbox> {
  const mfa = new MfaSandbox({
    options: { duration: "3600", mfa_device: "arn:aws:iam::123456789012:mfa/ann" },
  });
  const plugin = "id: wev-awsmfa, duration: 3600, mfa_device: 'arn:aws:iam::123456789012:mfa/ann'";
  for (const name of ["one", "two"]) {
    const { arn } = mfa.aws.addRole({ name });
    mfa.sandbox.write(
      `home/${name}/wev.yml`,
      `${NAMES}: {plugin: {${plugin}, role_arn: '${arn}', min_remaining: 3500}}\n`,
    );
  }
  await using pty = mfa.sandbox.start(["true"], {
    env: mfa.environment(),
    cwd: `${mfa.sandbox.home}/one`,
  });
  assert.equal(await mfa.answer(pty), 0);
  mfa.aws.clock.advance(60);
  return mfa;
}

/** What `--list --json` says, in a directory below home. */
async function listed(
  mfa: MfaSandbox,
  directory = "project",
): Promise<{ identity: string; profile: string | null; used: boolean; reason: string | null }[]> {
  const cwd = `${mfa.sandbox.home}/${directory}`;
  const { code, stdout, stderr } = await mfa.run(["--list", "--json"], { cwd });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout).entries;
}

Deno.test("wev --list tells whether a session would be used for roles that are not assumed yet", async () => {
  await using mfa = await withRoles();
  const used = async (directory: string) =>
    Object.fromEntries(
      (await listed(mfa, directory)).map((entry) => [
        entry.identity.replace(/.*:/, ""),
        entry.reason ?? entry.used,
      ]),
    );
  const elsewhere = "other options, profile or directory";
  const [user, role] = ["user/ann", "assumed-role/one/ann"];
  assert.deepEqual(await used("one"), { [user]: true, [role]: true });
  assert.deepEqual(await used("two"), { [user]: true, [role]: elsewhere });
  assert.deepEqual(await used("project"), { [user]: true, [role]: elsewhere });
  assert.deepEqual(await used("."), { [user]: elsewhere, [role]: elsewhere });
  // A role needs no session with as much life as its own values must have; the command does.
  const session = entriesIn(mfa.sandbox.cache)
    .find((file) => readEntry(file).resolution.identity?.endsWith("user/ann"))!;
  age(session, 600);
  assert.equal((await used("two"))[user], true);
  mfa.sandbox.write(
    "home/project/wev.yml",
    Deno.readTextFileSync(mfa.config) + "    min_remaining: 3500\n",
  );
  assert.equal((await used("project"))[user], "less life left than min_remaining");
});

Deno.test("wev --forget drops the session that entries here were made from, and names what else was", async () => {
  await using mfa = await withRoles();
  const place = (name: string) => ({ cwd: `${mfa.sandbox.home}/${name}` });
  // A session that was not used here yet is somebody else's.
  assert.equal((await mfa.run(["--forget"], place("two"))).stdout, "Nothing to forget.\n");
  assert.equal((await mfa.run(["true"], place("two"))).code, 0);
  const { stdout } = await mfa.run(["--forget", "AWS_ACCESS_KEY_ID"], place("two"));
  const [forgot = "", kept = ""] = stdout.split("\n\n");
  assert.match(
    forgot,
    /^Forgot:\n.*\n(?=(?:.*\n)?.*user\/ann )(?=(?:.*\n)?.*assumed-role\/two\/ann )/,
  );
  assert.match(
    kept,
    /^Kept, although made with a forgotten session:\n.*\n.*assumed-role\/one\/ann /,
  );
  assert.deepEqual((await listed(mfa, "one")).map(({ identity }) => identity.replace(/.*:/, "")), [
    "assumed-role/one/ann",
  ]);
  assert.equal((await mfa.run(["true"], place("one"))).code, 0);
  assert.equal((await mfa.run(["true"], place("two"))).code, 125);
});

Deno.test("wev --forget drops a session that nothing was made from but what has expired", async () => {
  await using mfa = await withRoles();
  const role = entryIn(mfa.sandbox.cache);
  assert.match(readEntry(role).resolution.identity!, /assumed-role\/one\//);
  Deno.removeSync(role.path);
  const { stdout } = await mfa.run(["--forget"], { cwd: `${mfa.sandbox.home}/one` });
  assert.match(stdout, /^Forgot:\n.*\n.*user\/ann /);
  assert.deepEqual(await listed(mfa, "one"), []);
});

Deno.test("wev --forget drops a session wherever its values are handed out", async () => {
  await using mfa = await withRoles();
  const start = (directory: string) =>
    mfa.run(["true"], { cwd: `${mfa.sandbox.home}/${directory}` });
  assert.equal((await start("project")).code, 0);
  // One line, though the session has an entry of its own.
  assert.equal(entriesIn(mfa.sandbox.cache).length, 3);
  assert.equal((await listed(mfa)).length, 2);
  await mfa.run(["--forget"], { cwd: `${mfa.sandbox.home}/one` });
  assert.deepEqual(entriesIn(mfa.sandbox.cache), []);
  assert.equal((await start("project")).code, 125);
});

Deno.test("wev --list is cut to the width of a terminal", async () => {
  await using mfa = await withTwoSessions();
  for (const width of [40, 80, 120]) {
    await using pty = mfa.sandbox.startCommand(
      ["sh", "-c", `stty cols ${width}; "$@"`, "sh", ...wevCommand(), "--list"],
      { env: mfa.environment(HERE.env) },
    );
    assert.equal(await pty.end(), 0);
    const lines = pty.shown.replaceAll("\r", "").split("\n");
    for (const line of lines) assert.ok([...line].length <= Math.max(width, 48), line);
    if (width === 40) continue;
    assert.match(lines[1]!, /user\/ann {2}work {5}\S.* yes +AWS_ACCESS_KEY_ID.*…$/);
    assert.equal(/:\d\d \S+ \(in \d+ minutes\)/.test(lines[1]!), width === 120);
  }
});
