/** wev changes nothing that is not its own, and takes nothing that others can have written. */

import assert from "node:assert/strict";
import { entryIn } from "../support/entry_file.ts";
import { hasProgram } from "../support/has_program.ts";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";
import { Sandbox, wevCommand } from "../support/program.ts";
import { tree } from "../support/tree.ts";

const IS_ROOT = Deno.uid() === 0;
const NOBODY = 65_534;
const ECHO = ["sh", "-c", 'echo "got $A"'];

/** Commands that only show something, and one that has nothing to forget. */
const SHOWS: readonly (readonly string[])[] = [
  ["--explain"],
  ["--explain", "--json"],
  ["--list"],
  ["--forget"],
  ["--forget", "A"],
  ["--help"],
  ["--version"],
  ["--schema"],
  ["--completions", "bash"],
];

function configured(): Sandbox {
  const box = new Sandbox();
  box.write("home/project/wev.yml", "A:\n  plugin:\n    id: wev-echo\n    value: hello\n");
  return box;
}

/** Makes something precious at `directory`, open as with umask 002. */
function checkout(box: Sandbox, directory: string): void {
  for (
    const name of [
      "work.txt",
      ".git/HEAD",
      ".git/objects/00/1",
      `${"0".repeat(64)}.txt`,
      "plans/1.json",
      "locks/yarn.lock",
      "codes/code",
      "facts/fact.json",
      "a.tmp",
    ]
  ) {
    Deno.chmodSync(box.write(`${directory}/${name}`, name), 0o664);
  }
  Deno.symlinkSync("work.txt", `${directory}/link.json`);
  const open = (path: string) => {
    Deno.chmodSync(path, 0o775);
    for (const { name, isDirectory } of Deno.readDirSync(path)) {
      if (isDirectory) open(`${path}/${name}`);
    }
  };
  open(directory);
}

/** Ways in which a directory of the user's stands where the cache would be. */
const IN_THE_PLACE: Record<string, { place(box: Sandbox, cache: string): void; says: RegExp }> = {
  "a git checkout that the group may write": {
    place: (box, cache) => checkout(box, cache),
    says: /is open to other users\n {2}Check what is in it, then run: chmod 700 /,
  },
  "a link to a directory": {
    place(box, cache) {
      checkout(box, `${box.home}/work`);
      Deno.mkdirSync(cache.slice(0, cache.lastIndexOf("/")), { recursive: true });
      Deno.symlinkSync(`${box.home}/work`, cache);
    },
    says: /is a symbolic link\n {2}Remove it: rm /,
  },
  "a link to a private directory": {
    place(box, cache) {
      checkout(box, `${box.home}/work`);
      Deno.chmodSync(`${box.home}/work`, 0o700);
      Deno.mkdirSync(cache.slice(0, cache.lastIndexOf("/")), { recursive: true });
      Deno.symlinkSync(`${box.home}/work`, cache);
    },
    says: /is a symbolic link\n {2}Remove it: rm /,
  },
  "an empty directory that everybody may write": {
    place(_, cache) {
      Deno.mkdirSync(cache, { recursive: true });
      Deno.chmodSync(cache, 0o777);
    },
    says: /is open to other users\n/,
  },
  "a file": {
    place: (box, cache) => void box.write(cache, "mine"),
    says: /is not a directory\n {2}Remove it: rm /,
  },
};

for (const [what, { place, says }] of Object.entries(IN_THE_PLACE)) {
  Deno.test(`wev changes nothing where ${what} is in the place of the cache`, async () => {
    using box = configured();
    const env = { XDG_CACHE_HOME: `${box.home}/src dir` };
    place(box, `${env.XDG_CACHE_HOME}/wev`);
    const before = tree(box.home);
    const run = await box.run(ECHO, { env });
    assert.deepEqual([run.code, run.stdout], [0, "got hello\n"], run.stderr);
    assert.match(run.stderr, /^wev: warning: Nothing is cached: .*\n.*\n$/);
    assert.match(run.stderr, says);
    for (const words of [...SHOWS, ["--forget", "--all"]]) {
      const { code, stderr } = await box.run(words, { env });
      assert.equal(code, 0, `${words}: ${stderr}`);
    }
    assert.deepEqual(tree(box.home), before);
  });
}

Deno.test("wev adds only its own to a private directory, and removes only its own", async () => {
  await using mfa = new MfaSandbox();
  const { sandbox } = mfa;
  checkout(sandbox, sandbox.cache);
  for (const path of ["", "/plans", "/locks", "/codes", "/facts"]) {
    Deno.chmodSync(`${sandbox.cache}${path}`, 0o700);
  }
  const old = new Date("2001-01-01");
  const many = Array.from({ length: 600 }, (_, number) => `plans/${number}.json`);
  for (const name of [...many, `codes/${"0".repeat(63)}`, "plans/x.tmp"]) {
    Deno.utimeSync(sandbox.write(`${sandbox.cache}/${name}`, name), old, old);
  }
  // Links with names of wev's.
  Deno.symlinkSync("../work.txt", `${sandbox.cache}/codes/${"1".repeat(64)}`);
  Deno.symlinkSync("../work.txt", `${sandbox.cache}/plans/${"1".repeat(16)}.json`);
  Deno.symlinkSync("work.txt", `${sandbox.cache}/${"1".repeat(64)}.json.1.tmp`);
  const files = (lines: string[]) => lines.filter((line) => !/ 1\d{4} |[^ ]* 4\d{4}/.test(line));
  const kept = () => new Set(files(tree(sandbox.cache)).map((line) => line.split(" ", 1)[0]!));
  const before = [...kept()];
  await mfa.login();
  await mfa.login(["--refresh", "true"]);
  assert.equal((await mfa.run(["--forget", "--all"])).code, 0);
  const after = kept();
  assert.deepEqual(before.filter((path) => !after.has(path)), []);
  assert.equal(Deno.readTextFileSync(`${sandbox.cache}/work.txt`), "work.txt");
});

for (const name of ["plans", "facts", "codes", "locks"]) {
  Deno.test(`wev goes through no link in the place of ${name}`, async () => {
    await using mfa = new MfaSandbox();
    const { sandbox } = mfa;
    const precious = `${sandbox.home}/precious`;
    checkout(sandbox, precious);
    Deno.chmodSync(precious, 0o700);
    Deno.mkdirSync(sandbox.cache, { recursive: true, mode: 0o700 });
    Deno.chmodSync(sandbox.cache, 0o700);
    Deno.symlinkSync(precious, `${sandbox.cache}/${name}`);
    const before = tree(precious);
    await using pty = mfa.start();
    assert.equal(await mfa.answer(pty), 0, pty.shown);
    assert.match(pty.shown, /ran with ASIA/);
    assert.equal((await mfa.run(["--forget", "--all"])).code, 0);
    assert.deepEqual(tree(precious), before);
  });
}

/** What is in the place of a lock. */
const LOCKS: Record<string, (lock: string, victim: string) => void> = {
  "a link": (lock, victim) => Deno.symlinkSync(victim, lock),
  "a second name of a file": (lock, victim) => Deno.linkSync(victim, lock),
  "a pipe": (lock) => void new Deno.Command("mkfifo", { args: [lock] }).outputSync(),
  "a file that others may write": (lock) => {
    Deno.writeTextFileSync(lock, '{"failure":{"at":9,"message":"planted","exitStatus":1}}');
    Deno.chmodSync(lock, 0o666);
  },
};

for (const [what, put] of Object.entries(LOCKS)) {
  Deno.test(`wev writes to no lock that is ${what}, and goes on`, async () => {
    await using mfa = new MfaSandbox();
    await mfa.login();
    const { key } = entryIn(mfa.sandbox.cache);
    const victim = mfa.sandbox.write("home/victim", "precious");
    Deno.chmodSync(victim, 0o600);
    for (const name of [key, "prompt"]) {
      const lock = `${mfa.sandbox.cache}/locks/${name}.lock`;
      Deno.removeSync(lock);
      put(lock, victim);
    }
    await using pty = mfa.start(["--refresh", ...COMMAND]);
    assert.equal(await mfa.answer(pty), 0, pty.shown);
    assert.match(
      pty.shown,
      /Cannot lock .*: it is not a file that only you may write\s+Remove it: rm /,
    );
    assert.doesNotMatch(pty.shown, /planted/);
    assert.equal(Deno.readTextFileSync(victim), "precious");
  });
}

Deno.test("wev writes nothing at all where it only shows something", async () => {
  await using mfa = new MfaSandbox();
  const { sandbox } = mfa;
  let path = "";
  const states: Record<string, () => void> = {
    "no cache": () => {},
    "an entry that others could read": () => {
      ({ path } = entryIn(sandbox.cache));
      Deno.chmodSync(path, 0o644);
    },
    "a damaged entry": () => Deno.writeTextFileSync(path, "{"),
    "a directory in the entry's place": () => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    },
    "an open cache": () => Deno.chmodSync(sandbox.cache, 0o777),
  };
  for (const [what, change] of Object.entries(states)) {
    if (what !== "no cache" && !exists(sandbox.cache)) await mfa.login();
    change();
    const before = tree(sandbox.home);
    for (const words of SHOWS) {
      // What is cached here, or the device that was found, would be forgotten.
      if (!["no cache", "an open cache"].includes(what) && words[0] === "--forget") continue;
      const named = words.map((word) => word === "A" ? "AWS_ACCESS_KEY_ID" : word);
      const { code, stderr } = await mfa.run(named);
      assert.equal(code, 0, `${what}: ${words}: ${stderr}`);
    }
    assert.deepEqual(tree(sandbox.home), before, what);
  }
});

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("wev makes an XDG_CACHE_HOME, and never a HOME", async () => {
  using box = configured();
  const nohome = `${box.root}/nohome`;
  const cases: Record<string, string>[] = [
    { HOME: nohome },
    { HOME: nohome, XDG_CACHE_HOME: nohome },
    { HOME: nohome, XDG_CACHE_HOME: `${nohome}/.cache` },
    { HOME: `${nohome}/`, XDG_CACHE_HOME: `${box.root}//./nohome/.cache` },
  ];
  for (const env of cases) {
    assert.deepEqual(await box.run(ECHO, { env }), { code: 0, stdout: "got hello\n", stderr: "" });
    assert.equal(exists(nohome), false, JSON.stringify(env));
  }
  const env = { XDG_CACHE_HOME: `${box.root}/some/where` };
  assert.equal((await box.run(ECHO, { env })).stderr, "");
  for (const path of ["some", "some/where", "some/where/wev", "some/where/wev/plans"]) {
    assert.equal((Deno.lstatSync(`${box.root}/${path}`).mode ?? 0) & 0o777, 0o700, path);
  }
});

/** What stands where wev reads a file: a program that opens it waits, or reads for ever. */
const ENDLESS: Record<string, (path: string) => void> = {
  "a pipe": (path) => void new Deno.Command("mkfifo", { args: [path] }).outputSync(),
  "a link to /dev/zero": (path) => Deno.symlinkSync("/dev/zero", path),
  "a link to a pipe": (path) => {
    new Deno.Command("mkfifo", { args: [`${path}.pipe`] }).outputSync();
    Deno.symlinkSync(`${path}.pipe`, path);
  },
  "a file of a terabyte": (path) => {
    Deno.writeTextFileSync(path, "");
    Deno.chmodSync(path, 0o600);
    Deno.truncateSync(path, 2 ** 40);
  },
};

for (const [what, put] of Object.entries(ENDLESS)) {
  Deno.test(`wev neither waits nor grows where a file has become ${what}`, async () => {
    await using mfa = new MfaSandbox();
    await mfa.login();
    const { sandbox } = mfa;
    const [plan] = [...Deno.readDirSync(`${sandbox.cache}/plans`)];
    const paths = [entryIn(sandbox.cache).path, `${sandbox.cache}/plans/${plan!.name}`];
    for (const path of [...paths, `${sandbox.project}/.wev.user.yml`, mfa.config]) {
      // After a run for which all is kept.
      const isConfig = path.endsWith(".yml");
      if (exists(path)) Deno.removeSync(path);
      put(path);
      for (const words of [COMMAND, ["--list"], ["--explain"]]) {
        const { code, stderr } = await mfa.run(words, {
          before: ["timeout", "20", "setsid", "--wait"],
        });
        assert.notEqual(code, 124, `${path} ${words}`);
        if (isConfig && words[0] !== "--list") {
          assert.equal(code, words === COMMAND ? 125 : 1);
          assert.match(stderr, /\.yml:1:1: (?:Cannot read .*: it is not a file|The file is too)/);
        }
      }
      Deno.removeSync(path);
    }
  });
}

/** A user who may write where the cache is renames another directory to it and back, all the time. */
const SWAPS = `
  my ($dir, $evil) = @ARGV;
  $| = 1; print "x";
  while (1) {
    rename("$dir/wev", "$dir/own"); rename("$dir/$evil", "$dir/wev");
    rename("$dir/wev", "$dir/$evil"); rename("$dir/own", "$dir/wev");
  }
`;

Deno.test({
  name: "wev takes no plan of another user's, however fast that one is (root, setpriv, perl)",
  ignore: !IS_ROOT || !hasProgram("setpriv") || !hasProgram("perl"),
  async fn() {
    using box = configured();
    Deno.chmodSync(box.root, 0o755);
    for (const evil of ["evil", "link"]) {
      const shared = `${box.root}/${evil}s`;
      Deno.mkdirSync(shared, { mode: 0o755 });
      const env = { XDG_CACHE_HOME: shared };
      // While nobody else may write there, wev makes a cache.
      assert.equal((await box.run(ECHO, { env })).stderr, "");
      const script = "cp -a wev evil && sed -i s/hello/planted/g evil/plans/* && " +
        "chown -R 65534:65534 evil && mkdir -m 700 precious && ln -s precious link && chmod 777 .";
      const { success } = new Deno.Command("sh", { args: ["-c", script], cwd: shared })
        .outputSync();
      assert.ok(success);
      const precious = tree(`${shared}/precious`);
      const attacker = new Deno.Command("setpriv", {
        args: ["--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-e", SWAPS]
          .concat(shared, evil),
        stdout: "piped",
      }).spawn();
      const reader = attacker.stdout.getReader();
      await reader.read();
      try {
        for (let run = 0; run < 25; run++) {
          const { code, stdout } = await box.run(ECHO, { env, before: ["timeout", "20"] });
          assert.deepEqual([code, stdout], [0, "got hello\n"]);
        }
      } finally {
        attacker.kill("SIGKILL");
        await attacker.status;
        await reader.cancel();
      }
      assert.deepEqual(tree(`${shared}/precious`), precious);
    }
  },
});

Deno.test({
  name: "wev caches nothing in a directory where others rename what they like (root)",
  ignore: !IS_ROOT,
  async fn() {
    using box = configured();
    Deno.chmodSync(box.root, 0o755);
    const cases: [mode: number, uid: number, gid: number, used: boolean][] = [
      [0o777, 0, 0, false],
      [0o775, 0, 100, false],
      [0o775, 0, 0, true],
      [0o1777, 0, 0, true],
      [0o755, NOBODY, 0, false],
      [0o1777, NOBODY, 0, false],
    ];
    for (const [mode, uid, gid, used] of cases) {
      const shared = `${box.root}/${mode.toString(8)}-${uid}-${gid}`;
      Deno.mkdirSync(`${shared}/wev`, { recursive: true });
      Deno.chmodSync(`${shared}/wev`, 0o700);
      Deno.chownSync(shared, uid, gid);
      Deno.chmodSync(shared, mode);
      const { stdout, stderr } = await box.run(ECHO, { env: { XDG_CACHE_HOME: shared } });
      assert.equal(stdout, "got hello\n");
      assert.equal(exists(`${shared}/wev/plans`), used, shared);
      if (used) assert.equal(stderr, "");
      else assert.match(stderr, /can be replaced by other users\n/);
    }
    // What nobody else can get to is closed, whatever it says of itself.
    Deno.chmodSync(box.root, 0o700);
    const { stderr } = await box.run(ECHO, { env: { XDG_CACHE_HOME: `${box.root}/777-0-0` } });
    assert.equal(stderr, "");
  },
});

/** System calls that fail while a session is saved. */
const FAILURES: readonly (readonly [call: string, error: string, saved: boolean])[] = [
  ["unlink", "EIO", true],
  ["unlink", "EROFS", true],
  ["rename", "ENOSPC", false],
  ["rename", "EXDEV", false],
  ["ftruncate", "EIO", true],
];

for (const [call, error, saved] of FAILURES) {
  Deno.test({
    name: `wev runs the command where ${call} fails with ${error} (strace)`,
    ignore: !hasProgram("strace"),
    async fn() {
      await using mfa = new MfaSandbox();
      const { sandbox } = mfa;
      // Everything of the runtime's own is in place.
      await sandbox.run(["--version"]);
      const trace = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        `inject=${call}:error=${error}`,
      ];
      await using pty = sandbox.startCommand([...trace, ...wevCommand(), ...COMMAND], {
        env: mfa.environment(),
      });
      assert.equal(await mfa.answer(pty), 0, pty.shown);
      assert.match(pty.shown, /ran with ASIA/);
      if (!saved) assert.match(pty.shown, /warning:\S* Cannot write to the cache/);
      mfa.aws.clock.advance(60);
      assert.equal((await mfa.run()).code, saved ? 0 : 125);
    },
  });
}

Deno.test({
  name: "wev survives a limit on the size of files, and leaves nothing half written (prlimit)",
  // From source, Deno keeps compiled code in files of its own, and ends there.
  ignore: !hasProgram("prlimit") || !Deno.env.has("WEV_BIN"),
  async fn() {
    await using mfa = new MfaSandbox();
    for (const limit of ["0", "100", "1000"]) {
      await using pty = mfa.sandbox.startCommand(
        ["prlimit", `--fsize=${limit}`, ...wevCommand(), "--refresh", ...COMMAND],
        { env: mfa.environment() },
      );
      assert.equal(await mfa.answer(pty), 0, pty.shown);
      assert.match(pty.shown, /warning:\S* Cannot write to the cache.*File too large/);
      assert.match(pty.shown, /ran with ASIA/);
      mfa.aws.clock.advance(60);
      const left = [...Deno.readDirSync(mfa.sandbox.cache)].map(({ name }) => name);
      assert.deepEqual(left.filter((name) => name.includes(".json")), []);
    }
  },
});

Deno.test({
  name: "wev keeps the entry that is there when the disk is full (root, tmpfs)",
  ignore: !IS_ROOT || !canMount(),
  async fn() {
    await using mfa = new MfaSandbox();
    const home = `${mfa.sandbox.root}/small`;
    Deno.mkdirSync(home, { mode: 0o700 });
    const mount = ["-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", home];
    assert.ok(new Deno.Command("mount", { args: mount }).outputSync().success);
    try {
      const env = { XDG_CACHE_HOME: home };
      await mfa.login(COMMAND, env);
      const before = Deno.readTextFileSync(entryIn(`${home}/wev`).path);
      try {
        for (let size = 65_536; size > 0; size >>= 1) {
          for (let number = 0; number < 2; number++) {
            Deno.writeFileSync(`${home}/fill`, new Uint8Array(size), { append: true });
          }
        }
      } catch {
        // Full.
      }
      new Deno.Command("sh", { args: ["-c", `cat /dev/zero >>"${home}/fill"`] }).outputSync();
      await using pty = mfa.start(["--refresh", ...COMMAND], env);
      assert.equal(await mfa.answer(pty), 0, pty.shown);
      assert.match(pty.shown, /warning:\S* Cannot write to the cache.*No space left/);
      assert.equal(Deno.readTextFileSync(entryIn(`${home}/wev`).path), before);
    } finally {
      new Deno.Command("umount", { args: [home] }).outputSync();
    }
  },
});

function canMount(): boolean {
  if (!hasProgram("mount") || !hasProgram("umount")) return false;
  const directory = Deno.makeTempDirSync();
  const mount = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory];
  const { success } = new Deno.Command("mount", { args: mount, stderr: "null" }).outputSync();
  if (success) new Deno.Command("umount", { args: [directory] }).outputSync();
  Deno.removeSync(directory);
  return success;
}
