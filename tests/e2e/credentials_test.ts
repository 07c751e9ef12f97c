import assert from "node:assert/strict";
import { formatEntry, type KeptEntry } from "../../src/cache/entry.ts";
import type { Failure } from "../support/aws/failures.ts";
import { entryAloneIn, entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";

/** The credentials of an answer, as XML has them. */
interface Credentials {
  readonly id?: string;
  readonly secret?: string;
  readonly token?: string;
  readonly expiration?: string;
}

/** Returns the answer of GetSessionToken with these credentials. */
function answer(
  { id = "ASIAEXAMPLE", secret = "s3cr3t", token = "t0ken", expiration }: Credentials,
) {
  const expires = expiration ?? new Date(Date.now() + 900_000).toISOString();
  const body = `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetSessionTokenResult><Credentials><AccessKeyId>${id}</AccessKeyId>
<SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken>
<Expiration>${expires}</Expiration></Credentials></GetSessionTokenResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetSessionTokenResponse>`;
  return { kind: "page", status: 200, contentType: "text/xml", body } satisfies Failure;
}

/** Returns the instant that is `seconds` from now. */
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+`;
const CLOCKS = new RegExp(`AWS's clock says ${TIME} and this computer's says ${TIME}`);

const REFUSED: Record<string, readonly [credentials: () => Credentials, says: RegExp]> = {
  "a line feed in the token": [() => ({ token: "t0k&#10;en" }), /not from AWS[^]*characters/],
  "a carriage return in the secret": [
    () => ({ secret: "s3&#13;cr3t" }),
    /not from AWS[^]*characters/,
  ],
  "an escape in the key ID": [() => ({ id: "ASIA&#27;[2J" }), /not from AWS/],
  "DEL in the token": [() => ({ token: "t0k&#127;en" }), /not from AWS[^]*characters/],
  "C1 in the token": [() => ({ token: "t0k&#155;en" }), /not from AWS[^]*characters/],
  "no width in the token": [() => ({ token: "t0k&#8203;en" }), /not from AWS[^]*characters/],
  "an instant that is none": [() => ({ expiration: "tomorrow" }), /./],
  "a session that has expired": [() => ({ expiration: inSeconds(-1) }), CLOCKS],
  "a session that expired long ago": [() => ({ expiration: "1970-01-01T00:00:00Z" }), CLOCKS],
  "a session that lives for seconds": [() => ({ expiration: inSeconds(5) }), CLOCKS],
  "a session that lives for years": [() => ({ expiration: "2999-01-01T00:00:00Z" }), CLOCKS],
};

for (const [what, [credentials, says]] of Object.entries(REFUSED)) {
  Deno.test(`wev neither uses nor keeps ${what}`, async () => {
    await using mfa = new MfaSandbox();
    mfa.aws.failures.add("GetSessionToken", answer(credentials()), { times: Infinity });
    const env = { WEV_AWSMFA_TOKEN: mfa.user.device.code() };
    const { code, stdout, stderr } = await mfa.run(COMMAND, { env });
    assert.deepEqual([code, stdout], [125, ""], stderr);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /should not|s3cr3t|t0k/);
    assert.throws(() => entryIn(mfa.sandbox.cache), /Entries in .*: $/);
    // The next run is like the first one.
    mfa.aws.failures.clear();
    mfa.aws.clock.advance(60);
    const again = await mfa.run(COMMAND, { env: { WEV_AWSMFA_TOKEN: mfa.user.device.code() } });
    assert.equal(again.code, 0, again.stderr);
  });
}

Deno.test("wev refuses what a program gives that is damaged, expired or valid for too long", async () => {
  await using mfa = new MfaSandbox();
  const { home } = mfa.sandbox;
  const names = "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN";
  const shown = await mfa.run(["sh", "-c", `for n in ${names}; do printenv $n; done`], {
    env: { WEV_AWSMFA_TOKEN: mfa.user.device.code() },
  });
  const [AccessKeyId, SecretAccessKey, SessionToken] = shown.stdout.trim().split("\n");
  mfa.sandbox.write(
    "home/.aws/config",
    `[profile vault]\nregion = us-east-1\ncredential_process = cat ${home}/keys.json\n`,
  );
  const Expiration = inSeconds(900);
  const keys = { Version: 1, AccessKeyId, SecretAccessKey, SessionToken, Expiration };
  const env = {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_PROFILE: "vault",
  };
  const source = 'from credential_process of the profile "vault"';
  for (
    const [change, says] of [
      [{ SessionToken: "to\nken" }, /contain an invalid character: a line feed/],
      [{ SecretAccessKey: "sec\0ret" }, /contain an invalid character/],
      [{ AccessKeyId: "AKIA\u001b" }, /contain an invalid character/],
      [{ Expiration: "tomorrow" }, /it printed an Expiration that is not a time/],
      [{ Expiration: inSeconds(10) }, CLOCKS],
      [{ Expiration: "2999-01-01T00:00:00Z" }, CLOCKS],
    ] as const
  ) {
    await mfa.run(["--forget", "--all"]);
    mfa.sandbox.write("home/keys.json", JSON.stringify({ ...keys, ...change }));
    const { code, stderr } = await mfa.run(COMMAND, { env });
    assert.equal(code, 125);
    assert.match(stderr, says);
    assert.ok(stderr.includes(source), stderr);
    assert.throws(() => entryIn(mfa.sandbox.cache), /Entries in .*: $/);
  }
  mfa.sandbox.write("home/keys.json", JSON.stringify(keys));
  const good = await mfa.run(COMMAND, { env });
  assert.equal(good.stdout, `ran with ${AccessKeyId}\n`, good.stderr);
});

/** Entries that no command can be given. */
const DAMAGED: Record<string, (values: readonly string[]) => readonly string[]> = {
  "a NUL": ([id, secret, ...rest]) => [id!, `${secret}\0`, ...rest],
  "a line feed": ([id, secret, ...rest]) => [id!, `${secret}\n`, ...rest],
  "half a surrogate pair": ([id, secret, ...rest]) => [id!, `${secret}\ud800`, ...rest],
  "too few values": ([id]) => [id!],
  "no values": () => [],
};

for (const [what, change] of Object.entries(DAMAGED)) {
  Deno.test(`wev resolves again where an entry of the cache holds ${what}`, async () => {
    await using mfa = new MfaSandbox();
    await mfa.login();
    const file = entryAloneIn(mfa.sandbox.cache);
    const entry = readEntry(file);
    assert.ok("values" in entry.resolution);
    const resolution = { ...entry.resolution, values: change(entry.resolution.values) };
    const text = formatEntry({ ...entry, resolution } as KeptEntry, file.key);
    Deno.writeTextFileSync(file.path, text);
    const env = { WEV_AWSMFA_TOKEN: mfa.user.device.code() };
    for (let run = 0; run < 2; run++) {
      const { code, stdout, stderr } = await mfa.run(COMMAND, { env });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^ran with ASIA/);
    }
    assert.equal(mfa.codes.length, 2);
  });
}
