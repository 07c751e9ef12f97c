/**
 * What programs read of a failure: one line of JSON on standard error, the last one. `Sandbox.run()` checks
 * that every failure has it, and that it is as the manual's schema says.
 */

import assert from "node:assert/strict";
import { FAILURE_KINDS } from "../../src/errors.ts";
import { type Failure, failureSchema, splitFailure } from "../support/failure_line.ts";
import { MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import {
  type RunOptions,
  type RunResult,
  Sandbox,
  wevCommand,
  wevWords,
} from "../support/program.ts";
import type { Pty } from "../support/pty.ts";

/** Takes the agent out of the environment. */
const NO_AGENT = { env: { AI_AGENT: "" } };

const NO_TERMINAL: RunOptions = { before: ["setsid", "--wait"] };

const NEXT = ["wev --answer", "wev --token CODE …", "wev --login"];

/** Returns the failure that stands last on a terminal. */
function shownBy(pty: Pty): Failure {
  const { failure } = splitFailure(pty.shown.replaceAll("\r\n", "\n"));
  assert.ok(failure, pty.shown);
  return failure;
}

Deno.test("the manual's schema has the kinds that wev has", () => {
  assert.deepEqual(failureSchema.properties["kind"]?.enum, FAILURE_KINDS);
});

/** What fails in a sandbox. */
interface Case {
  /** The configuration. */
  readonly config?: string;
  /** What wev is run with. */
  readonly args: readonly string[];
  /** What it exits with. */
  readonly code: number;
  /** What the line says, but for sentences. */
  readonly says: Partial<Failure>;
  /** What more there is in the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const HERE = "{config}";

const CASES: Record<string, Case> = {
  "a mistake in the configuration": {
    config: "A:\n  plugin:\n    id: wev-ehco\n",
    args: ["true"],
    code: 125,
    says: { kind: "config", location: { file: HERE, line: 3, column: 5 } },
  },
  "a file that is no YAML": {
    config: "A: [\n",
    args: ["true"],
    code: 125,
    says: { kind: "config", location: { file: HERE, line: 1, column: 4 } },
  },
  "a mistake in the configuration, explained": {
    config: "A:\n",
    args: ["--explain", "--json"],
    code: 1,
    says: { kind: "config", location: { file: HERE, line: 1, column: 1 } },
  },
  "an unknown option": {
    args: ["--json", "--bogus"],
    code: 2,
    says: { kind: "config", next: ["wev --help"] },
  },
  "no command": { args: ["--json"], code: 2, says: { kind: "config", next: ["wev --help"] } },
  "nothing configured": {
    args: ["true"],
    code: 125,
    says: { kind: "config" },
    env: { WEV_REQUIRE: "1" },
  },
  "a variable that is not there": {
    args: ["--forget", "NOSUCH"],
    code: 1,
    says: { kind: "config" },
  },
  "an export outside of a job": {
    args: ["--export=github"],
    code: 1,
    says: { kind: "config" },
  },
  "a command that is not there": {
    args: ["nosuch-command"],
    code: 127,
    says: { kind: "not-found" },
  },
  "a file that is not there": { args: ["./nosuch"], code: 127, says: { kind: "not-found" } },
  "a file that can't be executed": {
    args: ["./wev.yml"],
    config: "{}\n",
    code: 126,
    says: { kind: "not-found" },
  },
};

for (const [what, { config, args, code, says, env }] of Object.entries(CASES)) {
  Deno.test(`wev tells programs of ${what}`, async () => {
    using sandbox = new Sandbox();
    const file = `${sandbox.project}/wev.yml`;
    if (config !== undefined) sandbox.write(file, config);
    const wanted = says.location === undefined
      ? says
      : { ...says, location: { ...says.location, file } };
    const check = ({ failure, stdout, ...ended }: RunResult) => {
      assert.equal(ended.code, code, ended.stderr);
      assert.equal(stdout, "");
      const { message, hint, ...data } = failure!;
      assert.deepEqual(data, { wev: 1, status: "error", ...wanted });
      // The same words as people read.
      const lines = [`wev: error: ${message}`, ...(hint?.split("\n") ?? [])];
      assert.equal(ended.stderr, `${lines.join("\n  ")}\n`);
      return ended.stderr;
    };
    const options = env === undefined ? {} : { env };
    const text = check(await sandbox.run(args, options));
    check(await sandbox.run(args, { ...options, ...NO_TERMINAL }));
    // Without an agent, --json asks for it, and nothing else does.
    const own = { env: { ...env, ...NO_AGENT.env } };
    check(await sandbox.run(args.includes("--json") ? args : ["--json", ...args], own));
    if (args.includes("--json")) return;
    const { stderr, failure } = await sandbox.run(args, own);
    assert.equal(failure, undefined);
    assert.equal(stderr, text);
  });
}

Deno.test("wev tells programs which code is needed, and how to give it", async () => {
  await using mfa = new MfaSandbox();
  const { code, failure } = await mfa.run();
  assert.equal(code, 125);
  assert.deepEqual(failure, {
    wev: 1,
    status: "error",
    kind: "input-needed",
    message: "Cannot ask for the code: there is no terminal",
    hint: failure!.hint,
    inputs: [{ kind: "code", device: mfa.user.device.serialNumber }],
    next: NEXT,
  });
  assert.match(failure!.hint!, /wev --token CODE/);
});

Deno.test("wev tells programs that a code is needed whose program fails", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/.wev.yml",
    `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    token_command: ["false"]\n`,
  );
  const { failure } = await mfa.run();
  const { kind, message, inputs, next } = failure!;
  assert.match(message, /^token_command .* failed with exit status 1$/);
  assert.deepEqual({ kind, inputs, next }, {
    kind: "input-needed",
    inputs: [{ kind: "code", device: mfa.user.device.serialNumber }],
    next: NEXT,
  });
});

Deno.test("wev tells programs that a device has to be chosen, and of which", async () => {
  await using mfa = new MfaSandbox({ user: { devices: [{ name: "phone" }, { name: "tablet" }] } });
  const { failure } = await mfa.run();
  const { kind, inputs, next } = failure!;
  assert.deepEqual({ kind, inputs, next }, {
    kind: "input-needed",
    inputs: [{ kind: "choice", choices: mfa.user.devices.map((one) => one.serialNumber) }],
    next: ["wev --login"],
  });
});

for (const [key, keys, code] of [["Ctrl-C", "\x03", 130], ["Ctrl-D", "\x04", 125]] as const) {
  Deno.test(`wev tells programs that a person refused, with ${key}`, async () => {
    await using mfa = new MfaSandbox();
    await using pty = mfa.start(undefined, { CLAUDECODE: "1" });
    await pty.waitFor("Token: ");
    await pty.type(keys);
    assert.equal(await pty.end(), code);
    assert.equal(shownBy(pty).kind, "denied");
  });
}

Deno.test("wev tells programs of a failure that it shares with another run as of its own", async () => {
  await using mfa = new MfaSandbox();
  await using first = mfa.start(["--json", "true"]);
  await first.waitFor("Token: ");
  await using second = mfa.start(["--json", "true"]);
  await second.waitFor("Waiting for another run of wev");
  await first.type("\x03");
  assert.equal(await first.end(), 130);
  assert.equal(await second.end(), 130);
  assert.match(second.shown, /Another run of wev failed to resolve the same values/);
  const [one, other] = [shownBy(first), shownBy(second)];
  assert.equal(one.kind, "denied");
  assert.deepEqual({ ...other, message: one.message }, one);
});

Deno.test("wev tells programs that AWS refuses", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.account.revoke(mfa.user.accessKey.accessKeyId);
  assert.equal((await mfa.run()).failure?.kind, "auth");
});

Deno.test("wev tells programs that AWS can't be reached", async () => {
  await using mfa = new MfaSandbox();
  const { failure } = await mfa.run(["true"], { env: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" } });
  assert.equal(failure?.kind, "network");
});

Deno.test("wev tells programs of output that can't be written", async () => {
  using sandbox = new Sandbox();
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", `${wevWords()} --json --version >/dev/full`],
    clearEnv: true,
    env: sandbox.environment(),
  }).output().then(decoded);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.equal(splitFailure(stderr).failure?.kind, "internal");
});

Deno.test("wev tells programs of a variable that is not UTF-8", async () => {
  using sandbox = new Sandbox();
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", `WEV_REQUIRE=$(printf '\\377') ${wevWords()} --json true`],
    cwd: sandbox.project,
    clearEnv: true,
    env: sandbox.environment(),
  }).output().then(decoded);
  assert.equal(code, 125);
  assert.equal(splitFailure(stderr).failure?.kind, "config");
});

function decoded({ code, stdout, stderr }: Deno.CommandOutput): RunResult {
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("wev writes no line for programs where the command itself fails", async () => {
  using sandbox = new Sandbox();
  for (const status of [1, 125, 126, 127]) {
    for (const env of [{}, { WEV_SPAWN: "1" }]) {
      const args = ["--json", "sh", "-c", `exit ${status}`];
      const ended = await sandbox.run(args, { env });
      assert.deepEqual(ended, { code: status, stdout: "", stderr: "" });
    }
  }
});

Deno.test("wev leaves --json behind the command to the command", async () => {
  using sandbox = new Sandbox();
  const { stdout } = await sandbox.run(["--json", "echo", "--json"], NO_AGENT);
  assert.equal(stdout, "--json\n");
  const { failure } = await sandbox.run(["nosuch-command", "--json"], NO_AGENT);
  assert.equal(failure, undefined);
});

Deno.test("wev tells programs of odd names on one line of JSON", async () => {
  using sandbox = new Sandbox();
  for (
    const name of [
      'a"b\\c',
      "a\nwev: error: b\n{}",
      "\x1b[31mred\x7f\x85",
      "\u202ereversed\u2028line",
      "##[error]x ::error::y",
      "\u{1f600} é",
      "x".repeat(5_000),
    ]
  ) {
    for (const env of [{}, { GITHUB_ACTIONS: "true" }]) {
      const { code, failure } = await sandbox.run([name], { env });
      assert.ok(code === 127 || code === 126);
      // No character in it can do more than be seen.
      assert.doesNotMatch(JSON.stringify(failure), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      assert.match(failure!.message, /^Cannot (?:find command|execute) "/);
    }
  }
});

Deno.test("wev gives no runner a command in the line for programs", async () => {
  using sandbox = new Sandbox();
  const [program = "", ...words] = wevCommand();
  const { stderr } = await new Deno.Command(program, {
    args: [...words, "--json", "##[error]x\n::error::y"],
    cwd: sandbox.project,
    clearEnv: true,
    env: sandbox.environment({ GITHUB_ACTIONS: "true" }),
  }).output().then(decoded);
  assert.doesNotMatch(stderr, /##\[|^\s*::/m);
  assert.match(splitFailure(stderr).failure!.message, /##\[error\]x/);
});

Deno.test("wev names the file of a mistake as it is called", async () => {
  using sandbox = new Sandbox();
  const directory = `${sandbox.home}/o"d\n\u202ed ##[x]`;
  sandbox.write(`${directory}/wev.yml`, "A:\n");
  const { failure } = await sandbox.run(["true"], { cwd: directory });
  assert.equal(failure!.location!.file, `${directory}/wev.yml`);
  assert.ok(!failure!.message.includes("\n"));
});
