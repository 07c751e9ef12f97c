import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { webToken } from "../support/aws/assume_role_with_web_identity.ts";
import { MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { wevCommand, wevWords } from "../support/program.ts";
import type { Environment } from "../support/mfa_sandbox.ts";

const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
const SHOW = [
  "sh",
  "-c",
  'echo "$AWS_ACCESS_KEY_ID ${AWS_SESSION_TOKEN:+token} ${AWS_CREDENTIAL_EXPIRATION-none}"',
];
const FOUR = NAMES.replace("]", ", AWS_CREDENTIAL_EXPIRATION]");

/** A local AWS, and keys of a session of its user. */
class Providers extends MfaSandbox {
  readonly temporary = this.issue(3600);

  /** Makes other keys of the user's. */
  issue(duration: number) {
    const { user } = this;
    const identity = { arn: user.arn, userId: user.id, user };
    const issued = this.aws.account.issue({ identity, origin: "session", mfa: true, duration });
    return { ...issued, expiration: new Date(issued.expiresAt).toISOString() };
  }

  /** Writes the configuration with the expiration as the fourth name. */
  withFour(options = ""): void {
    this.sandbox.write("home/project/wev.yml", `${FOUR}:\n  plugin: {id: wev-awsmfa${options}}\n`);
  }

  get variables(): Environment {
    return {
      AWS_ACCESS_KEY_ID: this.temporary.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.temporary.secretAccessKey,
      AWS_SESSION_TOKEN: this.temporary.sessionToken,
    };
  }

  get json(): string {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = this.temporary;
    return JSON.stringify({
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiration,
    });
  }
}

Deno.test("wev hands out temporary keys, uncached and without an expiration if none is known", async () => {
  await using mfa = new Providers();
  mfa.withFour();
  for (let run = 0; run < 2; run++) {
    const { stdout, stderr } = await mfa.run(SHOW, {
      env: { ...mfa.variables, AWS_CREDENTIAL_EXPIRATION: "" },
    });
    assert.equal(stdout, `${mfa.temporary.accessKeyId} token none\n`, stderr);
    assert.equal(stderr, "");
  }
  assert.deepEqual(mfa.actions, ["GetCallerIdentity", "GetCallerIdentity"]);
});

Deno.test("wev inside wev hands out temporary keys that it can't cache", async () => {
  await using mfa = new Providers();
  const inner = [...wevCommand(), ...SHOW];
  const { stdout, stderr } = await mfa.run(inner, { env: mfa.variables });
  assert.equal(stdout, `${mfa.temporary.accessKeyId} token none\n`, stderr);
  assert.equal(stderr, "");
});

Deno.test("wev caches temporary keys until the time that stands beside them", async () => {
  await using mfa = new Providers();
  mfa.withFour();
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = mfa.temporary;
  const env = { ...mfa.variables, AWS_CREDENTIAL_EXPIRATION: expiration };
  const shown = expiration.replace(".000Z", "Z");
  for (let run = 0; run < 2; run++) {
    assert.equal((await mfa.run(SHOW, { env })).stdout, `${accessKeyId} token ${shown}\n`);
  }
  assert.deepEqual(mfa.actions, ["GetCallerIdentity"]);

  const keys = `[default]\naws_access_key_id = ${accessKeyId}\n` +
    `aws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`;
  const spellings = [
    `x_security_token_expires = ${expiration}`,
    `expiration = ${expiration.slice(0, 19).replace("T", " ")}`,
    `aws_expiration = ${expiration.replace(".000Z", "+00:00")}`,
  ];
  for (const line of spellings) {
    mfa.sandbox.write("home/.aws/credentials", `${keys}${line}\n`);
    const { stdout, stderr } = await mfa.run(SHOW, { env: NO_KEYS });
    assert.equal(stdout, `${accessKeyId} token ${shown}\n`, stderr);
  }
});

Deno.test("wev refuses temporary keys whose time is over, before it asks AWS for more", async () => {
  await using mfa = new Providers();
  const env = { ...mfa.variables, AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z" };
  const { code, stderr } = await mfa.run(SHOW, { env });
  assert.equal(code, 125);
  assert.match(
    stderr,
    /The credentials from AWS_ACCESS_KEY_ID can't be used, since they expire too/,
  );
});

Deno.test("wev takes another token of the same subject for the same, and of another one for another", async () => {
  await using mfa = new Providers();
  const trust = { issuer: "https://gitlab.example", subject: "a" };
  const { arn } = mfa.aws.addRole({ name: "deploy", webIdentity: trust });
  const env = {
    ...NO_KEYS,
    AWS_ROLE_ARN: arn,
    AWS_WEB_IDENTITY_TOKEN_FILE: mfa.sandbox.write("token", webToken(trust)),
  };
  const first = await mfa.run(SHOW, { env });
  assert.equal(first.code, 0, first.stderr);
  mfa.sandbox.write("token", `${webToken(trust)}\n`);
  assert.equal((await mfa.run(SHOW, { env })).stdout, first.stdout);
  mfa.sandbox.write("token", webToken({ ...trust, subject: "b" }));
  const denied = await mfa.run(SHOW, { env });
  assert.equal(denied.code, 125);
  assert.match(denied.stderr, /from AWS_WEB_IDENTITY_TOKEN_FILE: AWS refused: Not authorized/);
  assert.match(denied.stderr, /trust policy of arn:aws:iam::123456789012:role\/deploy allows/);
  Deno.removeSync(env.AWS_WEB_IDENTITY_TOKEN_FILE);
  const missing = await mfa.run(SHOW, { env });
  assert.match(missing.stderr, /the file .*\/token of AWS_WEB_IDENTITY_TOKEN_FILE does not exist/);
});

Deno.test("wev shows the token of a web identity where the profile has STS asked", async () => {
  await using mfa = new Providers();
  const trust = { issuer: "https://gitlab.example", subject: "a" };
  const { arn } = mfa.aws.addRole({ name: "deploy", webIdentity: trust });
  mfa.sandbox.write("home/.aws/config", `[default]\nendpoint_url = ${mfa.aws.endpoint}\n`);
  const env = {
    ...NO_KEYS,
    AWS_ENDPOINT_URL: "",
    AWS_ROLE_ARN: arn,
    AWS_WEB_IDENTITY_TOKEN_FILE: mfa.sandbox.write("token", webToken(trust)),
  };
  const { code, stderr } = await mfa.run(SHOW, { env });
  assert.equal(code, 0, stderr);
});

const START = "https://x.awsapps.com/start";

/** A person who uses IAM Identity Center, and its portal. */
class Portal implements AsyncDisposable {
  readonly mfa = new Providers();
  readonly asked: string[] = [];
  refusal: Response | undefined;
  readonly #server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    this.asked.push(new URL(request.url).search);
    if (this.refusal !== undefined) return this.refusal;
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = this.mfa.temporary;
    return Response.json({
      roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt },
    });
  });

  constructor() {
    this.mfa.sandbox.write(
      "home/.aws/config",
      `[sso-session work]\nsso_start_url = ${START}\nsso_region = eu-central-1\n` +
        "[profile sso]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = admin\n",
    );
  }

  get file(): string {
    const name = createHash("sha1").update("work").digest("hex");
    return `${this.mfa.sandbox.home}/.aws/sso/cache/${name}.json`;
  }

  signIn(expiresAt = Date.now() + 3_600_000): void {
    this.mfa.sandbox.write(
      this.file,
      JSON.stringify({
        startUrl: START,
        region: "eu-central-1",
        accessToken: crypto.randomUUID(),
        expiresAt: new Date(expiresAt).toISOString(),
      }),
    );
  }

  async run(args: readonly string[] = SHOW, env: Environment = {}) {
    return await this.mfa.run(args, {
      env: {
        ...NO_KEYS,
        AWS_PROFILE: "sso",
        AWS_ENDPOINT_URL_SSO: `http://127.0.0.1:${this.#server.addr.port}`,
        ...env,
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await this.mfa[Symbol.asyncDispose]();
  }
}

Deno.test("wev takes what IAM Identity Center gives, as long as somebody is signed in", async () => {
  await using portal = new Portal();
  const nobody = await portal.run();
  assert.equal(nobody.code, 125);
  assert.match(nobody.stderr, /nobody is signed in \(https:\/\/x\.awsapps\.com\/start\)\n/);
  assert.match(nobody.stderr, /Sign in: aws sso login --profile sso\n/);

  portal.signIn();
  const explained = await portal.run(["--explain"], {
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL: undefined,
    AWS_ENDPOINT_URL_SSO: undefined,
  });
  assert.match(
    explained.stdout,
    /Contacts portal\.sso\.eu-central-1\.amazonaws\.com, sts\.us-east-1\.amazonaws\.com\./,
  );
  assert.doesNotMatch(explained.stdout, /asks for a six-digit|MFA device|It would fail/i);
  const signedIn = await portal.run();
  assert.equal(signedIn.code, 0, signedIn.stderr);
  assert.equal(signedIn.stderr, "");
  assert.deepEqual(portal.asked, ["?account_id=123456789012&role_name=admin"]);

  // As the AWS CLI does when it renews the token.
  portal.signIn();
  assert.equal((await portal.run()).stdout, signedIn.stdout);
  assert.equal(portal.asked.length, 1);

  Deno.removeSync(portal.file);
  const signedOut = await portal.run();
  assert.equal(signedOut.code, 125);
  assert.match(signedOut.stderr, /nobody is signed in/);
});

Deno.test("wev says why IAM Identity Center gives nothing", async () => {
  await using portal = new Portal();
  portal.signIn(Date.parse("2026-01-31T12:00:00Z") - 1e12);
  const expired = await portal.run();
  assert.match(expired.stderr, /profile "sso": the sign-in expired at \d{4}-/);

  portal.signIn();
  portal.refusal = new Response('{"message":"No access"}', {
    status: 403,
    headers: { "x-amzn-errortype": "ForbiddenException", "content-type": "application/json" },
  });
  const denied = await portal.run();
  assert.equal(denied.code, 125);
  assert.match(denied.stderr, /from sso_session of the profile "sso": .*No access/);
  assert.match(denied.stderr, /aws sso login --profile sso/);
  assert.doesNotMatch(denied.stderr, /wev-[0-9a-f]{8}/);
});

Deno.test("aws logout ends what wev hands out", async () => {
  await using mfa = new Providers();
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = mfa.temporary;
  const session = "arn:aws:iam::123456789012:user/ann";
  mfa.sandbox.write("home/.aws/config", `[profile console]\nlogin_session = ${session}\n`);
  const file = `logins/${createHash("sha256").update(session).digest("hex")}.json`;
  const env = {
    ...NO_KEYS,
    AWS_PROFILE: "console",
    AWS_LOGIN_CACHE_DIRECTORY: `${mfa.sandbox.root}/logins`,
  };
  const path = mfa.sandbox.write(
    file,
    JSON.stringify({
      accessToken: {
        accessKeyId,
        secretAccessKey,
        sessionToken,
        accountId: "123456789012",
        expiresAt: expiration,
      },
      refreshToken: "refresh",
      clientId: "client",
      dpopKey: "key",
    }),
  );
  const signedIn = await mfa.run(SHOW, { env });
  assert.equal(signedIn.code, 0, signedIn.stderr);
  assert.ok(signedIn.stdout.startsWith(accessKeyId));
  Deno.removeSync(path);
  const { code, stderr } = await mfa.run(SHOW, { env });
  assert.equal(code, 125);
  assert.match(stderr, /Sign in: aws login --profile console/);
});

Deno.test("credential_process gets the chain of profiles, and no shell", async () => {
  await using mfa = new Providers();
  mfa.sandbox.write("home/keys.json", mfa.json);
  const program = mfa.sandbox.write(
    "home/my program",
    '#!/bin/sh\nprintf "%s|" "$_AWS_CLI_PROFILE_CHAIN" "$@" >"$HOME/seen"\ncat "$HOME/keys.json"\n',
  );
  Deno.chmodSync(program, 0o755);
  mfa.sandbox.write(
    "home/.aws/config",
    `[profile "a,b"]\ncredential_process = "${program}" 'x y' $HOME "a;b"\n`,
  );
  const env = { ...NO_KEYS, AWS_PROFILE: "a,b", _AWS_CLI_PROFILE_CHAIN: "outer" };
  const { code, stderr } = await mfa.run(SHOW, { env });
  assert.equal(code, 0, stderr);
  const seen = Deno.readTextFileSync(`${mfa.sandbox.home}/seen`);
  assert.equal(seen, 'outer,"a,b"|x y|$HOME|a;b|');
});

Deno.test("credential_process may be a path that is relative, as for the AWS CLI", async () => {
  await using mfa = new Providers();
  const program = mfa.sandbox.write("home/project/give", `#!/bin/sh\necho '${mfa.json}'\n`);
  Deno.chmodSync(program, 0o755);
  mfa.sandbox.write("home/.aws/config", "[default]\ncredential_process = ./give\n");
  const { code, stderr } = await mfa.run(SHOW, { env: NO_KEYS });
  assert.equal(code, 0, stderr);
});

Deno.test("wev shows what a program says that fails", async () => {
  await using mfa = new Providers();
  mfa.sandbox.write(
    "home/.aws/config",
    "[default]\ncredential_process = sh -c 'echo the vault is closed >&2; exit 3'\n",
  );
  const { code, stderr } = await mfa.run(SHOW, { env: NO_KEYS });
  assert.equal(code, 125);
  assert.match(stderr, /the vault is closed/);
  assert.match(
    stderr,
    /from credential_process of the profile "default": it failed with exit code 3/,
  );
});

/** Programs that run wev again, for what the outer wev waits for. */
const CIRCLES: Record<string, [config: string, project: string]> = {
  "with the same variables": ["[default]\ncredential_process = sh ROOT/again\n", ""],
  "for the same profile": [
    "[default]\ncredential_process = sh ROOT/again\n",
    ", profile: default, duration: 1800",
  ],
};

for (const [what, [config, inner]] of Object.entries(CIRCLES)) {
  Deno.test(`wev ends at once if a program runs it again ${what}`, async () => {
    await using mfa = new Providers();
    const { sandbox } = mfa;
    sandbox.write(
      "again",
      `cd "${sandbox.root}/home/inner" && exec ${wevWords()} sh -c 'echo {}'\n`,
    );
    sandbox.write("home/inner/wev.yml", `${NAMES}:\n  plugin: {id: wev-awsmfa${inner}}\n`);
    sandbox.write("home/.aws/config", config.replaceAll("ROOT", sandbox.root));
    const start = performance.now();
    const { code, stderr } = await mfa.run(SHOW, { env: NO_KEYS });
    assert.equal(code, 125);
    assert.ok(performance.now() - start < 40_000, "It waited for itself");
    assert.match(
      stderr,
      /waits for the program that started this one|its program runs itself again/,
    );
    assert.match(stderr, /it failed with exit code 125/);
  });
}

Deno.test("a program of token_command that runs wev for the same code is told so at once", async () => {
  await using mfa = new Providers();
  const { sandbox } = mfa;
  const again = sandbox.write("again", `#!/bin/sh\nexec ${wevWords()} sh -c 'echo 123456'\n`);
  Deno.chmodSync(again, 0o755);
  sandbox.write("home/.wev.yml", `${NAMES}:\n  plugin: {token_command: [${again}]}\n`);
  const start = performance.now();
  const { code, stderr } = await mfa.run(SHOW);
  assert.equal(code, 125);
  assert.ok(performance.now() - start < 40_000, "It waited for itself");
  assert.match(stderr, /waits for the program that started this one/);
});

Deno.test("LocalStack's root key works with mfa_device", async () => {
  await using mfa = new MfaSandbox({
    options: { mfa_device: "arn:aws:iam::123456789012:mfa/any" },
  });
  const device = "arn:aws:iam::123456789012:mfa/any";
  const root = mfa.aws.addRoot({ accessKey: { accessKeyId: "test", secretAccessKey: "test" } });
  const env = { ...mfa.environment({}, root.accessKey), WEV_AWSMFA_TOKEN: "123456" };
  mfa.aws.failures.add("GetSessionToken", {
    kind: "page",
    status: 200,
    contentType: "text/xml",
    body: '<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
      "<GetSessionTokenResult><Credentials><AccessKeyId>LSIAEXAMPLEEXAMPLE00</AccessKeyId>" +
      "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>" +
      `<Expiration>${new Date(Date.now() + 900_000).toISOString()}</Expiration></Credentials>` +
      "</GetSessionTokenResult></GetSessionTokenResponse>",
  });
  const { code, stdout, stderr } = await mfa.run(SHOW, { env });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^LSIAEXAMPLEEXAMPLE00 token/);
  const [sent] = mfa.aws.requestsOf("GetSessionToken");
  assert.equal(sent?.parameters["SerialNumber"], device);
});

/** Keys with a character that nobody sees, and what it is called. */
const CHARACTERS: Record<string, [character: string, says: RegExp]> = {
  "a carriage return": ["\r", /AWS_SECRET_ACCESS_KEY has a carriage return in it/],
  "a zero-width space": ["\u200b", /AWS_SECRET_ACCESS_KEY has a zero-width character \(\\u200b\)/],
  "a byte order mark": ["\ufeff", /AWS_SECRET_ACCESS_KEY has a zero-width character \(\\ufeff\)/],
  "a no-break space": ["\u00a0", /AWS_SECRET_ACCESS_KEY has a no-break space in it/],
  "a space": [" ", /AWS_SECRET_ACCESS_KEY has a space in it/],
  "a letter beyond ASCII": ["é", /AWS_SECRET_ACCESS_KEY has the character "é" in it/],
};

for (const [what, [character, says]] of Object.entries(CHARACTERS)) {
  Deno.test(`wev says that there is ${what} in a key`, async () => {
    await using mfa = new MfaSandbox();
    const { secretAccessKey } = mfa.user.accessKey;
    const env = { AWS_SECRET_ACCESS_KEY: `${secretAccessKey}${character}` };
    const { code, stderr } = await mfa.run(SHOW, { env });
    assert.equal(code, 125);
    assert.match(stderr, says);
    assert.ok(!stderr.includes(secretAccessKey));
    assert.deepEqual(mfa.actions, []);
  });
}

Deno.test("wev says where in a file a key has a character that nobody sees", async () => {
  await using mfa = new MfaSandbox();
  const file = mfa.sandbox.write(
    "home/.aws/credentials",
    "[default]\naws_access_key_id = AKIA\u200bEXAMPLE\naws_secret_access_key = x\n",
  );
  const { stderr } = await mfa.run(SHOW, { env: NO_KEYS });
  assert.ok(
    stderr.includes(`${file}:2:21: aws_access_key_id of the profile "default" has a zero-width`),
    stderr,
  );
});

Deno.test("wev lets the SDK say nothing on standard error", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "3600" } });
  const env = {
    WEV_AWSMFA_TOKEN: mfa.user.device.code(),
    AWS_SDK_UA_APP_ID: "x".repeat(80),
    AWS_DEFAULTS_MODE: "nonsense",
    AWS_MAX_ATTEMPTS: "nonsense",
  };
  for (const args of [["--explain"], SHOW]) {
    const { code, stderr } = await mfa.run(args, { env });
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
  }
});
