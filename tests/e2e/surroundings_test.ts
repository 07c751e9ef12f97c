/**
 * Surroundings that few programs expect: names and values that are not UTF-8, an environment with a
 * name twice, paths that lead through links.
 */

import assert from "node:assert/strict";
import { hasProgram } from "../support/has_program.ts";
import { MfaSandbox } from "../support/mfa_sandbox.ts";
import { rawExec, rawText } from "../support/raw_exec.ts";
import { type RunResult, Sandbox, wevCommand } from "../support/program.ts";

const linux = Deno.build.os === "linux";
const unix = Deno.build.os !== "windows";
const FOO = "FOO: {plugin: {id: wev-echo, value: new}}\n";

/** The ways to run a command: wev becomes it, and wev is its parent. */
const WAYS = [{ name: "become", env: {} }, { name: "spawn", env: { WEV_SPAWN: "1" } }];

/** Runs wev with `entries` added to its environment, each as bytes. */
async function runRaw(
  sandbox: Sandbox,
  args: readonly string[],
  entries: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const own = Object.entries(sandbox.environment(env))
    .filter(([name]) => !entries.some((entry) => entry.startsWith(`${name}=`)))
    .map((entry) => rawText(entry.join("=")));
  const argv = [...wevCommand(), ...args].map(rawText);
  if (!argv[0]!.startsWith("/")) throw new Error("The program needs a path");
  const [program = "", ...words] = rawExec({ argv, environment: [...own, ...entries] });
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: words,
    cwd: sandbox.project,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

for (const variable of ["HOME", "XDG_CACHE_HOME"]) {
  Deno.test({
    name: `wev refuses a ${variable} that is not UTF-8`,
    ignore: !linux,
    async fn() {
      using sandbox = new Sandbox();
      const entries = [`${variable}=${sandbox.home}/o\xffdd`];
      const message = `wev: error: Cannot read the variable ${variable}: it is not UTF-8\n` +
        "  Set it to text in UTF-8, or unset it.\n";
      const run = await runRaw(sandbox, ["echo", "ran"], entries);
      assert.deepEqual(run, { code: 125, stdout: "", stderr: message });
      const list = await runRaw(sandbox, ["--list"], entries);
      assert.deepEqual(list, { code: 1, stdout: "", stderr: message });
      assert.equal((await runRaw(sandbox, ["--version"], entries)).code, 0);
    },
  });
}

Deno.test({
  name: "wev refuses a variable that a plugin reads and that is not UTF-8",
  ignore: !linux,
  async fn() {
    await using mfa = new MfaSandbox();
    const { sandbox } = mfa;
    const result = await runRaw(sandbox, ["echo", "ran"], ["AWS_PROFILE=\xff"], mfa.environment());
    assert.deepEqual({ code: result.code, stdout: result.stdout }, { code: 125, stdout: "" });
    assert.match(
      result.stderr,
      /^wev: error: Cannot read the variable AWS_PROFILE: it is not UTF-8\n/,
    );
    assert.deepEqual(mfa.actions, []);
  },
});

Deno.test({
  name: "a variable that only colours messages may be anything",
  ignore: !linux,
  async fn() {
    using sandbox = new Sandbox();
    const entries = ["NO_COLOR=\xff", "FORCE_COLOR=\xff", "TERM=\xff"];
    const { code, stderr } = await runRaw(sandbox, ["no-such-command"], entries);
    assert.equal(code, 127);
    assert.match(stderr, /^wev: error: Cannot find command "no-such-command"\n/);
  },
});

Deno.test({
  name: "a PATH that is not UTF-8 is searched",
  ignore: !linux,
  async fn() {
    using sandbox = new Sandbox();
    sandbox.write("home/project/wev.yml", FOO);
    const directory = `${sandbox.root}/o\\377dd`;
    // Only a shell makes such a directory.
    const script = `cd "$1" && mkdir "$(printf 'o\\377dd')" && cd "$(printf 'o\\377dd')" && ` +
      `printf '#!/bin/sh\\necho $FOO\\n' >tool && chmod +x tool && echo >plain`;
    await new Deno.Command("sh", { args: ["-c", script, "sh", sandbox.root] }).output();
    const path = `PATH=/usr/bin:/bin:${directory.replace("\\377", "\xff")}`;
    const tool = await runRaw(sandbox, ["tool"], [path]);
    assert.deepEqual(tool, { code: 0, stdout: "new\n", stderr: "" });
    assert.equal((await runRaw(sandbox, ["printenv", "FOO"], [path])).stdout, "new\n");
    const missing = await runRaw(sandbox, ["no-such-command"], [path]);
    assert.equal(missing.code, 127);
    assert.match(missing.stderr, /^wev: error: Cannot find command "no-such-command"\n/);
    const plain = await runRaw(sandbox, ["plain"], [path]);
    assert.equal(plain.code, 126);
    assert.match(plain.stderr, /^wev: error: Cannot execute "plain": permission denied\n/);
    // Where wev is the parent, it is the runtime that looks, and it does not see all of PATH.
    const spawned = await runRaw(sandbox, ["tool"], [path], { WEV_SPAWN: "1" });
    assert.equal(spawned.code, 125);
    assert.match(spawned.stderr, /^wev: error: Cannot look for "tool": PATH is not UTF-8\n/);
    const named = await runRaw(sandbox, ["/bin/sh", "-c", "echo $FOO"], [path], { WEV_SPAWN: "1" });
    assert.deepEqual(named, { code: 0, stdout: "new\n", stderr: "" });
  },
});

Deno.test({
  name: "wev refuses a working directory whose path is not UTF-8",
  ignore: !linux,
  async fn() {
    using sandbox = new Sandbox();
    const script = `mkdir "$(printf 'o\\377dd')" && cd "$(printf 'o\\377dd')" && exec "$@"`;
    const before = ["sh", "-c", script, "sh"];
    const { failure, ...run } = await sandbox.run(["echo", "ran"], { before });
    assert.equal(failure?.kind, "config");
    const message = "wev: error: Cannot read the path of the working directory: it is not UTF-8\n" +
      "  Run wev in a directory whose path is UTF-8.\n";
    assert.deepEqual(run, { code: 125, stdout: "", stderr: message });
    await Deno.remove(sandbox.project, { recursive: true });
    await Deno.mkdir(sandbox.project);
    const explain = await sandbox.run(["--explain"], { before });
    const { code, stdout, stderr } = explain;
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: "", stderr: message });
    await Deno.remove(sandbox.project, { recursive: true });
    await Deno.mkdir(sandbox.project);
    assert.equal((await sandbox.run(["--version"], { before })).code, 0);
  },
});

for (const { name, env } of WAYS) {
  Deno.test({
    name: `${name}: an environment with a name twice has a configured variable once`,
    ignore: !unix,
    async fn() {
      using sandbox = new Sandbox();
      sandbox.write("home/project/wev.yml", FOO);
      const entries = ["FOO=1", "OTHER=first", "FOO=2", "OTHER=second", "ONCE=1"];
      const { stdout } = await runRaw(sandbox, ["/usr/bin/env"], entries, env);
      const lines = stdout.split("\n").filter((line) => /^(?:FOO|OTHER|ONCE)=/.test(line));
      // A parent hands on what getenv(3) finds; exec hands on all.
      const others = name === "become" ? ["OTHER=first", "OTHER=second"] : ["OTHER=first"];
      assert.deepEqual(lines.sort(), ["FOO=new", "ONCE=1", ...others]);
    },
  });

  Deno.test({
    name: `${name}: a path through a link leads where the system says`,
    ignore: !unix,
    async fn() {
      using sandbox = new Sandbox();
      sandbox.write("home/project/wev.yml", FOO);
      const tool = (path: string, says: string) =>
        Deno.chmodSync(sandbox.write(path, `#!/bin/sh\necho ${says} "$@"\n`), 0o755);
      tool("home/project/tool", "wrong");
      tool("elsewhere/tool", "right");
      tool("elsewhere/only", "only");
      sandbox.write("elsewhere/deep/file", "");
      await Deno.symlink(`${sandbox.root}/elsewhere/deep`, `${sandbox.project}/link`);
      const run = async (command: string, path?: string) =>
        await sandbox.run([command, "-x", ""], {
          env: { ...env, ...path === undefined ? {} : { PATH: path } },
        });
      const expected = await new Deno.Command("sh", {
        args: ["-c", "link/../tool -x ''"],
        cwd: sandbox.project,
      }).output();
      assert.equal(new TextDecoder().decode(expected.stdout), "right -x \n");
      for (const command of ["link/../tool", "./link/../tool", `${sandbox.project}/link/../tool`]) {
        const { stdout, stderr } = await run(command);
        assert.deepEqual({ stdout, stderr }, { stdout: "right -x \n", stderr: "" }, command);
      }
      assert.equal((await run("link/../only")).stdout, "only -x \n");
      assert.equal((await run("link/../deep/../only")).stdout, "only -x \n");
      assert.equal((await run("../project/tool")).stdout, "wrong -x \n");
      const inPath = `${sandbox.project}/link/..:/usr/bin:/bin`;
      assert.equal((await run("tool", inPath)).stdout, "right -x \n");
      assert.equal((await run("only", inPath)).stdout, "only -x \n");
      assert.equal((await run("tool", `link/..:/usr/bin:/bin`)).stdout, "right -x \n");
      for (const absent of ["nowhere/../tool", "link/../file", "link/../nowhere/../tool"]) {
        assert.equal((await run(absent)).code, 127, absent);
      }
      await Deno.symlink("loop", `${sandbox.project}/loop`);
      for (
        const refused of [
          "loop/../tool",
          "tool/",
          "tool/.",
          "tool/../tool",
          "link/..",
          "link/../tool/",
        ]
      ) {
        const { code, stdout } = await run(refused);
        assert.deepEqual({ code, stdout }, { code: 126, stdout: "" }, refused);
      }
    },
  });
}

Deno.test({
  name: "a command that is only beside a link's target is found before anyone is asked",
  ignore: !unix,
  async fn() {
    await using mfa = new MfaSandbox();
    const { sandbox } = mfa;
    const file = sandbox.write("elsewhere/only", "#!/bin/sh\necho only\n");
    await Deno.chmod(file, 0o755);
    await Deno.mkdir(`${sandbox.root}/elsewhere/deep`);
    await Deno.symlink(`${sandbox.root}/elsewhere/deep`, `${sandbox.project}/link`);
    const missing = await mfa.run(["link/../tool"]);
    assert.equal(missing.code, 127);
    await using pty = mfa.start(["link/../only"]);
    assert.equal(await mfa.answer(pty), 0);
    assert.match(pty.shown, /only/);
  },
});

Deno.test({
  name: "wev runs for a user without a home and without an entry in passwd",
  // From source it would be Deno that has to write its cache.
  ignore: !linux || Deno.uid() !== 0 || !hasProgram("setpriv") || !Deno.env.has("WEV_BIN"),
  async fn() {
    using sandbox = new Sandbox();
    await Deno.chmod(sandbox.write("home/project/wev.yml", FOO), 0o644);
    for (const directory of [sandbox.root, sandbox.home, sandbox.project]) {
      await Deno.chmod(directory, 0o755);
    }
    const ids = ["--reuid=12345", "--regid=12345", "--clear-groups"];
    const copy = `${sandbox.root}/wev`;
    await Deno.copyFile(Deno.env.get("WEV_BIN")!, copy);
    await Deno.chmod(copy, 0o755);
    const { code, stdout, stderr } = await new Deno.Command("setpriv", {
      args: [...ids, "env", "-i", "PATH=/usr/bin:/bin", copy, "sh", "-c", "echo $FOO"],
      cwd: sandbox.project,
    }).output();
    const decoder = new TextDecoder();
    assert.deepEqual([code, decoder.decode(stdout), decoder.decode(stderr)], [0, "new\n", ""]);
  },
});
