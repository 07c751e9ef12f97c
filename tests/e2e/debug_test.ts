import assert from "node:assert/strict";
import { age, entryIn } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";

const DEBUG = ["--log-level", "debug"];

/** What is said at debug, a message each. */
function messages(text: string): string[] {
  return text.replaceAll("\r", "").split("\n").flatMap((line) => {
    // deno-lint-ignore no-control-regex
    const [, message] = /^(?:\x1b\[2m)?wev: debug:(?:\x1b\[0m)? (.*)$/.exec(line) ?? [];
    return message === undefined ? [] : [message];
  });
}

Deno.test("wev tells at debug which files it reads, what it asks AWS, and for which locks it waits", async () => {
  await using mfa = new MfaSandbox();
  await using pty = mfa.start([...DEBUG, ...COMMAND]);
  assert.equal(await mfa.answer(pty), 0);
  const said = messages(pty.shown);
  const [host, key] = [new URL(mfa.aws.endpoint).host, mfa.user.accessKey.accessKeyId];
  for (const action of ["GetCallerIdentity", "ListMFADevices", "GetSessionToken"]) {
    const request = `${action} at ${host}, signed with the access key …${
      key.slice(-4)
    }: HTTP status 200 in `;
    assert.ok(said.some((one) => one.startsWith(request) && /in \d+ ms$/.test(one)), request);
  }
  assert.ok(said.includes(`Read ${mfa.config}: ${Deno.statSync(mfa.config).size} bytes`));
  assert.ok(said.some((one) => /^Locked .*\/locks\/prompt\.lock, after \d+ ms$/.test(one)));
  assert.ok(said.some((one) => /SESSION_TOKEN: not cached \([0-9a-f]{12}….json\)$/.test(one)));
  // Neither a whole key, nor a code, nor what one could be guessed from.
  const { path } = entryIn(mfa.sandbox.cache);
  const [own, secret, token] = JSON.parse(Deno.readTextFileSync(path)).resolution.values;
  const digest = [...Deno.readDirSync(`${mfa.sandbox.cache}/codes`)][0]!.name;
  for (const hidden of [key, mfa.user.accessKey.secretAccessKey, mfa.codes[0]!, secret, token]) {
    assert.ok(!said.join("\n").includes(hidden), hidden);
  }
  assert.ok(!said.join("\n").includes(digest));
  assert.ok(!said.join("\n").includes(own));
});

Deno.test("wev tells at debug which entry a run uses, or why it does not, when all is cached too", async () => {
  await using mfa = new MfaSandbox({ options: { min_remaining: "300" } });
  await mfa.login();
  mfa.aws.clearRequests();
  const key = mfa.user.accessKey.accessKeyId.slice(-4);
  const decision = async (...args: string[]) => {
    const { stderr } = await mfa.run([...DEBUG, ...args, ...COMMAND]);
    return messages(stderr).find((one) => /: (?:not )?cached /.test(one)) ?? stderr;
  };
  const [used, name] = [await decision(), entryIn(mfa.sandbox.cache).key.slice(0, 12)];
  const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d \S+ \(in 1\d minutes\)`;
  assert.match(
    used,
    new RegExp(
      `^AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: cached as ${name}….json, until ` +
        `${time}, of ${mfa.user.arn}, from the access key …${key}: used$`,
    ),
  );
  assert.match(
    await decision("--refresh"),
    /: not used: --refresh resolves it again$/,
  );
  assert.match(await decision("--min-remaining", "860"), /: used$/);
  age(entryIn(mfa.sandbox.cache), 450);
  assert.match(await decision("--min-remaining", "600"), /: not used: less life left than/);
  age(entryIn(mfa.sandbox.cache), 300);
  assert.match(await decision(), /: not used: less life left than min_remaining$/);
  age(entryIn(mfa.sandbox.cache), 300);
  assert.match(await decision(), /: not used: expired$/);
  assert.ok(!mfa.actions.includes("GetSessionToken"));
});

Deno.test("wev tells at debug why a request got no answer", async () => {
  await using mfa = new MfaSandbox();
  const { stderr } = await mfa.run([...DEBUG, ...COMMAND], {
    env: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
  });
  assert.ok(
    messages(stderr).some((one) =>
      /^GetCallerIdentity at 127\.0\.0\.1:9, signed with .*: ECONNREFUSED after \d+ ms$/.test(one)
    ),
    stderr,
  );
});

Deno.test("wev --explain and --list tell times in the zone of TZ, and programs in UTC", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  for (
    const [TZ, zone] of [
      ["Asia/Kathmandu", "\\+05:45"],
      ["America/New_York", "E[SD]T"],
      ["CET-1CEST,M3.5.0,M10.5.0/3", "CES?T"],
      ["Foo/Bar", "UTC"],
    ]
  ) {
    const env = { TZ: TZ! };
    for (const verb of ["--list", "--explain"]) {
      const { code, stdout } = await mfa.run([verb], { env });
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`\\d \\d\\d:\\d\\d ${zone} \\(in \\d+ minutes\\)`));
      const json = await mfa.run([verb, "--json"], { env });
      assert.match(json.stdout, /"expiresAt": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
    }
  }
});
