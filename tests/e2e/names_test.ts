import assert from "node:assert/strict";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";

/** Names that are refused: where, and what is said. */
const REFUSED: readonly [names: string, column: number, says: string][] = [
  [
    "[X, AWS_EXECUTION_ENV, Y]",
    5,
    "can't hold the secret access key: programs send it with requests\n" +
    "  Use another name, such as AWS_SECRET_ACCESS_KEY or one that ends in _SECRET_ACCESS_KEY.",
  ],
  [
    "[AWS_SECRET_ACCESS_KEY, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN]",
    2,
    '"AWS_SECRET_ACCESS_KEY" names the secret access key, but is in the place of the access key ID\n' +
    '  Did you mean "AWS_ACCESS_KEY_ID"?\n' +
    "  The order is: access key ID, secret access key, session token, expiration.",
  ],
  [
    "[aws_access_key_id, S, T]",
    2,
    '"aws_access_key_id" is written differently from "AWS_ACCESS_KEY_ID"\n  Did you mean "AWS_ACCESS_KEY_ID"?',
  ],
  [
    "[X, AWS_SECRET_KEY, Y]",
    5,
    '"AWS_SECRET_KEY" does not name the secret access key\n  Did you mean "AWS_SECRET_ACCESS_KEY"?',
  ],
  ["[A, B, C, AWS_REGION]", 11, '"AWS_REGION" does not name the expiration'],
  ["[A, my_user_agent, C]", 5, "can't hold the secret access key: programs send it with requests"],
  ["[A, B, PS1]", 8, "can't hold the session token: shells and programs show it"],
  ["[A, B, http_proxy]", 8, "can't hold the session token: it says where requests go"],
  ["[A, LD_PRELOAD, C]", 5, "can't hold the secret access key: it decides which programs run"],
  ["[TMPDIR, B, C]", 2, "can't hold the access key ID: it names files and directories"],
];

for (const [names, column, says] of REFUSED) {
  Deno.test(`wev refuses the names ${names} before it asks, whosever file it is`, async () => {
    await using mfa = new MfaSandbox();
    Deno.removeSync(mfa.config);
    for (const file of ["home/.wev.yml", "home/project/wev.yml"]) {
      const path = mfa.sandbox.write(file, `${names}:\n  plugin:\n    id: wev-awsmfa\n`);
      const { code, stdout, stderr } = await mfa.run();
      assert.deepEqual([code, stdout], [125, ""]);
      assert.ok(stderr.startsWith(`wev: error: ${path}:1:${column}: `), stderr);
      assert.ok(stderr.includes(says), stderr);
      Deno.removeSync(path);
    }
    assert.deepEqual(mfa.actions, []);
  });
}

Deno.test("wev takes own names, and AWS_SECURITY_TOKEN for the session token", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/project/wev.yml",
    "[AWS_ACCESS_KEY_ID, MY_SECRET, AWS_SECURITY_TOKEN, UNTIL]:\n  plugin: {id: wev-awsmfa}\n",
  );
  const show = 'echo "${AWS_SECURITY_TOKEN:+token} ${AWS_SESSION_TOKEN-none} ${MY_SECRET:+secret}"';
  const env = { WEV_AWSMFA_TOKEN: mfa.user.device.code() };
  const { code, stdout, stderr } = await mfa.run(["sh", "-c", `${show}; echo $UNTIL`], { env });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^token none secret\n20\d\d-.*Z\n$/);
  // An outer session token would meet the new key.
  const outer = { AWS_SESSION_TOKEN: "stale" };
  const again = await mfa.run(["sh", "-c", show], { env: outer });
  assert.equal(again.stdout, "token none secret\n", again.stderr);
});

Deno.test("wev refuses names with characters that can't be seen", async () => {
  using sandbox = new Sandbox();
  for (
    const [name, shown] of [
      ['"A\\nB"', "A\\x0aB"],
      ['"##[x\\x7f"', "##[x\\x7f"],
      ['"A\\x9bB"', "A\\x9bB"],
      ['"A\\u202eB"', "A\\u202eB"],
      ["A\u200bB", "A\\u200bB"],
      ["A\ufeffB", "A\\ufeffB"],
      ['"A\\u2029B"', "A\\u2029B"],
    ] as const
  ) {
    const file = sandbox.write(
      "home/project/wev.yml",
      `${name}:\n  plugin: {id: wev-echo, value: x}\n`,
    );
    const { code, stdout, stderr } = await sandbox.run(["true"]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.ok(stderr.startsWith(`wev: error: ${file}:1:1: "${shown}" can't be the name`), stderr);
  }
});

Deno.test("--export=github takes names of letters, digits and underscores only", async () => {
  using sandbox = new Sandbox();
  const env = { GITHUB_ENV: sandbox.write("github_env", "") };
  for (const name of ["a-b", "my name", "1A", "é", "##[stop-commands]x", "A.B"]) {
    const text = `${JSON.stringify(name)}:\n  plugin: {id: wev-echo, value: x}\n`;
    const file = sandbox.write("home/project/wev.yml", text);
    const { code, stdout, stderr } = await sandbox.run(["--export=github"], { env });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.ok(
      stderr.startsWith(`wev: error: ${file}:1:1: GitHub does not let a step set `),
      stderr,
    );
    assert.equal(Deno.readTextFileSync(env.GITHUB_ENV), "");
  }
});

const LEAK = ["sh", "-c", 'echo "${WEV_AWSMFA_TOKEN-nothing}"'];

for (const WEV_SPAWN of ["0", "1"]) {
  Deno.test(`wev never passes WEV_AWSMFA_TOKEN on with WEV_SPAWN=${WEV_SPAWN}`, async () => {
    using sandbox = new Sandbox();
    const env = { WEV_AWSMFA_TOKEN: "123456", WEV_SPAWN };
    const configurations = ["{}\n", "A:\n  plugin: {id: wev-echo, value: x}\n"];
    for (const text of [undefined, ...configurations]) {
      if (text !== undefined) sandbox.write("home/project/wev.yml", text);
      // The second run has a kept plan.
      for (let run = 0; run < 2; run++) {
        const { stdout, stderr } = await sandbox.run(LEAK, { env });
        assert.deepEqual([stdout, stderr], ["nothing\n", ""]);
      }
    }
  });
}

for (const name of ["WEV_AWSMFA_TOKEN", "WEV_ASKPASS", "WEV_KEYRING", "WEV_OUTER"]) {
  Deno.test(`wev lets no project set ${name}`, async () => {
    using sandbox = new Sandbox();
    const text =
      `A:\n  plugin: {id: wev-echo, value: x}\n${name}:\n  plugin: {id: wev-echo, value: x}\n`;
    const file = sandbox.write("home/project/wev.yml", text);
    const { code, stderr } = await sandbox.run(["true"]);
    assert.equal(code, 125);
    assert.ok(stderr.startsWith(`wev: error: ${file}:3:1: ${name} `), stderr);
  });
}

Deno.test("wev runs token_command from absolute directories of PATH only", async () => {
  await using mfa = new MfaSandbox();
  const { sandbox } = mfa;
  Deno.removeSync(mfa.config);
  const program = (path: string, code: string) => {
    const file = sandbox.write(path, `#!/bin/sh\ntouch ${sandbox.root}/${code}\necho ${code}\n`);
    Deno.chmodSync(file, 0o755);
    return file;
  };
  program("home/project/show-code", "000001");
  program("home/project/bin/show-code", "000002");
  const config = (command: string) =>
    sandbox.write(
      "home/.wev.yml",
      "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:\n  plugin:\n" +
        `    id: wev-awsmfa\n    token_command: [${command}]\n`,
    );
  const PATH = `:.:bin:./bin::${Deno.env.get("PATH")}:`;
  config("show-code");
  const missing = await mfa.run(COMMAND, { env: { PATH } });
  assert.equal(missing.code, 125);
  assert.match(missing.stderr, /token_command \("show-code"\) is not found/);
  for (const relative of ["./show-code", "bin/show-code", "../project/show-code", "~/show-code"]) {
    const file = config(relative);
    const { code, stderr } = await mfa.run(COMMAND, { env: { PATH } });
    assert.equal(code, 125);
    assert.ok(
      stderr.startsWith(
        `wev: error: ${file}:4:5: "token_command" of wev-awsmfa must begin with a name or an absolute path`,
      ),
      stderr,
    );
  }
  for (const code of ["000001", "000002"]) {
    assert.throws(() => Deno.statSync(`${sandbox.root}/${code}`), Deno.errors.NotFound);
  }
  assert.deepEqual(mfa.codes, []);
  // A directory and a file without the permission to run are passed over.
  sandbox.write("one/show-code/keep", "");
  sandbox.write("two/show-code", "#!/bin/sh\n");
  Deno.chmodSync(`${sandbox.root}/two/show-code`, 0o644);
  program("three/show-code", mfa.user.device.code());
  config("show-code");
  const absolute = ["one", "two", "three"].map((name) => `${sandbox.root}/${name}`).join(":");
  const found = await mfa.run(COMMAND, { env: { PATH: `${PATH}${absolute}` } });
  assert.equal(found.code, 0, found.stderr);
});
