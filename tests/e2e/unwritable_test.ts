/**
 * Messages that can't be written, and output that can't: a full disk, a reader that has gone or takes
 * nothing, a terminal that has gone.
 */

import assert from "node:assert/strict";
import { rawExec, rawText } from "../support/raw_exec.ts";
import { Sandbox, wevCommand } from "../support/program.ts";

const unix = Deno.build.os !== "windows";
const linux = Deno.build.os === "linux";

/** A cache that can't be used, which costs each run a warning. */
const WARNS = { XDG_CACHE_HOME: "/dev/null/not-a-directory" };
const FOO = "FOO: {plugin: {id: wev-echo, value: bar}}\n";

/** Where a message goes that can't be written, in a shell's words. */
const NOWHERE = [
  { name: "on a full device", redirection: "2>/dev/full", on: linux },
  { name: "to a closed stream", redirection: "2>&-", on: unix },
  { name: "to a pipe without a reader", redirection: "2> >(exec true)", on: unix },
  { name: "to a stream that is open for reading", redirection: "2</dev/null", on: unix },
];

/** Runs wev by a shell, which redirects as `redirection` says. */
async function runRedirected(
  sandbox: Sandbox,
  redirection: string,
  args: readonly string[],
  env: Record<string, string> = {},
) {
  // A moment, in which the reader of a pipe ends.
  const script = `exec ${redirection}; sleep 0.2; exec "$@"`;
  return await sandbox.run(args, { env, before: ["bash", "-c", script, "bash"] });
}

for (const { name, redirection, on } of NOWHERE) {
  Deno.test({
    name: `wev runs the command though nothing can be said ${name}`,
    ignore: !on,
    async fn() {
      using sandbox = new Sandbox();
      sandbox.write("home/project/wev.yml", FOO);
      const options = ["--log-level", "debug", "sh", "-c", "echo ran $FOO; exit 7"];
      const { code, stdout } = await runRedirected(sandbox, redirection, options, WARNS);
      assert.deepEqual({ code, stdout }, { code: 7, stdout: "ran bar\n" });
    },
  });

  Deno.test({
    name: `wev's exit status is the same though nothing can be said ${name}`,
    ignore: !on,
    async fn() {
      using sandbox = new Sandbox();
      const status = async (...args: string[]) =>
        (await runRedirected(sandbox, redirection, args)).code;
      assert.equal(await status("no-such-command"), 127);
      assert.equal(await status("/"), 126);
      assert.equal(await status("--no-such-option"), 2);
      sandbox.write("home/project/wev.yml", "A: [\n");
      assert.equal(await status("true"), 125);
      assert.equal(await status("--explain"), 1);
    },
  });
}

Deno.test({
  name: "wev says that there is no space for what was asked for",
  ignore: !linux,
  async fn() {
    using sandbox = new Sandbox();
    sandbox.write("home/project/wev.yml", FOO);
    const commands = [
      ["--version"],
      ["--help"],
      [],
      ["--list"],
      ["--explain"],
      ["--explain", "--json"],
      ["--schema"],
      ["--completions", "bash"],
      ["--forget"],
    ];
    for (const args of commands) {
      const { code, stderr } = await runRedirected(sandbox, ">/dev/full", args);
      const message = "wev: error: Cannot write to standard output: no space left on device\n";
      assert.deepEqual({ code, stderr }, { code: 1, stderr: message }, args.join(" "));
      // Not even that can be said.
      assert.equal((await runRedirected(sandbox, ">/dev/full 2>&1", args)).code, 1);
    }
  },
});

Deno.test({
  name: "wev is quiet where nobody reads on",
  ignore: !unix,
  async fn() {
    using sandbox = new Sandbox();
    for (const args of [["--help"], ["--schema"]]) {
      const { code, stderr } = await runRedirected(sandbox, "> >(exec true)", args);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    }
  },
});

Deno.test({
  name: "no signal ends wev where a file may not grow",
  // Deno's own cache ends it from source.
  ignore: !unix || !Deno.env.has("WEV_BIN"),
  async fn() {
    using sandbox = new Sandbox();
    const file = `${sandbox.root}/file`;
    const limited = (redirection: string) => `${redirection}'${file}'; ulimit -f 0`;
    const nope = await runRedirected(sandbox, limited("2>"), ["no-such-command"], WARNS);
    assert.equal(nope.code, 127);
    const { code, stderr } = await runRedirected(sandbox, limited(">"), ["--version"]);
    assert.equal(code, 1);
    assert.match(stderr, /^wev: error: Cannot write to standard output: .*\n$/);
    // The command has the signal as it was.
    const grep = ["grep", "SigIgn", "/proc/self/status"];
    if (!linux) return;
    sandbox.write("home/project/wev.yml", FOO);
    const first = await sandbox.run(["--log-level", "debug", ...grep], { env: WARNS });
    const plain = await new Deno.Command("grep", { args: grep.slice(1) }).output();
    const ignored = (text: string) => BigInt(`0x${/SigIgn:\s*(\w+)/.exec(text)?.[1]}`) >> 24n & 1n;
    assert.match(first.stderr, /debug/);
    assert.equal(ignored(first.stdout), ignored(new TextDecoder().decode(plain.stdout)));
  },
});

/** Returns the environment of a sandbox, an entry each. */
function environmentOf(sandbox: Sandbox, extra: Record<string, string> = {}): string[] {
  return Object.entries(sandbox.environment(extra)).map((entry) => rawText(entry.join("=")));
}

/** Runs a shell's script in which `"$@"` is wev with its descriptor `full` or `gone`. */
async function runStuck(
  sandbox: Sandbox,
  script: string,
  args: readonly string[],
  stuck: { full?: number[]; gone?: number[] },
  env: Record<string, string> = {},
) {
  const argv = [...wevCommand(), ...args].map(rawText);
  const words = rawExec({ argv, environment: environmentOf(sandbox, env), ...stuck });
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", script, "bash", ...words],
    cwd: sandbox.project,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test({
  name: "wev does not wait for a reader that takes no messages",
  ignore: !linux,
  async fn() {
    using sandbox = new Sandbox();
    sandbox.write("home/project/wev.yml", FOO);
    // Its reader reads nothing.
    const script = 'mkfifo pipe; sleep 60 <pipe & "$@" 2>pipe; status=$?; kill $!; exit $status';
    const command = ["--log-level", "debug", "sh", "-c", "echo ran $FOO; exit 7"];
    const { code, stdout } = await runStuck(sandbox, script, command, { full: [2] }, WARNS);
    assert.deepEqual({ code, stdout }, { code: 7, stdout: "ran bar\n" });
  },
});

Deno.test({
  name: "wev waits for a slow reader of what was asked for, and fails where it takes nothing",
  ignore: !linux,
  async fn() {
    using sandbox = new Sandbox();
    const slow = '{ "$@"; echo "status $?" >&2; } | { sleep 1; tr -d "\\0"; }';
    const read = await runStuck(sandbox, slow, ["--schema"], { full: [1] });
    assert.equal(read.stderr, "status 0\n");
    JSON.parse(read.stdout);
    const stuck = 'mkfifo pipe; sleep 60 <pipe & "$@" >pipe; echo "status $?" >&2; kill $!; exit 0';
    const unread = await runStuck(sandbox, stuck, ["--schema"], { full: [1] });
    assert.match(
      unread.stderr,
      /^wev: error: Cannot write to standard output: its reader does not read\nstatus 1\n$/,
    );
  },
});

Deno.test({
  name: "wev runs the command though its terminal has gone",
  ignore: !linux,
  async fn() {
    using sandbox = new Sandbox();
    sandbox.write("home/project/wev.yml", FOO);
    const command = ["--log-level", "debug", "sh", "-c", "echo ran $FOO; exit 7"];
    const { code, stdout } = await runStuck(sandbox, 'exec "$@"', command, { gone: [2] }, WARNS);
    assert.deepEqual({ code, stdout }, { code: 7, stdout: "ran bar\n" });
    const version = await runStuck(sandbox, 'exec "$@"', ["--version"], { gone: [1] });
    assert.equal(version.code, 1);
    assert.match(
      version.stderr,
      /^wev: error: Cannot write to standard output: input\/output error\n$/,
    );
  },
});
