import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { AGENT, Sandbox } from "../support/program.ts";

const BROKEN = "A: [\n";
const FOO = "FOO: {plugin: {id: wev-echo, value: bar}}\n";

Deno.test("wev shows its version on standard output, whatever the configuration", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", BROKEN);
  const { code, stdout, stderr } = await sandbox.run(["--version"]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.ok(stdout.startsWith(`wev ${manifest.version} (${Deno.build.target}, Deno `), stdout);
});

Deno.test("wev shows the same help for --help, -h and no arguments", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", BROKEN);
  const [help, ...others] = await Promise.all(
    [["--help"], ["-h"], []].map((args) => sandbox.run(args)),
  );
  assert.equal(help?.code, 0);
  assert.equal(help.stderr, "");
  assert.match(help.stdout, /^wev .*\n\nUsage: wev \[OPTIONS\] COMMAND \[ARG\.\.\.\]\n/);
  for (const option of ["--explain", "--json", "--log-level", "--version", "-h, --help"]) {
    assert.ok(help.stdout.includes(`  ${option}`), option);
  }
  assert.ok(help.stdout.split("\n").every((line) => line.length <= 80));
  for (const other of others) assert.deepEqual(other, help);
});

Deno.test("wev runs nothing and shows the usage and a suggestion for an unknown option", async () => {
  using sandbox = new Sandbox();
  const { code, stdout, stderr } = await sandbox.run(["--explian", "sh", "-c", "echo ran"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.equal(
    stderr,
    'wev: error: There is no option --explian\n  Did you mean "--explain"?\n' +
      "  Usage: wev [OPTIONS] COMMAND [ARG...]\n  See wev --help.\n",
  );
});

Deno.test("wev leaves the command's options and -- to the command", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", FOO);
  const words = ["--version", "-h", "--", "--log-level", "", "a b", "*", "é\n", "--explain"];
  const { stdout } = await sandbox.run(["printf", "%s|", ...words]);
  assert.equal(stdout, words.map((word) => `${word}|`).join(""));
  const dashed = await sandbox.run(["--", "printf", "%s|", "--", "-h"]);
  assert.equal(dashed.stdout, "--|-h|");
});

Deno.test("wev passes the exit code on, and says why it could not run a command", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/plain.txt", "text");
  assert.equal((await sandbox.run(["sh", "-c", "exit 42"])).code, 42);
  const missing = await sandbox.run(["no-such-command"]);
  assert.equal(missing.code, 127);
  assert.match(missing.stderr, /^wev: error: Cannot find command "no-such-command"\n/);
  const plain = await sandbox.run(["./plain.txt"]);
  assert.equal(plain.code, 126);
  assert.match(plain.stderr, /^wev: error: Cannot execute "\.\/plain\.txt": permission denied\n/);
});

Deno.test("wev says at debug which files and plugins it uses, and nothing at info", async () => {
  using sandbox = new Sandbox();
  const file = sandbox.write("home/project/wev.yml", FOO);
  const run = (...options: string[]) => sandbox.run([...options, "sh", "-c", "echo $FOO"]);
  const debug = await run("--log-level", "debug");
  assert.ok(debug.stderr.includes(`wev: debug: Configuration: ${file}\n`), debug.stderr);
  for (const level of ["info", "warning", "error"]) {
    assert.deepEqual(await run(`--log-level=${level}`), { code: 0, stdout: "bar\n", stderr: "" });
  }
  assert.equal((await run("--log-level", "loud")).code, 2);
});

Deno.test("wev writes escapes to a terminal, and none where that is not wanted", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", BROKEN);
  const shown = async (env: Record<string, string>) => {
    await using pty = sandbox.start(["true"], { env });
    assert.equal(await pty.end(), 125);
    return pty.shown;
  };
  assert.ok((await shown({})).startsWith("\x1b[31mwev: error:\x1b[0m "));
  assert.ok((await shown({ NO_COLOR: "" })).includes("\x1b["));
  for (const env of [{ NO_COLOR: "1" }, { NO_COLOR: "1", FORCE_COLOR: "1" }, { TERM: "dumb" }]) {
    assert.ok(!(await shown(env)).includes("\x1b"), JSON.stringify(env));
  }
  assert.ok(!(await sandbox.run(["true"])).stderr.includes("\x1b"));
  const forced = await sandbox.run(["true"], { env: { FORCE_COLOR: "1" } });
  assert.ok(forced.stderr.includes("\x1b["));
});

Deno.test("wev runs a command as it is where there is no configuration", async () => {
  using sandbox = new Sandbox();
  const { code, stdout, stderr } = await sandbox.run(["env"]);
  assert.equal(code, 0);
  assert.equal(stderr, "");
  const expected = Object.entries(sandbox.environment(AGENT)).map(([name, value]) =>
    `${name}=${value}`
  );
  assert.deepEqual(stdout.trimEnd().split("\n").sort(), expected.sort());
});
