import assert from "node:assert/strict";
import { entriesIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";

const LISTED = "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN";

Deno.test("wev --login asks as a run does, runs nothing, and says who you are and until when", async () => {
  await using mfa = new MfaSandbox();
  await using pty = mfa.start(["--login"], { TZ: "Asia/Tokyo" });
  assert.equal(await mfa.answer(pty), 0, pty.shown);
  assert.match(
    pty.shown,
    /AWS_SESSION_TOKEN: arn:aws:iam::\d+:user\/ann, until \d{4}-\d\d-\d\d \d\d:\d\d (?:JST|GMT\+9) \(in 1[45] minutes\)/,
  );
  const { code, stdout, stderr } = await mfa.run(["--login"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(
    stdout,
    new RegExp(`^${LISTED}: arn:aws:iam::\\d+:user/ann, until .* UTC \\(.*\\)\n$`),
  );
  assert.equal((await mfa.run()).code, 0);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev --login --json shows the same to programs, and no value", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write("home/wev.yml", "PLAIN: {plugin: {id: wev-echo, value: a-value}}\n");
  const code = mfa.user.device.code();
  const first = await mfa.run(["--token", code, "--login", "--json"]);
  assert.equal(first.code, 0, first.stderr);
  const data = JSON.parse(first.stdout);
  assert.equal(data.wev, 1);
  assert.deepEqual(
    data.variables.map((one: { expiresAt: unknown }) => ({ ...one, expiresAt: 0 })),
    [
      { names: ["PLAIN"], identity: null, expiresAt: 0, origin: "constant" },
      { names: LISTED.split(", "), identity: mfa.user.arn, expiresAt: 0, origin: "fresh" },
    ],
  );
  const [, { expiresAt }] = data.variables;
  assert.ok(Date.parse(expiresAt) > Date.now(), expiresAt);
  const again = await mfa.run(["--login", "--json"]);
  assert.equal(JSON.parse(again.stdout).variables[1].origin, "cache");
  for (const file of entriesIn(mfa.sandbox.cache)) {
    const { resolution } = readEntry(file);
    const secrets = "values" in resolution ? resolution.values.slice(0, 3) : [];
    for (const secret of [...secrets, "a-value"]) {
      assert.ok(!(first.stdout + again.stdout).includes(secret));
    }
  }
});

Deno.test("wev --login resolves again with --refresh, and with --min-remaining if too little is left", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "3600" } });
  await mfa.login();
  assert.equal((await mfa.run(["--login", "--min-remaining", "3000"])).code, 0);
  assert.equal(mfa.codes.length, 1);
  const { code, stderr } = await mfa.run([
    "--login",
    "--refresh",
    "--token",
    mfa.user.device.code(),
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(mfa.codes.length, 2);
});

Deno.test("wev --login fails with 1 if nobody can be asked, and shows nothing", async () => {
  await using mfa = new MfaSandbox();
  const { code, stdout, stderr } = await mfa.run(["--login"]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /there is no terminal/);
});

Deno.test("wev --login says that nothing is configured, and fails for that with WEV_REQUIRE alone", async () => {
  using sandbox = new Sandbox();
  assert.deepEqual(await sandbox.run(["--login"]), {
    code: 0,
    stdout: "No variable is configured here.\n",
    stderr: "",
  });
  assert.deepEqual(JSON.parse((await sandbox.run(["--login", "--json"])).stdout), {
    wev: 1,
    variables: [],
  });
  const required = await sandbox.run(["--login"], { env: { WEV_REQUIRE: "1" } });
  assert.equal(required.code, 125);
  assert.match(required.stderr, /No variable is configured, and WEV_REQUIRE is set/);
});

Deno.test("wev --login has a line for each variable, in order", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/project/wev.yml",
    `PLAIN: {plugin: {id: wev-echo, value: x}}\n${NAMES}: {plugin: {id: wev-awsmfa}}\n` +
      "[B_ID, B_SECRET, B_TOKEN]: {plugin: {id: wev-awsmfa}}\n",
  );
  const { stdout, stderr } = await mfa.run(["--token", mfa.user.device.code(), "--login"]);
  const lines = stdout.split("\n");
  assert.equal(lines[0], "PLAIN: from the configuration", stderr);
  assert.ok(lines[1]!.startsWith(`${LISTED}: ${mfa.user.arn}, until `), stdout);
  assert.ok(lines[2]!.startsWith(`B_ID, B_SECRET, B_TOKEN: ${mfa.user.arn}, until `), stdout);
  assert.equal(lines.length, 4);
});

Deno.test("wev --login says that keys have no known expiry", async () => {
  await using mfa = new MfaSandbox();
  const show = ["sh", "-c", "printenv AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"];
  await mfa.login();
  const [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN] = (await mfa.run(show)).stdout
    .split("\n");
  const env = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN };
  const { stdout, stderr } = await mfa.run(["--login"], { env });
  assert.equal(stdout, `${LISTED}: ${mfa.user.arn}, no expiry is known\n`, stderr);
  assert.equal((await mfa.run(COMMAND, { env })).code, 0);
});
