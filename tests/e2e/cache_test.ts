import assert from "node:assert/strict";
import { formatEntry, type KeptEntry } from "../../src/cache/entry.ts";
import { entriesIn, entryAloneIn, entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, type Environment, MfaSandbox } from "../support/mfa_sandbox.ts";
import { wevCommand } from "../support/program.ts";

/** All below a directory: what it is, its mode, its change, its content. */
function state(directory: string): string[] {
  const entries = [...Deno.readDirSync(directory)].sort((one, other) =>
    one.name < other.name ? -1 : 1
  );
  return [
    `${directory} ${Deno.statSync(directory).ctime?.getTime()}`,
    ...entries.flatMap(({ name, isDirectory }) => {
      const path = `${directory}/${name}`;
      if (isDirectory) return state(path);
      const { mode, ino, ctime } = Deno.statSync(path);
      return [`${path} ${mode} ${ino} ${ctime?.getTime()} ${Deno.readTextFileSync(path)}`];
    }),
  ];
}

/** The path of the variable's entry. */
function theEntry(mfa: MfaSandbox): string {
  return entryIn(mfa.sandbox.cache).path;
}

/** Makes the session in the cache one that expires at `expiresAt` after a life of `seconds`. */
function reset(mfa: MfaSandbox, expiresAt: number, seconds: number): void {
  for (const file of entriesIn(mfa.sandbox.cache)) {
    const entry = readEntry(file);
    const resolution = { ...entry.resolution, expiresAt: new Date(expiresAt) };
    const resolvedAt = new Date(expiresAt - seconds * 1_000);
    const text = formatEntry({ ...entry, resolvedAt, resolution } as KeptEntry, file.key);
    Deno.writeTextFileSync(file.path, text);
  }
}

/** Whether a run asks, which it can't, or uses what is cached. */
async function asks(mfa: MfaSandbox, env: Environment = {}, cwd?: string): Promise<boolean> {
  const options = { env, ...(cwd === undefined ? {} : { cwd }) };
  const { code, stdout, stderr } = await mfa.run(COMMAND, options);
  if (code === 0) {
    assert.match(stdout, /^ran with ASIA\w+\n$/);
    return false;
  }
  assert.match(stderr, /there is no terminal/);
  assert.equal(stdout, "");
  return true;
}

Deno.test("wev asks nothing, prints nothing, contacts nothing, writes nothing the second time", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  assert.equal(await asks(mfa), false);
  mfa.aws.clearRequests();
  const before = state(mfa.sandbox.home);
  const { code, stdout, stderr } = await mfa.run(COMMAND, { before: [] });
  assert.equal(code, 0);
  assert.match(stdout, /^ran with ASIA\w{16}\n$/);
  assert.equal(stderr, "");
  assert.deepEqual(mfa.actions, []);
  assert.deepEqual(state(mfa.sandbox.home), before);
});

Deno.test("wev hands every run the same session, which AWS takes", async () => {
  await using mfa = new MfaSandbox();
  const env = ["sh", "-c", "echo $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN"];
  await using pty = mfa.start(env);
  assert.equal(await mfa.answer(pty), 0);
  const { stdout } = await mfa.run(env);
  assert.ok(pty.shown.replaceAll("\r\n", "\n").endsWith(stdout));
  const [accessKeyId = ""] = stdout.split(" ");
  const credential = mfa.aws.account.credential(accessKeyId);
  assert.equal(stdout.trim().split(" ")[1], credential?.secretAccessKey);
  assert.equal(stdout.trim().split(" ")[2], credential?.sessionToken);
  assert.equal(credential?.mfa, true);
});

Deno.test("wev keeps the cache private, from directories to files", async () => {
  await using mfa = new MfaSandbox();
  const umask = 'umask 0; exec "$@"';
  await using pty = mfa.sandbox.startCommand(
    ["sh", "-c", umask, "sh", ...wevCommand(), "true"],
    { env: mfa.environment() },
  );
  assert.equal(await mfa.answer(pty), 0);
  const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
  const walk = (path: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(path)) {
      const inner = `${path}/${name}`;
      assert.equal(mode(inner), isDirectory ? 0o700 : 0o600, inner);
      if (isDirectory) walk(inner);
    }
  };
  assert.equal(mode(mfa.sandbox.cache), 0o700);
  walk(mfa.sandbox.cache);
  // The variable's, and the session.
  assert.equal(entriesIn(mfa.sandbox.cache).length, 2);
});

Deno.test("wev finds the cache in XDG_CACHE_HOME", async () => {
  await using mfa = new MfaSandbox();
  const env = { XDG_CACHE_HOME: `${mfa.sandbox.root}/xdg` };
  await mfa.login(COMMAND, env);
  assert.equal(await asks(mfa, env), false);
  assert.ok(Deno.statSync(`${mfa.sandbox.root}/xdg/wev`).isDirectory);
  assert.throws(() => Deno.statSync(mfa.sandbox.cache), Deno.errors.NotFound);
});

for (
  const [what, minutes, asked] of [
    ["uses a session of 15 minutes that has 2 minutes left", 2, false],
    ["asks anew when a session of 15 minutes has 1 minute left", 1, true],
    ["asks anew when a session has expired", -1, true],
  ] as const
) {
  Deno.test(`wev ${what}`, async () => {
    await using mfa = new MfaSandbox();
    await mfa.login();
    reset(mfa, Date.now() + minutes * 60_000, 900);
    assert.equal(await asks(mfa), asked);
  });
}

for (
  const [what, seconds, asked] of [
    ["uses a session of 12 hours that has 6 minutes left", 360, false],
    ["asks anew when a session of 12 hours has 4 minutes left", 240, true],
  ] as const
) {
  Deno.test(`wev ${what}`, async () => {
    await using mfa = new MfaSandbox();
    await mfa.login();
    reset(mfa, Date.now() + seconds * 1_000, 43_200);
    assert.equal(await asks(mfa), asked);
  });
}

const DAMAGES: Record<string, (text: string) => string> = {
  "is empty": () => "",
  "is cut off": (text) => text.slice(0, text.length / 2),
  "is no JSON": () => "hello",
  "is no object": () => "[]",
  "has no values": (text) => text.replace('"values"', '"valuez"'),
  "has a number for a value": (text) => text.replace(/"values":\["[^"]*"/, '"values":[1'),
  "has no expiry": (text) => text.replace('"expiresAt"', '"expiredAt"'),
  "expires at no time": (text) => text.replace(/"expiresAt":"[^"]*"/, '"expiresAt":"soon"'),
  "expires at a local time": (text) =>
    text.replace(/"expiresAt":"[^"]*"/, '"expiresAt":"2099-01-01T00:00:00"'),
};

Deno.test("wev warns of a damaged entry, asks anew and replaces it", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const { path } = entryAloneIn(mfa.sandbox.cache);
  const good = Deno.readTextFileSync(path);
  for (const [what, damage] of Object.entries(DAMAGES)) {
    Deno.writeTextFileSync(path, damage(good));
    const { code, stdout, stderr } = await mfa.run();
    assert.equal(code, 125, what);
    assert.equal(stdout, "", what);
    assert.match(stderr, /wev: warning: .*cache/, what);
    assert.ok(stderr.includes(path), what);
    assert.match(stderr, /there is no terminal/, what);
  }
  await mfa.login();
  assert.equal(theEntry(mfa), path);
  assert.equal(await asks(mfa), false);
});

Deno.test("wev hands out the kept session, as old as it is, if the variable's entry is damaged", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const own = entryIn(mfa.sandbox.cache);
  const text = Deno.readTextFileSync(own.path);
  const { resolvedAt, resolution } = readEntry(own);
  for (
    const damage of [
      () => Deno.writeTextFileSync(own.path, text.slice(1)),
      () => Deno.removeSync(own.path),
    ]
  ) {
    damage();
    assert.equal(await asks(mfa), false);
    const again = readEntry(own);
    assert.deepEqual([again.resolvedAt, again.resolution], [resolvedAt, resolution]);
  }
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev goes on with a warning when the cache can't be written", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write("home/.cache", "a file where the directory should be");
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 0);
  assert.match(pty.shown, /warning:.* Cannot write to the cache, so the next run asks again: /);
  assert.match(pty.shown, /ran with ASIA/);
});

Deno.test("wev goes on with a warning when there is no home directory", async () => {
  await using mfa = new MfaSandbox();
  const words = ["env", "-u", "HOME", ...wevCommand(), ...COMMAND];
  await using pty = mfa.sandbox.startCommand(words, { env: mfa.environment() });
  assert.equal(await mfa.answer(pty), 0);
  assert.match(pty.shown, /warning:.* Nothing is cached.*HOME/);
  assert.match(pty.shown, /ran with ASIA/);
});

Deno.test("wev shares a session between projects with the same options only", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const config = Deno.readTextFileSync(mfa.config);
  mfa.sandbox.write("home/other/wev.yml", config);
  mfa.sandbox.write("home/longer/wev.yml", `${config}    duration: 3600\n`);
  mfa.sandbox.write("home/device/wev.yml", `${config}    mfa_device: GAHT12345678\n`);
  mfa.sandbox.write("home/default/wev.yml", `${config}    duration: 900\n`);
  const inProject = (name: string) => asks(mfa, {}, `${mfa.sandbox.home}/${name}`);
  assert.equal(await inProject("other"), false);
  assert.equal(await inProject("default"), false);
  assert.equal(await inProject("longer"), true);
  assert.equal(await inProject("device"), true);
});

Deno.test("wev never uses the session of another key or profile", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const other = mfa.aws.addUser({ name: "bob" }).accessKey;
  assert.equal(
    await asks(mfa, {
      AWS_ACCESS_KEY_ID: other.accessKeyId,
      AWS_SECRET_ACCESS_KEY: other.secretAccessKey,
    }),
    true,
  );
  mfa.sandbox.write(
    "home/.aws/credentials",
    `[work]\naws_access_key_id = ${other.accessKeyId}\naws_secret_access_key = ${other.secretAccessKey}\n`,
  );
  const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  assert.equal(await asks(mfa, { ...noKeys, AWS_PROFILE: "work" }), true);
  assert.equal(await asks(mfa, { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" }), true);
  assert.equal(await asks(mfa), false);
});

Deno.test("wev resolves again with --refresh, whatever is cached", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const before = Deno.readTextFileSync(theEntry(mfa));
  await mfa.login(["--refresh", ...COMMAND]);
  assert.notEqual(Deno.readTextFileSync(theEntry(mfa)), before);
  assert.equal(mfa.codes.length, 2);
});

Deno.test("wev removes expired entries when it saves one", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const expired = theEntry(mfa);
  reset(mfa, Date.now() - 1_000, 900);
  mfa.sandbox.write(
    "home/project/wev.yml",
    `${Deno.readTextFileSync(mfa.config)}    duration: 3600\n`,
  );
  await mfa.login();
  assert.notEqual(theEntry(mfa), expired);
});

Deno.test("wev resolves two variables that want the same session with one code", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/project/wev.yml",
    "__name__: &mfa {plugin: {id: wev-awsmfa}}\n[A, B, C]: *mfa\n[D, E, F]: *mfa\n",
  );
  await using pty = mfa.start(["sh", "-c", 'test "$A" = "$D" && echo same']);
  assert.equal(await mfa.answer(pty), 0);
  assert.match(pty.shown, /same/);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev goes by the whole life of a session that another variable got", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "3600" } });
  await mfa.login();
  reset(mfa, Date.now() + 400_000, 3600);
  const config = Deno.readTextFileSync(mfa.config);
  mfa.sandbox.write("home/other/wev.yml", `${config}    account: 123456789012\n`);
  assert.equal(await asks(mfa, {}, `${mfa.sandbox.home}/other`), false);
  const entries = entriesIn(mfa.sandbox.cache);
  assert.equal(entries.length, 3);
  for (const file of entries) {
    const { resolvedAt, resolution } = readEntry(file);
    assert.equal(resolution.expiresAt.getTime() - resolvedAt.getTime(), 3_600_000);
  }
});
