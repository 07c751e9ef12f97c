import assert from "node:assert/strict";
import { entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, type Environment, MfaSandbox } from "../support/mfa_sandbox.ts";
import { SecretTool } from "../support/secret_tool.ts";

const ignore = Deno.build.os !== "linux";
const SHOW = ["sh", "-c", 'echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN"'];

/** A project, and a keyring behind a stand-in for secret-tool. */
function scene(): { mfa: MfaSandbox; keyring: SecretTool; env: Environment } {
  const mfa = new MfaSandbox();
  const keyring = new SecretTool(`${mfa.sandbox.root}/bin`);
  const PATH = `${keyring.directory}:${Deno.env.get("PATH")}`;
  return { mfa, keyring, env: { WEV_KEYRING: "auto", PATH } };
}

/** Everything in the cache. */
function contentOf(directory: string): string {
  return [...Deno.readDirSync(directory)].map(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    return isDirectory ? contentOf(path) : Deno.readTextFileSync(path);
  }).join("\n");
}

Deno.test({
  name: "wev seals what is cached with a key in the keyring, and uses it (Linux)",
  ignore,
  async fn() {
    const { mfa, keyring, env } = scene();
    await using _ = mfa;
    await using pty = mfa.start(SHOW, env);
    assert.equal(await mfa.answer(pty), 0);
    assert.doesNotMatch(pty.shown, /warning/);
    const { stdout, stderr, code } = await mfa.run(SHOW, { env });
    assert.deepEqual([code, stderr], [0, ""]);
    const values = stdout.trim().split(" ");
    assert.equal(values.length, 3);
    assert.ok(pty.shown.includes(values.join(" ")));
    const kept = contentOf(mfa.sandbox.cache);
    for (const value of values) assert.ok(!kept.includes(value));
    // The key stands in no argument, which every user can see, and in no file of the cache.
    const { secret = "", calls } = keyring;
    assert.match(secret, /^[0-9a-f]{64}$/);
    assert.ok(!calls.join("\n").includes(secret));
    assert.ok(!kept.includes(secret));
    assert.equal(mfa.codes.length, 1);
    // What is known besides the values can be told without the keyring.
    keyring.clear();
    const list = await mfa.run(["--list"], { env });
    assert.match(list.stdout, /arn:aws:iam::\d+:user\/ann /);
    assert.match(list.stdout, / yes /);
    assert.deepEqual(keyring.calls, []);
  },
});

Deno.test({
  name: "wev takes no lock and writes nothing to use what is sealed (Linux)",
  ignore,
  async fn() {
    const { mfa, env } = scene();
    await using _ = mfa;
    await mfa.login(SHOW, env);
    const { cache } = mfa.sandbox;
    Deno.removeSync(`${cache}/locks`, { recursive: true });
    const before = contentOf(cache);
    const { ino } = Deno.statSync(entryIn(cache).path);
    assert.equal((await mfa.run(["true"], { env })).code, 0);
    assert.equal(contentOf(cache), before);
    assert.equal(Deno.statSync(entryIn(cache).path).ino, ino);
    assert.throws(() => Deno.statSync(`${cache}/locks`), Deno.errors.NotFound);
  },
});

for (const state of ["absent", "locked", "silent"] as const) {
  Deno.test({
    name: `wev keeps private files where the keyring is ${state}, and says so once (Linux)`,
    ignore,
    async fn() {
      const { mfa, keyring, env } = scene();
      await using _ = mfa;
      keyring.set(state);
      const start = performance.now();
      await using pty = mfa.start(COMMAND, env);
      assert.equal(await mfa.answer(pty), 0);
      assert.ok(performance.now() - start < 8_000);
      assert.equal(pty.shown.split("The keyring can't be reached").length, 2, pty.shown);
      const entry = readEntry(entryIn(mfa.sandbox.cache));
      assert.ok("values" in entry.resolution);
      // What follows is a run like any other: it does not ask the keyring either.
      const calls = keyring.calls.length;
      const { code, stderr } = await mfa.run(COMMAND, { env });
      assert.deepEqual([code, stderr], [0, ""]);
      assert.equal(keyring.calls.length, calls);
    },
  });
}

const LOST: Record<string, (keyring: SecretTool) => Environment> = {
  "the keyring is off": () => ({ WEV_KEYRING: "off" }),
  "the key is gone": (keyring) => (keyring.clear(), {}),
  "the key is another": (keyring) => {
    Deno.writeTextFileSync(`${keyring.directory}/state/secret`, "0".repeat(64));
    return {};
  },
  "the keyring is locked": (keyring) => (keyring.set("locked"), {}),
};

for (const [what, lose] of Object.entries(LOST)) {
  Deno.test({
    name: `wev says why it asks anew where ${what} (Linux)`,
    ignore,
    async fn() {
      const { mfa, keyring, env } = scene();
      await using _ = mfa;
      await mfa.login(COMMAND, env);
      const { code, stderr } = await mfa.run(COMMAND, { env: { ...env, ...lose(keyring) } });
      assert.equal(code, 125);
      assert.match(stderr, /^wev: warning: [^]*resolving them again\.?\n/);
      assert.match(stderr, /there is no terminal/);
    },
  });
}

Deno.test({
  name: "wev says once, however much is cached, that it was sealed with another key (Linux)",
  ignore,
  async fn() {
    const { mfa, keyring, env } = scene();
    await using _ = mfa;
    const text = (names: string, duration: number) =>
      `${names}:\n  plugin: {id: wev-awsmfa, duration: ${duration}}\n`;
    for (const [index, names] of ["[A, B, C]", "[D, E, F]"].entries()) {
      mfa.sandbox.write("home/project/wev.yml", text(names, 900 + index));
      await mfa.login(["true"], env);
    }
    mfa.sandbox.write("home/project/wev.yml", text("[A, B, C]", 900) + text("[D, E, F]", 901));
    for (const lose of [LOST["the key is another"]!, LOST["the keyring is off"]!]) {
      const { code, stderr } = await mfa.run(["true"], { env: { ...env, ...lose(keyring) } });
      assert.equal(code, 125);
      assert.equal(stderr.split("resolving them again").length, 2, stderr);
    }
  },
});

Deno.test({
  name: "wev runs secret-tool from absolute directories of PATH only (Linux)",
  ignore,
  async fn() {
    const { mfa, keyring } = scene();
    await using _ = mfa;
    Deno.renameSync(keyring.directory, `${mfa.sandbox.project}/bin`);
    Deno.copyFileSync(
      `${mfa.sandbox.project}/bin/secret-tool`,
      `${mfa.sandbox.project}/secret-tool`,
    );
    const PATH = `:bin:./bin:.:${Deno.env.get("PATH")}`;
    const env = { WEV_KEYRING: "auto", PATH, WEV_AWSMFA_TOKEN: mfa.user.device.code() };
    const { code, stderr } = await mfa.run(COMMAND, { env });
    assert.equal(code, 0);
    assert.match(stderr, /The keyring can't be reached/);
    for (const state of ["bin/state/calls", "state"]) {
      assert.throws(
        () => Deno.statSync(`${mfa.sandbox.project}/${state}`),
        Deno.errors.NotFound,
      );
    }
  },
});

Deno.test("wev refuses a WEV_KEYRING that is neither auto nor off", async () => {
  const { mfa } = scene();
  await using _ = mfa;
  const { code, stderr } = await mfa.run(COMMAND, { env: { WEV_KEYRING: "on" } });
  assert.equal(code, 125);
  assert.match(stderr, /WEV_KEYRING must be auto or off: it is "on"/);
  assert.deepEqual(mfa.actions, []);
});
