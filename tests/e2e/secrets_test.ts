import assert from "node:assert/strict";
import { failures } from "../support/aws/mod.ts";
import { COMMAND, type Environment, MfaSandbox } from "../support/mfa_sandbox.ts";
import { type Sandbox, wevCommand } from "../support/program.ts";

/** Everything below `directory` but for the cache's entries, and what it is called. */
function filesBelow(directory: string, except: string): [path: string, content: string][] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    if (isDirectory) return filesBelow(path, except);
    const isEntry = directory === except && /^[0-9a-f]{64}\.json$/.test(name);
    return isEntry ? [] : [[path, Deno.readTextFileSync(path)] satisfies [string, string]];
  });
}

/** Every secret that a run has met. */
function secretsOf(mfa: MfaSandbox): Map<string, string> {
  const secrets = new Map([["secret access key", mfa.user.accessKey.secretAccessKey]]);
  for (const [index, code] of mfa.codes.entries()) secrets.set(`code ${index}`, code ?? "");
  for (const name of listOf(mfa.sandbox)) {
    const { resolution } = JSON.parse(Deno.readTextFileSync(`${mfa.sandbox.cache}/${name}`));
    const [accessKeyId, secretAccessKey, sessionToken] = resolution.values;
    secrets.set(`session's key ${name}`, accessKeyId);
    secrets.set(`session's secret ${name}`, secretAccessKey);
    secrets.set(`session's token ${name}`, sessionToken);
  }
  return secrets;
}

function listOf({ cache }: Sandbox): string[] {
  try {
    return [...Deno.readDirSync(cache)].map(({ name }) => name)
      .filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function assertNoSecret(mfa: MfaSandbox, texts: Readonly<Record<string, string>>): void {
  const places = [...Object.entries(texts), ...filesBelow(mfa.sandbox.root, mfa.sandbox.cache)];
  const secrets = secretsOf(mfa);
  assert.ok([...secrets.values()].every((secret) => secret.length >= 6));
  for (const [what, secret] of secrets) {
    for (const [place, text] of places) {
      assert.ok(!text.includes(secret), `The ${what} stands in ${place}:\n${text}`);
    }
  }
}

const RUNS: Record<string, (mfa: MfaSandbox) => Environment | void> = {
  "it works": () => {},
  "AWS denies the session": ({ aws }) =>
    aws.failures.add("GetSessionToken", failures.error(403, "AccessDenied", "No"), { times: 1 }),
  "the answer is damaged": ({ aws }) => aws.failures.add("GetSessionToken", failures.garbage),
  "AWS has a bug": ({ aws }) =>
    aws.failures.add("GetSessionToken", failures.internalFailure, { times: Infinity }),
  "the clock is wrong": ({ aws }) => void (aws.clock.skew = 3600),
};

for (const [what, prepare] of Object.entries(RUNS)) {
  Deno.test(`wev shows no secret at any log level when ${what}`, async () => {
    await using mfa = new MfaSandbox();
    const env = prepare(mfa) ?? {};
    const words = [...wevCommand(), "--log-level", "debug", "true"];
    // Standard output and error go to files, the question to the terminal.
    await using pty = mfa.sandbox.startCommand(
      ["sh", "-c", '"$@" >out.txt 2>err.txt', "sh", ...words],
      { env: mfa.environment(env) },
    );
    for (let step = 0; step < 3; step++) {
      try {
        await pty.waitFor("Token: ");
      } catch {
        break; // it has ended
      }
      await pty.type(`${mfa.user.device.code()}\r`);
      mfa.aws.clock.advance(30);
    }
    await pty.end();
    assert.match(Deno.readTextFileSync(`${mfa.sandbox.project}/err.txt`), /wev: debug: /);
    assert.ok(mfa.codes.length > 0);
    assertNoSecret(mfa, { "the terminal": pty.shown });
  });
}

Deno.test("wev shows no secret when it finds the cached session, or explains it", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login(["true"]);
  const debug = ["--log-level", "debug"];
  const used = await mfa.run([...debug, "true"]);
  assert.equal(used.code, 0);
  const text = await mfa.run([...debug, "--explain"]);
  assert.match(text.stdout, /cached: until/);
  const json = await mfa.run([...debug, "--explain", "--json"]);
  assert.notEqual(JSON.parse(json.stdout).variables[0].cached, null);
  assertNoSecret(mfa, {
    "a run": used.stdout + used.stderr,
    "--explain": text.stdout + text.stderr,
    "--explain --json": json.stdout + json.stderr,
  });
});

Deno.test("wev shows no secret of a damaged entry, and none of credentials that are no good", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login(["true"]);
  const secrets = secretsOf(mfa);
  for (const name of listOf(mfa.sandbox)) {
    const path = `${mfa.sandbox.cache}/${name}`;
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).slice(0, -10));
  }
  const { stdout, stderr } = await mfa.run(["--log-level", "debug", ...COMMAND], {
    env: { AWS_SESSION_TOKEN: "planted-session-token" },
  });
  assert.match(stderr, /damaged/);
  for (const secret of [...secrets.values(), "planted-session-token"]) {
    assert.ok(!(stdout + stderr).includes(secret), stderr);
  }
});

Deno.test("wev shows no secret of a profile", async () => {
  await using mfa = new MfaSandbox();
  const { accessKeyId, secretAccessKey } = mfa.user.accessKey;
  const keys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const file = mfa.sandbox.write(
    "aws/credentials",
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n` +
      `aws_session_token = planted-token\n`,
  );
  const { code, stdout, stderr } = await mfa.run(["--log-level", "debug", ...COMMAND], {
    env: { ...keys, AWS_SHARED_CREDENTIALS_FILE: file },
  });
  assert.equal(code, 125);
  assert.match(stderr, /aws_session_token of the profile "default" is not used/);
  for (const secret of [secretAccessKey, "planted-token"]) {
    assert.ok(!(stdout + stderr).includes(secret), stderr);
  }
});
