/**
 * `wev --export=github`, as a step of a GitHub job runs it.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { githubVariables } from "../support/github_env.ts";
import { MfaSandbox } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";

/** The configuration of the tests that need no AWS. */
const CONFIGURATION = `A:
  plugin:
    id: wev-echo
    value: "one\\n\\nthree\\n"
B:
  plugin:
    id: wev-echo
    value: two
`;

Deno.test("--export=github adds the variables to those of earlier steps", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", CONFIGURATION);
  const file = sandbox.write("github_env", "EARLIER=1\n");
  const { code, stdout, stderr } = await sandbox.run(["--export=github"], {
    env: { GITHUB_ENV: file },
  });
  deepStrictEqual({ code, stdout, stderr }, {
    code: 0,
    stdout: "",
    stderr: "wev: Later steps have A, B\n",
  });
  const variables = githubVariables(await Deno.readTextFile(file));
  deepStrictEqual(variables, { EARLIER: "1", A: "one\n\nthree\n", B: "two" });
});

Deno.test("--export=github ends no value where the value says so", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", CONFIGURATION);
  const ends = async () => {
    const file = sandbox.write("github_env", "");
    await sandbox.run(["--export=github"], { env: { GITHUB_ENV: file } });
    return [...(await Deno.readTextFile(file)).matchAll(/<<(.*)$/gm)].map(([, end]) => end);
  };
  const all = [...await ends(), ...await ends()];
  strictEqual(new Set(all).size, 4);
  // 122 random bits.
  for (const end of all) match(end ?? "", /^wev_[0-9a-f-]{36}$/);
});

Deno.test("--export=github masks every secret before it exports any", async () => {
  await using mfa = new MfaSandbox();
  const file = mfa.sandbox.write("github_env", "");
  const nobody = await mfa.run(["--export=github"], { env: { GITHUB_ENV: file } });
  deepStrictEqual({ code: nobody.code, stdout: nobody.stdout }, { code: 1, stdout: "" });
  strictEqual(await Deno.readTextFile(file), "");

  await mfa.login();
  const { code, stdout, stderr } = await mfa.run(["--export=github"], {
    env: { GITHUB_ENV: file },
  });
  strictEqual(code, 0, stderr);
  const variables = githubVariables(await Deno.readTextFile(file));
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = variables;
  const secrets = [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN];
  deepStrictEqual(
    stdout,
    secrets.map((secret) => `::add-mask::${secret?.replaceAll("%", "%25")}\n`).join(""),
  );
  for (const secret of secrets) ok(!stderr.includes(secret ?? ""), stderr);
});

Deno.test({
  name: "--export=github exports nothing where its masks can't be written",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using mfa = new MfaSandbox();
    await mfa.login();
    const file = mfa.sandbox.write("github_env", "");
    const unread = [[">/dev/full", "no space left on device"], [
      "> >(exec true)",
      "nobody reads it",
    ]];
    for (const [redirection, reason] of unread) {
      const script = `exec ${redirection}; sleep 0.2; exec "$@"`;
      const { code, stderr } = await mfa.run(["--export=github"], {
        env: { GITHUB_ENV: file },
        before: ["bash", "-c", script, "bash"],
      });
      deepStrictEqual({ code, stderr }, {
        code: 1,
        stderr: `wev: error: Cannot write to standard output: ${reason}\n`,
      });
      strictEqual(await Deno.readTextFile(file), "");
    }
  },
});

Deno.test("--export=github empties what must not reach later steps", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const conflicting = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  const file = mfa.sandbox.write("github_env", "");
  const { stderr } = await mfa.run(["--export=github"], {
    env: { [conflicting]: "/of-the-runner", GITHUB_ENV: file },
  });
  const variables = githubVariables(await Deno.readTextFile(file));
  strictEqual(variables[conflicting], "");
  ok(!("AWS_PROFILE" in variables), "the AWS CLI takes an empty AWS_PROFILE for a profile");
  match(
    stderr,
    new RegExp(`^wev: warning: GitHub can't remove ${conflicting} from later steps`, "m"),
  );
});

Deno.test("--export=github lets a wev in a later step see what this one saw", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const file = mfa.sandbox.write("github_env", "");
  await mfa.run(["--export=github"], { env: { GITHUB_ENV: file } });
  const env = githubVariables(await Deno.readTextFile(file));
  const { code, stdout } = await mfa.run(undefined, { env });
  deepStrictEqual({ code, stdout }, { code: 0, stdout: `ran with ${env["AWS_ACCESS_KEY_ID"]}\n` });
});

for (const [file, problem] of [[undefined, "is not set"], ["/no/such/file", "names no file"]]) {
  Deno.test(`--export=github fails where GITHUB_ENV ${problem}`, async () => {
    using sandbox = new Sandbox();
    sandbox.write("home/project/wev.yml", CONFIGURATION);
    const env = file === undefined ? {} : { GITHUB_ENV: file };
    const { code, stdout, stderr } = await sandbox.run(["--export=github"], { env });
    strictEqual(code, 1);
    strictEqual(stdout, "");
    ok(stderr.startsWith(`wev: error: Cannot export to GitHub: GITHUB_ENV ${problem}\n`), stderr);
  });
}

for (const name of ["GITHUB_TOKEN", "RUNNER_TEMP", "NODE_OPTIONS"]) {
  Deno.test(`--export=github refuses ${name} before it exports anything`, async () => {
    using sandbox = new Sandbox();
    const more = `${name}:\n  plugin:\n    id: wev-echo\n    value: x\n`;
    sandbox.write("home/project/wev.yml", CONFIGURATION + more);
    const file = sandbox.write("github_env", "");
    const { code, stderr } = await sandbox.run(["--export=github"], { env: { GITHUB_ENV: file } });
    strictEqual(code, 1);
    ok(stderr.includes(`GitHub does not let a step set ${name} for later steps`), stderr);
    strictEqual(await Deno.readTextFile(file), "");
  });
}

Deno.test("--export=github begins a line of its own after one that lacks its end", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", CONFIGURATION);
  for (const earlier of ["EARLIER=1", "EARLIER<<E\n1\nE"]) {
    const file = sandbox.write("github_env", earlier);
    const { code, stderr } = await sandbox.run(["--export=github"], { env: { GITHUB_ENV: file } });
    strictEqual(code, 0, stderr);
    const variables = githubVariables(await Deno.readTextFile(file));
    deepStrictEqual(variables, { EARLIER: "1", A: "one\n\nthree\n", B: "two" });
  }
});

for (const name of ["##[stop-commands]x", "::add-mask::x", "A-B", "A.B", "1A", "Ä"]) {
  Deno.test(`--export=github refuses ${name}, and says no command for the runner`, async () => {
    using sandbox = new Sandbox();
    sandbox.write(
      "home/project/wev.yml",
      `"${name}":\n  plugin:\n    id: wev-echo\n    value: x\n`,
    );
    const file = sandbox.write("github_env", "");
    const env = { GITHUB_ENV: file, GITHUB_ACTIONS: "true" };
    const { code, stdout, stderr } = await sandbox.run(["--export=github"], { env });
    strictEqual(code, 1);
    ok(!stderr.includes("##[") && !/^\s*::/m.test(stdout + stderr), stderr);
    strictEqual(await Deno.readTextFile(file), "");
  });
}

Deno.test("wev shows text from elsewhere as no command in a GitHub job, and as it is elsewhere", async () => {
  using sandbox = new Sandbox();
  const names = ['"::stop-commands::x"', '"X##[add-mask]y"', "'A##[x]'"];
  const plugin = "plugin: {id: wev-echo, value: '##[group]v'}";
  sandbox.write("home/project/wev.yml", names.map((name) => `${name}: {${plugin}}\n`).join(""));
  const say = async (args: string[], job: boolean) => {
    const env: Record<string, string> = job ? { GITHUB_ACTIONS: "true" } : {};
    const { stdout, stderr } = await sandbox.run(args, { env });
    return stdout + stderr;
  };
  for (
    const args of [
      ["--explain"],
      ["--explain", "--json"],
      ["--list"],
      ["--log-level", "debug", "true"],
      ["##[stop-commands]x"],
      ["--##[stop-commands]x"],
      ["--forget", "::stop-commands::x\n::stop-commands::x"],
    ]
  ) {
    const shown = await say(args, true);
    ok(!shown.includes("##[") && !/^\s*::/m.test(shown), shown);
  }
  const [text, inJob] = [
    await say(["--explain", "--json"], false),
    await say(["--explain", "--json"], true),
  ];
  deepStrictEqual(JSON.parse(inJob), JSON.parse(text));
});

Deno.test({
  name: "--export=github says before it asks that GITHUB_ENV can't be written",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using mfa = new MfaSandbox();
    const { sandbox } = mfa;
    const full = `${sandbox.root}/full`;
    Deno.mkdirSync(full);
    const readOnly = sandbox.write("read_only", "");
    Deno.chmodSync(readOnly, 0o444);
    const fifo = `${sandbox.root}/fifo`;
    new Deno.Command("mkfifo", { args: [fifo] }).outputSync();
    const cases: [string, RegExp, boolean?][] = [
      [fifo, /GITHUB_ENV names no file/],
      [sandbox.root, /GITHUB_ENV names no file/],
      [`${sandbox.root}/none/env`, /GITHUB_ENV names no file/],
      [`${readOnly}/env`, /GITHUB_ENV names no file/],
      // The administrator may write it.
      [readOnly, /GITHUB_ENV can't be written: permission denied/, Deno.uid() === 0],
    ];
    for (const [file, problem, ignored = false] of cases) {
      if (ignored) continue;
      const code = mfa.user.device.code();
      const args = ["--token", code, "--export=github"];
      const run = await mfa.run(args, { env: { GITHUB_ENV: file } });
      strictEqual(run.code, 1, run.stderr);
      match(run.stderr, problem);
    }
    deepStrictEqual(mfa.codes, []);
  },
});

/** Says whether this user may mount a small file system, in a place that no other program sees. */
const canMount = Deno.build.os === "linux" &&
  await new Deno.Command("unshare", { args: ["-m", "mount", "-t", "tmpfs", "none", "/mnt"] })
    .output().then(({ success }) => success, () => false);

Deno.test({
  name: "--export=github says before it asks that the disk is full (administrator)",
  ignore: !canMount,
  async fn() {
    await using mfa = new MfaSandbox();
    const directory = `${mfa.sandbox.root}/small`;
    Deno.mkdirSync(directory);
    const script =
      'mount -t tmpfs -o size=8k none "$0" && : >"$0/env" && head -c 8k /dev/zero >"$0/all"; ' +
      'exec "$@"';
    const run = await mfa.run(["--token", mfa.user.device.code(), "--export=github"], {
      before: ["unshare", "-m", "sh", "-c", script, directory],
      env: { GITHUB_ENV: `${directory}/env` },
    });
    strictEqual(run.code, 1, run.stderr);
    match(run.stderr, /GITHUB_ENV can't be written: no space left on device/);
    deepStrictEqual(mfa.codes, []);
  },
});

Deno.test({
  name: "--export=github asks for nothing that it could not mask",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using mfa = new MfaSandbox();
    const file = mfa.sandbox.write("github_env", "");
    for (const redirection of [">&-", ">/dev/null"]) {
      const run = await mfa.run(["--token", mfa.user.device.code(), "--export=github"], {
        before: ["sh", "-c", `exec "$@" ${redirection}`, "sh"],
        env: { GITHUB_ENV: file },
      });
      strictEqual(run.code, 1, run.stderr);
      match(run.stderr, /nobody reads standard output/);
    }
    deepStrictEqual(mfa.codes, []);
    strictEqual(await Deno.readTextFile(file), "");
  },
});

Deno.test("--export=github masks each secret before it says anything more", async () => {
  await using mfa = new MfaSandbox();
  const file = mfa.sandbox.write("github_env", "");
  const code = mfa.user.device.code();
  const args = ["--token", code, "--log-level", "debug", "--export=github"];
  // One stream, so that the order can be seen.
  const { stdout } = await mfa.run(args, {
    before: ["sh", "-c", 'exec "$@" 2>&1', "sh"],
    // What can't be saved is said after it is known.
    env: { GITHUB_ENV: file, WEV_KEYRING: "off" },
  });
  const lines = stdout.trimEnd().split("\n");
  const variables = githubVariables(await Deno.readTextFile(file));
  const last = lines.findLastIndex((line) => line.startsWith("::add-mask::"));
  ok(last > 0 && lines[last - 1]?.startsWith("::add-mask::"), stdout);
  for (const [name, value] of Object.entries(variables)) {
    if (!/KEY|TOKEN/.test(name)) continue;
    ok(lines.includes(`::add-mask::${value}`), name);
  }
  ok(lines.slice(last + 1).some((line) => line.startsWith("wev: Later steps have")), stdout);
});
