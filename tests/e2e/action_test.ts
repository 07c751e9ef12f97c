/**
 * The action of `action.yml`, with a local server that has the release.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { checksumsOf, formatChecksums } from "../../tools/release/checksums.ts";
import { executableName, type Target } from "../../tools/release/targets.ts";
import { type ActionStep, runAction, type StepResult } from "../support/composite_action.ts";
import { hasProgram } from "../support/has_program.ts";
import { MfaSandbox } from "../support/mfa_sandbox.ts";
import { Sandbox, wevWords } from "../support/program.ts";
import { ReleaseServer } from "../support/release_server.ts";

const ignore = Deno.build.os === "windows" || !hasProgram("setsid");
const VARIABLE = "GREETING:\n  plugin:\n    id: wev-echo\n    value: hello\n";

/** Returns a release whose wev is the one under test; `sums` is its SHA256SUMS. */
async function release(sandbox: Sandbox, sums?: string): Promise<ReleaseServer> {
  const name = executableName(Deno.build.target as Target);
  const binary = Deno.env.get("WEV_BIN");
  const script = `#!/bin/sh\nexec ${wevWords()} "$@"\n`;
  const file = sandbox.write(`release/${name}`, binary === undefined ? script : "");
  if (binary !== undefined) await Deno.copyFile(binary, file);
  return new ReleaseServer(manifest.version, {
    [name]: await Deno.readFile(file),
    SHA256SUMS: sums ?? formatChecksums(await checksumsOf(`${sandbox.root}/release`, [name])),
  });
}

async function run(
  sandbox: Sandbox,
  server: ReleaseServer,
  { inputs = {}, env = {}, token = "" }: Partial<ActionStep> = {},
): Promise<StepResult> {
  return await runAction(sandbox, { inputs, env, token, releases: server.base });
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `action ${name}`, ignore, fn });
}

test("without a command hands the variables to later steps, and wev too", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", VARIABLE);
  await using server = await release(sandbox);
  const { code, stderr, variables, paths } = await run(sandbox, server);
  strictEqual(code, 0, stderr);
  deepStrictEqual(variables, { GREETING: "hello" });
  deepStrictEqual(paths, [`${sandbox.root}/runner temp/wev-${manifest.version}`]);
  ok((await Deno.stat(`${paths[0]}/wev`)).isFile);
  // Without `version`, that of the action.
  const [first] = server.paths;
  strictEqual(first, `/releases/download/v${manifest.version}/SHA256SUMS`);
});

test("with a command runs it as bash, and hands on nothing", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/deep er/wev.yml", VARIABLE);
  await using server = await release(sandbox);
  const inputs = {
    version: "latest",
    "working-directory": "deep er",
    command: 'echo "$GREETING $(basename "$PWD")" "${WEV_ACTION_COMMAND-none}"\nexit 7',
  };
  const { code, stdout, variables } = await run(sandbox, server, { inputs });
  deepStrictEqual({ code, stdout, variables }, {
    code: 7,
    stdout: "hello deep er none\n",
    variables: {},
  });
});

test("takes no input for a part of its script", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", VARIABLE);
  await using server = await release(sandbox);
  const inputs = { "working-directory": '$(touch "$HOME/pwned")"; touch "$HOME/pwned"; "' };
  const { code } = await run(sandbox, server, { inputs });
  strictEqual(code, 1);
  deepStrictEqual([...Deno.readDirSync(sandbox.home)].map(({ name }) => name), ["project"]);
});

test("installs nothing that is not as SHA256SUMS has it", async () => {
  using sandbox = new Sandbox();
  const name = executableName(Deno.build.target as Target);
  await using server = await release(sandbox, `${"0".repeat(64)}  ${name}\n`);
  const { code, stderr, paths } = await run(sandbox, server, { inputs: { command: "true" } });
  strictEqual(code, 1);
  match(stderr, /nothing is installed\n$/);
  deepStrictEqual(paths, []);
});

test("lets nothing in the environment say what is installed", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", VARIABLE);
  await using server = await release(sandbox);
  await using evil = new ReleaseServer(manifest.version, {});
  const env = {
    WEV_DOWNLOAD_BASE: evil.base,
    WEV_TARGET: "aarch64-apple-darwin",
    WEV_VERSION: "0.0.1",
    WEV_ACTION_VERSION: "0.0.1",
  };
  const inputs = { command: 'echo "$GREETING ${WEV_DOWNLOAD_BASE-} ${WEV_TARGET-}"' };
  const { code, stdout, stderr } = await run(sandbox, server, { inputs, env });
  deepStrictEqual({ code, stdout }, { code: 0, stdout: "hello  \n" }, stderr);
  deepStrictEqual(evil.paths, []);
  const { code: other } = await run(sandbox, server, { inputs: { version: "../../x" } });
  strictEqual(other, 1);
});

test("asks gh who made wev with the job's token, which the command does not get", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", VARIABLE);
  await using server = await release(sandbox);
  const gh = '#!/bin/sh\n[ "$GH_TOKEN" = job-token ] && echo "gh $*"\n';
  Deno.chmodSync(sandbox.write("bin/gh", gh), 0o755);
  const env = { PATH: `${sandbox.root}/bin:${Deno.env.get("PATH")}` };
  const inputs = { command: 'env | grep -c "job-token" || true' };
  const { code, stdout, stderr } = await run(sandbox, server, { inputs, env, token: "job-token" });
  deepStrictEqual({ code, stdout }, { code: 0, stdout: "0\n" }, stderr);
  match(stderr, /^gh attestation verify \S.*--repo x\/wev --signer-workflow x\/wev\//m);
  match(stderr, /It was made by the release workflow/);
});

test("takes the code of WEV_AWSMFA_TOKEN, which it does not hand on", async () => {
  await using mfa = new MfaSandbox();
  await using server = await release(mfa.sandbox);
  const code = mfa.user.device.code();
  const env = mfa.environment({ WEV_AWSMFA_TOKEN: code });
  const inputs = { command: 'echo "$AWS_ACCESS_KEY_ID ${WEV_AWSMFA_TOKEN-none}"' };
  const result = await run(mfa.sandbox, server, { inputs, env });
  match(result.stdout, /^ASIA\w+ none\n$/);
  deepStrictEqual(mfa.codes, [code]);
});

test("with require fails where nothing is configured, and the job's own word counts without", async () => {
  using sandbox = new Sandbox();
  await using server = await release(sandbox);
  for (const command of ["", "echo ran"]) {
    const failed = await run(sandbox, server, { inputs: { require: "true", command } });
    deepStrictEqual([failed.code, failed.stdout], [125, ""]);
    match(failed.stderr, /No variable is configured, and WEV_REQUIRE is set/);
    const env = { WEV_REQUIRE: "1" };
    strictEqual((await run(sandbox, server, { inputs: { command }, env })).code, 125);
    const inputs = { require: "false", command };
    strictEqual((await run(sandbox, server, { inputs, env })).code, 0);
    strictEqual((await run(sandbox, server, { inputs: { command } })).code, 0);
    const wrong = await run(sandbox, server, { inputs: { require: "maybe", command } });
    match(wrong.stderr, /WEV_REQUIRE must be 1, 0, true or false: it is "maybe"/);
    ok(wrong.code !== 0);
  }
  sandbox.write("home/project/wev.yml", VARIABLE);
  const inputs = { require: "true", command: 'echo "$GREETING ${WEV_ACTION_REQUIRE-none}"' };
  const { code, stdout } = await run(sandbox, server, { inputs });
  deepStrictEqual([code, stdout], [0, "hello none\n"]);
});

test("masks the session, and never waits for a code", async () => {
  await using mfa = new MfaSandbox();
  await using server = await release(mfa.sandbox);
  const env = mfa.environment();
  const asked = await run(mfa.sandbox, server, { env });
  strictEqual(asked.code, 1);
  deepStrictEqual(asked.variables, {});

  await mfa.login();
  const { code, stdout, stderr, variables } = await run(mfa.sandbox, server, { env });
  strictEqual(code, 0, stderr);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = variables;
  const secrets = [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN];
  strictEqual(stdout, secrets.map((secret) => `::add-mask::${secret}\n`).join(""));
});
