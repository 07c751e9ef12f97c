/** What may happen to the files of the cache, and to the disk and the process that writes them. */

import assert from "node:assert/strict";
import { entryAloneIn, entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, type Environment, MfaSandbox } from "../support/mfa_sandbox.ts";
import { wevCommand } from "../support/program.ts";

const IS_ROOT = Deno.uid() === 0;
const NOBODY = 65_534;

/** Without keys in the environment, the entry depends on the shared credentials file. */
const FROM_FILE = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

function writeCredentials({ sandbox, user }: MfaSandbox, end = ""): void {
  const { accessKeyId, secretAccessKey } = user.accessKey;
  sandbox.write(
    "home/.aws/credentials",
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n${end}`,
  );
}

/** Makes a copy of the cache, for one case: `$XDG_CACHE_HOME` is `directory`. */
function copyCache({ sandbox }: MfaSandbox, name: string): { home: string; cache: string } {
  const home = `${sandbox.root}/caches/${name}`;
  Deno.mkdirSync(home, { recursive: true });
  const { success } = new Deno.Command("cp", { args: ["-a", sandbox.cache, `${home}/wev`] })
    .outputSync();
  assert.ok(success);
  return { home, cache: `${home}/wev` };
}

/** Returns the paths below `directory` that others may do anything with. */
function openPaths(directory: string): string[] {
  const paths = [directory];
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    if (isDirectory) paths.push(...openPaths(`${directory}/${name}`));
    else paths.push(`${directory}/${name}`);
  }
  return paths.filter((path) => ((Deno.lstatSync(path).mode ?? 0) & 0o077) !== 0);
}

/** Runs `work` on all `items`, two at a time. */
async function inPairs<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

/** What is in the entry's place. */
const DAMAGE: Record<string, (path: string) => void> = {
  "nothing at all": (path) => Deno.writeTextFileSync(path, ""),
  "half of it": (path) => Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2)),
  "zeros": (path) => Deno.writeFileSync(path, new Uint8Array(Deno.statSync(path).size)),
  "random bytes": (path) =>
    Deno.writeFileSync(path, crypto.getRandomValues(new Uint8Array(Deno.statSync(path).size))),
  "another letter in a value": (path) => edit(path, (text) => text.replace('"ASIA', '"ASIB')),
  "no values": (path) => edit(path, (text) => text.replace(/"values":\[[^\]]*\]/, '"values":null')),
  "another expiry": (path) =>
    edit(path, (text) => text.replace(/"expiresAt":"\d+/, '"expiresAt":"9999')),
  "another format": (path) => edit(path, (text) => text.replace('"format":2', '"format":1')),
  "JSON that is no entry": (path) => Deno.writeTextFileSync(path, '["entry"]'),
  "a huge file": (path) => Deno.truncateSync(path, 2 ** 40),
  "a file that others can write": (path) => Deno.chmodSync(path, 0o666),
  "a directory": (path) => {
    Deno.removeSync(path);
    Deno.mkdirSync(`${path}/below`, { recursive: true });
  },
  "a link to nothing": (path) => {
    Deno.removeSync(path);
    Deno.symlinkSync(`${path}-nowhere`, path);
  },
  "a link to itself": (path) => {
    Deno.removeSync(path);
    Deno.symlinkSync(path, path);
  },
  "a pipe": (path) => {
    Deno.removeSync(path);
    new Deno.Command("mkfifo", { args: [path] }).outputSync();
  },
  ...IS_ROOT ? { "another user's file": (path) => Deno.chownSync(path, NOBODY, NOBODY) } : {},
};

function edit(path: string, change: (text: string) => string): void {
  const text = Deno.readTextFileSync(path);
  const changed = change(text);
  assert.notEqual(changed, text);
  Deno.writeTextFileSync(path, changed);
}

Deno.test("wev asks once more, and only then, whatever is in the place of the entry", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  await inPairs(Object.entries(DAMAGE), async ([what, damage]) => {
    const { home, cache } = copyCache(mfa, what);
    damage(entryAloneIn(cache).path);
    const { code, stderr } = await mfa.run(undefined, { env: { XDG_CACHE_HOME: home } });
    assert.equal(code, 125, `${what}: ${stderr}`);
    assert.match(stderr, /there is no terminal/, what);
  });
  for (const what of ["a directory", "a link to itself", "random bytes"]) {
    const env = { XDG_CACHE_HOME: `${mfa.sandbox.root}/caches/${what}` };
    await mfa.login(undefined, env);
    const { code, stderr } = await mfa.run(undefined, { env });
    assert.deepEqual([code, stderr], [0, ""], what);
  }
  assert.equal(mfa.codes.length, 4);
});

Deno.test("wev does its work, whatever is in the place of a plan, a lock or their directories", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const cases: Record<string, (cache: string) => void> = {
    "no plans": (cache) => Deno.removeSync(`${cache}/plans`, { recursive: true }),
    "a plan with another letter in it": (cache) => {
      for (const path of pathsIn(`${cache}/plans`)) {
        edit(path, (text) => text.replace('"steps"', '"stepz"'));
      }
    },
    "a plan for other variables": (cache) => {
      for (const path of pathsIn(`${cache}/plans`)) {
        edit(path, (text) => text.replace('"AWS_SESSION_TOKEN"', '"AWS_SESSION_TOKET"'));
      }
    },
    "random bytes for plans": (cache) => {
      for (const path of pathsIn(`${cache}/plans`)) {
        Deno.writeFileSync(path, crypto.getRandomValues(new Uint8Array(100)));
      }
    },
    "a directory for a plan": (cache) => {
      for (const path of pathsIn(`${cache}/plans`)) {
        Deno.removeSync(path);
        Deno.mkdirSync(path);
      }
    },
    "files for directories": (cache) => {
      for (const name of ["plans", "locks"]) {
        Deno.removeSync(`${cache}/${name}`, { recursive: true });
        Deno.writeTextFileSync(`${cache}/${name}`, "");
      }
    },
  };
  const command = ["sh", "-c", 'echo "$AWS_ACCESS_KEY_ID $AWS_SESSION_TOKEN"'];
  const { stdout } = await mfa.run(command);
  mfa.aws.clearRequests();
  await inPairs(Object.entries(cases), async ([what, damage]) => {
    const { home, cache } = copyCache(mfa, what);
    damage(cache);
    const result = await mfa.run(command, { env: { XDG_CACHE_HOME: home } });
    assert.deepEqual(result, { code: 0, stdout, stderr: "" }, what);
  });
  assert.deepEqual(mfa.actions, []);
});

function pathsIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`);
}

/** Where nothing can be kept. */
const UNWRITABLE: Record<string, { env?: Environment; shell?: string }> = {
  "HOME is not set": { env: { HOME: undefined } },
  "HOME is relative": { env: { HOME: "home" } },
  "XDG_CACHE_HOME is a file": { env: { XDG_CACHE_HOME: "/etc/passwd" } },
  // Deno itself refuses it.
  "XDG_CACHE_HOME may not be looked into": { env: { XDG_CACHE_HOME: "/proc/self" } },
  // A file can have no content: what a full disk does, for one process.
  "the disk is full": { shell: "trap '' XFSZ; ulimit -f 0; " },
};

for (const [where, { env = {}, shell = "" }] of Object.entries(UNWRITABLE)) {
  Deno.test(`wev asks, warns and runs the command where ${where}`, async () => {
    await using mfa = new MfaSandbox();
    const { sandbox } = mfa;
    const variables = { ...sandbox.environment(mfa.environment()), ...env };
    const words = Object.entries(variables).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`]
    );
    await using pty = sandbox.startCommand([
      "sh",
      "-c",
      `${shell}exec env -i "$@"`,
      "sh",
      ...words,
      ...wevCommand(),
      ...COMMAND,
    ]);
    assert.equal(await mfa.answer(pty), 0, pty.shown);
    assert.match(pty.shown, /ran with ASIA/);
    assert.equal(
      pty.shown.split(/warning:\S* (?:Nothing is cached|Cannot write to the cache)/).length,
      2,
      pty.shown,
    );
    assert.equal(pty.shown.split("Token:").length, 2);
    if (shell === "") return;
    // Nothing half written is left.
    assert.deepEqual(pathsIn(sandbox.cache).filter((path) => path.includes(".json")), []);
  });
}

Deno.test("wev closes an entry that others could read, and uses it", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const { path } = entryIn(mfa.sandbox.cache);
  Deno.chmodSync(path, 0o644);
  const { code, stderr } = await mfa.run();
  assert.equal(code, 0, stderr);
  assert.match(stderr, /was open to other users: now it is not\n$/);
  assert.deepEqual(openPaths(mfa.sandbox.cache), []);
});

Deno.test({
  name: "wev uses no cache that belongs to another user (root)",
  ignore: !IS_ROOT,
  async fn() {
    await using mfa = new MfaSandbox();
    await mfa.login();
    Deno.chownSync(mfa.sandbox.cache, NOBODY, NOBODY);
    const { code, stderr } = await mfa.run();
    assert.equal(code, 125);
    assert.match(stderr, /warning: Nothing is cached: .* belongs to another user\n/);
    assert.equal(Deno.statSync(mfa.sandbox.cache).uid, NOBODY);
  },
});

/** What saves, apart from reading: each can be the last thing that a process does. */
const CALLS = "mkdir,openat,write,close,rename,unlink,flock,ftruncate";

Deno.test({
  name: "wev loses no session and opens no file wherever it is killed while it saves (strace)",
  ignore: !hasStrace(),
  async fn() {
    await using mfa = new MfaSandbox();
    writeCredentials(mfa);
    await mfa.login(undefined, FROM_FILE);
    // The file changes but says the same: the entry is saved anew, and nobody is asked.
    writeCredentials(mfa, "\n");
    const before = readEntry(entryIn(mfa.sandbox.cache));
    const run = async (name: string, inject: readonly string[]) => {
      const { home, cache } = copyCache(mfa, name);
      const log = `${home}/strace.log`;
      const trace = [
        "strace",
        "-f",
        "-qq",
        "-o",
        log,
        "-e",
        `trace=${CALLS},execve`,
      ];
      const { code } = await mfa.run(["true"], {
        env: { ...FROM_FILE, XDG_CACHE_HOME: home },
        before: ["setsid", "--wait", ...trace, ...inject],
      });
      return { code, cache, home, calls: Deno.readTextFileSync(log).split("\n") };
    };
    const whole = await run("whole", []);
    assert.equal(whole.code, 0);
    const moments = momentsOfSaving(whole.calls, whole.cache);
    let killed = 0;
    let halfWritten = 0;
    await inPairs(moments, async ({ call, number }) => {
      const inject = ["-e", `inject=${call}:signal=KILL:when=${number}`];
      const { code, cache } = await run(`${call}-${number}`, inject);
      if (code !== 0) killed++;
      if (pathsIn(cache).some((path) => path.endsWith(".tmp"))) halfWritten++;
      const kept = readEntry(entryIn(cache));
      assert.deepEqual(kept.resolution, before.resolution, `${call} ${number}`);
      assert.deepEqual(openPaths(cache), []);
    });
    assert.ok(killed > moments.length / 2, `${killed} of ${moments.length} were killed`);
    assert.ok(halfWritten > 0);
    // And whoever comes next goes on, from wherever.
    mfa.aws.clearRequests();
    for (const { call, number } of [moments[0]!, moments.at(-4)!]) {
      const home = `${mfa.sandbox.root}/caches/${call}-${number}`;
      const env = { ...FROM_FILE, XDG_CACHE_HOME: home };
      assert.equal((await mfa.run(["true"], { env })).code, 0);
    }
    assert.deepEqual(mfa.actions, []);
  },
});

/** A system call: the `number`th of its name. */
interface Moment {
  readonly call: string;
  readonly number: number;
}

/** Returns the calls of the main thread that touch `cache`, and those right before and after them. */
function momentsOfSaving(trace: readonly string[], cache: string): Moment[] {
  const [main] = trace[0]!.split(" ", 1);
  const counts = new Map<string, number>();
  const calls = trace.filter((line) => line.startsWith(`${main} `)).flatMap((line) => {
    const name = / (\w+)\(/.exec(line)?.[1];
    if (name === undefined || name === "execve") return [];
    // strace counts the calls of each name.
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    return [{ call: name, number, touches: line.includes(cache) }];
  });
  const from = calls.findIndex(({ call, touches }) => touches && call === "mkdir");
  return calls.filter((_, at) =>
    at >= from && calls.slice(Math.max(at - 3, 0), at + 4).some(({ touches }) => touches)
  );
}

function hasStrace(): boolean {
  try {
    const { success } = new Deno.Command("strace", { args: ["true"], stderr: "null" }).outputSync();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
