/**
 * What a command notices of wev, on every path: nothing, beside the same command run plainly.
 */

import assert from "node:assert/strict";
import { Sandbox } from "../support/program.ts";
import { quote } from "../support/pty.ts";
import {
  BECOME,
  execute,
  type Result,
  RUN_PATHS,
  SPAWN,
  SPAWN_WITHOUT_LIBC,
} from "../support/run_paths.ts";

const ignore = Deno.build.os !== "linux";
/** The runtime of the executable, Deno 2.7, refuses to start with such arguments. */
const ignoreOddArguments = ignore || Deno.env.has("WEV_BIN") ||
  Deno.version.deno.startsWith("2.7.");

/** A variable that wev never hands on. */
const REMOVED = "WEV_AWSMFA_TOKEN";

function words(prefix: readonly string[]): string {
  return prefix.map(quote).join(" ");
}

/** Configures variables. */
function configure(sandbox: Sandbox, variables: Readonly<Record<string, string>>): void {
  const lines = Object.entries(variables).map(([name, value]) =>
    `${name}: {plugin: {id: wev-echo, value: ${JSON.stringify(value)}}}\n`
  );
  sandbox.write("home/project/wev.yml", lines.join(""));
}

/** Writes a file of the project that may be executed. */
function writeProgram(sandbox: Sandbox, name: string, text: string): void {
  Deno.chmodSync(sandbox.write(`home/project/${name}`, text), 0o755);
}

/** Runs `script` in a shell that stays the parent, in which `run` runs what follows with `prefix`. */
function inShell(sandbox: Sandbox, script: string, prefix: readonly string[]): Promise<Result> {
  const run = `run() { ${words(prefix)} "$@"; }`;
  return execute(sandbox, ["bash", "-c", `${run}\n${script}\nexit $?`]);
}

for (const { name, prefix } of RUN_PATHS) {
  const test = (what: string, fn: (sandbox: Sandbox) => Promise<void>) =>
    Deno.test({
      name: `${name}: ${what}`,
      ignore,
      async fn() {
        using sandbox = new Sandbox();
        await fn(sandbox);
      },
    });

  test("the command's exit code is returned", async (sandbox) => {
    assert.equal((await execute(sandbox, [...prefix, "sh", "-c", "exit 0"])).code, 0);
    assert.equal((await execute(sandbox, [...prefix, "sh", "-c", "exit 255"])).code, 255);
  });

  test("arguments arrive as they are", async (sandbox) => {
    const args = ["", " ", "a b", "-x", "--", "$HOME", "\n", "é😀", "'\""];
    const { stdout } = await execute(sandbox, [...prefix, "printf", "%s\\0", ...args]);
    assert.deepEqual(stdout.split("\0").slice(0, -1), args);
  });

  test("variables are set, removed and left alone", async (sandbox) => {
    configure(sandbox, { CHANGED: "new=é😀", EMPTY: "", ADDED: "1" });
    const env = { KEPT: "kept", CHANGED: "old", [REMOVED]: "x", EMPTY: "y" };
    const { stdout } = await execute(sandbox, [...prefix, "env"], env);
    const lines = stdout.split("\n");
    for (const line of ["KEPT=kept", "CHANGED=new=é😀", "EMPTY=", "ADDED=1"]) {
      assert(lines.includes(line), line);
    }
    assert(!stdout.includes(REMOVED), stdout);
  });

  test("a variable that is not UTF-8 is removed and replaced like any", async (sandbox) => {
    configure(sandbox, { B: "set" });
    const script = `export ${REMOVED}=$'\\xff' B=$'\\xff' C=$'\\xff'; ` +
      `run env | grep -aE '^(B|C|${REMOVED})=' | sort | od -An -c`;
    const { stdout } = await inShell(sandbox, script, prefix);
    assert.equal(stdout.replace(/\s+/g, ""), "B=set\\nC=377\\n");
  });

  test("no other variable differs, not even one that is not UTF-8", async (sandbox) => {
    const script = (command: string) =>
      `export BAD=$'x\\xff\\xfey' _=; env $'N\\xffM=z' ${command} | sort | od -An -tx1`;
    const environment = (prefix: readonly string[]) => `${words(prefix)} sh -c 'unset _; env'`;
    const plain = await inShell(sandbox, script(environment([])), []);
    const run = await inShell(sandbox, script(environment(prefix)), []);
    const strip = (dump: string) => {
      const text = dump.replace(/\s+/g, "");
      return text.replace(/5745565f535041574e3d310a/, "");
    };
    assert.match(strip(run.stdout), /4241443d78fffe79/);
    assert.equal(strip(run.stdout), strip(plain.stdout));
  });

  test("the streams are the caller's", async (sandbox) => {
    const { code, stdout, stderr } = await inShell(
      sandbox,
      "printf 'in\\n' | run sh -c 'cat; echo err >&2; exit 3' | cat; exit ${PIPESTATUS[1]}",
      prefix,
    );
    assert.deepEqual({ code, stdout, stderr }, { code: 3, stdout: "in\n", stderr: "err\n" });
  });

  test("a command that nobody reads ends by SIGPIPE", async (sandbox) => {
    const { stdout } = await inShell(sandbox, "run yes | head -n 1; echo ${PIPESTATUS[0]}", prefix);
    assert.equal(stdout, "y\n141\n");
  });

  test("no descriptor is open that was not, and none is non-blocking", async (sandbox) => {
    const script = "run sh -c 'grep -H flags /proc/$$/fdinfo/*' 5</dev/null | sed 's,.*/,,' | cat";
    const { stdout } = await inShell(sandbox, script, prefix);
    assert.match(stdout, /^0:flags/);
    assert.equal(stdout, (await inShell(sandbox, script, [])).stdout);
  });

  test("no signal is ignored or blocked that was not, and those that were still are", async (sandbox) => {
    // Without libc wev can't know which signals its caller ignored.
    const traps = name === SPAWN_WITHOUT_LIBC.name
      ? [""]
      : ["", "trap '' HUP INT USR1;", "trap '' QUIT TERM;", "trap '' TSTP TTIN TTOU CONT;"];
    for (const trap of traps) {
      // glibc itself ignores signals 32 and 33 in what it spawns, and catches 33 for its threads.
      const withoutItsOwn = "sed -E 's/[0-9a-f](.{8})$/_\\1/; s/[0-9a-f](.{7})$/_\\1/'";
      const script = `${trap} run grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status | ${withoutItsOwn}`;
      const plain = await inShell(sandbox, script, []);
      assert.match(plain.stdout, /SigIgn/);
      assert.equal((await inShell(sandbox, script, prefix)).stdout, plain.stdout, trap);
    }
  });

  test("limits, niceness, umask, directory, group and session are the caller's", async (sandbox) => {
    // Deno raises the limit of open files, and without libc nothing lowers it.
    const files = name === SPAWN_WITHOUT_LIBC.name ? "" : "ulimit -S -n 777;";
    const limits = files === "" ? "| grep -v files" : "";
    const show = `cat /proc/self/limits ${limits}; nice; umask; pwd; ps -o sid= -p $$`;
    const script = `ulimit -S -c 0; ${files} umask 027; cd /usr; nice -n 3 ${
      words(prefix)
    } sh -c '${show}'`;
    const [run, plain] = await Promise.all([
      inShell(sandbox, script, []),
      inShell(sandbox, script.replace(words(prefix), ""), []),
    ]);
    assert.match(plain.stdout, /\n\d+\n0027\n\/usr\n/);
    assert.equal(run.stdout, plain.stdout);
  });

  test("a command that a signal ends is seen to end by it", async (sandbox) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGKILL", "SIGPIPE", "SIGUSR1"]) {
      const script = `kill -${signal.slice(3)} $$`;
      assert.equal((await execute(sandbox, [...prefix, "sh", "-c", script])).signal, signal);
    }
  });

  test("a command that dumps its core is seen to, or exits with 128 and more", async (sandbox) => {
    for (const [signal, number] of [["SIGQUIT", 3], ["SIGSEGV", 11], ["SIGABRT", 6]] as const) {
      const script = `ulimit -c 0; kill -${signal.slice(3)} $$`;
      const result = await execute(sandbox, [...prefix, "sh", "-c", script]);
      assert.equal(result.code, 128 + number);
      assert.equal(result.signal, name === SPAWN_WITHOUT_LIBC.name ? null : signal);
    }
  });

  test("a command that a real-time signal ends exits with 128 and more", async (sandbox) => {
    const { stdout } = await inShell(sandbox, "run sh -c 'kill -40 $$'; echo $?", prefix);
    assert.equal(stdout, "168\n");
  });

  test("what can't be found or executed has the statuses of env(1)", async (sandbox) => {
    const directory = sandbox.project;
    sandbox.write("home/project/plain", "echo");
    writeProgram(sandbox, "orphan", "#!/no/such/interpreter\n");
    await Deno.mkdir(`${directory}/folder`);
    await Deno.symlink("nowhere", `${directory}/dangling`);
    await Deno.symlink("loop", `${directory}/loop`);
    const env = { PATH: `${directory}:${directory}/plain:${Deno.env.get("PATH") ?? ""}` };
    const files = ["plain", "orphan", "folder", "dangling", "loop", "absent", "plain/x"];
    for (const command of ["", ...files, ...files.map((file) => `${directory}/${file}`)]) {
      const expected = await execute(sandbox, ["env", command], env);
      const result = await execute(sandbox, [...prefix, command], env);
      assert.equal(result.code, expected.code, command);
      assert.match(result.stderr, /^wev: error: Cannot (find|execute) /);
      assert.equal(result.stdout, "");
    }
  });

  test("too many arguments are a clear 126", async (sandbox) => {
    configure(sandbox, { LONG: "x".repeat(100_000) });
    assert.equal((await execute(sandbox, [...prefix, "true"])).code, 0);
    configure(sandbox, { LONG: "x".repeat(200_000) });
    const long = await execute(sandbox, [...prefix, "true"]);
    assert.equal(long.code, 126);
    assert.match(long.stderr, /longer than the system allows/);
  });

  test("a script without a shebang is run by the shell", async (sandbox) => {
    configure(sandbox, { A: "set" });
    writeProgram(sandbox, "script", 'echo "$0 $1 $A"\nexit 9\n');
    const script = `${sandbox.project}/script`;
    const { code, stdout } = await execute(sandbox, [...prefix, script, "x y"]);
    assert.deepEqual({ code, stdout }, { code: 9, stdout: `${script} x y set\n` });
  });

  test("the PATH that the command gets is searched", async (sandbox) => {
    configure(sandbox, { PATH: sandbox.project });
    writeProgram(sandbox, "uname", "#!/bin/sh\necho mine\n");
    assert.equal((await execute(sandbox, [...prefix, "uname"])).stdout, "mine\n");
  });
}

/** Defines a test of one path, with arguments that are not UTF-8. */
function testOddArguments(name: string, fn: (sandbox: Sandbox) => Promise<void>): void {
  Deno.test({
    name,
    ignore: ignoreOddArguments,
    async fn() {
      using sandbox = new Sandbox();
      await fn(sandbox);
    },
  });
}

testOddArguments("become: arguments that are not UTF-8 arrive as they are", async (sandbox) => {
  const script = "run printf '%s|' $'a\\xffb' $'\\xef\\xbf\\xbd' c | od -An -tx1";
  const { stdout } = await inShell(sandbox, script, BECOME.prefix);
  assert.equal(stdout.trim(), "61 ff 62 7c ef bf bd 7c 63 7c");
});

testOddArguments(
  "spawn: arguments that are not UTF-8 are refused, and U+FFFD is not",
  async (sandbox) => {
    const odd = await inShell(sandbox, "run printf '%s|' $'a\\xffb' c", SPAWN.prefix);
    assert.deepEqual(odd, {
      code: 125,
      signal: null,
      stdout: "",
      stderr: "wev: error: Cannot run the command as a child: argument 2 is not UTF-8\n",
    });
    const { stdout } = await inShell(
      sandbox,
      "run printf '%s|' $'\\xef\\xbf\\xbd' c",
      SPAWN.prefix,
    );
    assert.equal(stdout, "\ufffd|c|");
  },
);

Deno.test({
  name: "spawn: WEV_SPAWN stays in the environment",
  ignore,
  async fn() {
    using sandbox = new Sandbox();
    const { stdout } = await execute(sandbox, [...SPAWN.prefix, "printenv", "WEV_SPAWN"]);
    assert.equal(stdout, "1\n");
  },
});
