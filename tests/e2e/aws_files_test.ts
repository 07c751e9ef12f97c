import assert from "node:assert/strict";
import { isAwsCliInstalled } from "../support/aws/aws_cli.ts";
import { type LocalAws, type LocalUser, startLocalAws } from "../support/aws/mod.ts";
import { NAMES } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";

/** Says whose credentials a command got. */
const WHO = ["sh", "-c", 'echo "has $AWS_ACCESS_KEY_ID"'];

const BOB = "aws_access_key_id = BOB-ID\naws_secret_access_key = BOB-SECRET\n";
const CAROL = "aws_access_key_id = CAROL-ID\naws_secret_access_key = CAROL-SECRET\n";
const READER = "role_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = bob\n" +
  "mfa_serial = arn:aws:iam::123456789012:mfa/bob\n";

/** A home directory with files of profiles, and a local AWS with the users and the role in them. */
class Machine implements AsyncDisposable {
  readonly aws: LocalAws = startLocalAws();
  readonly box: Sandbox = new Sandbox();
  readonly bob: LocalUser = this.aws.addUser({ name: "bob" });
  readonly carol: LocalUser = this.aws.addUser({ name: "carol" });

  constructor() {
    this.aws.addRole({ name: "reader" });
    this.box.write(
      "home/project/wev.yml",
      `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    duration: 3600\n`,
    );
  }

  /** Puts in the keys of the users. */
  fill(text: string): string {
    const [bob, carol] = [this.bob.accessKey, this.carol.accessKey];
    return text.replaceAll("BOB-ID", bob.accessKeyId).replaceAll("BOB-SECRET", bob.secretAccessKey)
      .replaceAll("CAROL-ID", carol.accessKeyId).replaceAll("CAROL-SECRET", carol.secretAccessKey)
      .replaceAll("ROOT", this.box.root);
  }

  write(path: string, text: string): void {
    this.box.write(path, this.fill(text));
  }

  env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    const filled = Object.entries(extra).map(([name, value]) => [name, this.fill(value)]);
    return {
      AWS_ENDPOINT_URL: this.aws.endpoint,
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      ...Object.fromEntries(filled),
    };
  }

  /** Runs wev with the code of whoever should be asked for one. */
  async run(extra: Readonly<Record<string, string>> = {}, user: LocalUser = this.bob) {
    const args = ["--token", user.device.code(), ...WHO];
    const run = await this.box.run(args, { env: this.env(extra), before: ["setsid", "--wait"] });
    this.aws.clock.advance(60);
    const [, key = ""] = /has (\w+)/.exec(run.stdout) ?? [];
    return { ...run, who: this.aws.account.credential(key)?.identity.arn };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.aws[Symbol.asyncDispose]();
    this.box[Symbol.dispose]();
  }
}

/** Files, and whose credentials they are. */
interface Case {
  readonly credentials?: string;
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the credentials are, if not where they usually are. */
  readonly file?: string;
  /** Whose it is; what is said where the files are refused. */
  readonly is: "user/bob" | "user/carol" | "assumed-role/reader/bob" | RegExp;
}

const CASES: Record<string, Case> = {
  "a comment glued to a header": {
    credentials: `[dev]\n${BOB}[prod]#live\n${CAROL}`,
    env: { AWS_PROFILE: "dev" },
    is: "user/bob",
  },
  "a profile whose header has a comment glued to it": {
    credentials: `[dev]\n${BOB}[prod]#live\n${CAROL}`,
    env: { AWS_PROFILE: "prod" },
    is: "user/carol",
  },
  "a header without its bracket": {
    credentials: `[dev]\n${BOB}[prod\n${CAROL}`,
    env: { AWS_PROFILE: "dev" },
    is: /credentials:4:1: this section has no closing bracket/,
  },
  "two sections of one name": {
    credentials: `[default]\n${BOB}[default]\n${CAROL}`,
    is: /credentials:4:1: duplicate section \[default\], already on line 1/,
  },
  "a setting twice": {
    credentials: `[default]\n${BOB}aws_access_key_id = CAROL-ID\n`,
    is: /credentials:4:1: duplicate setting aws_access_key_id/,
  },
  "names of settings in capitals": {
    credentials: `[default]\nAWS_ACCESS_KEY_ID = BOB-ID\nAWS_SECRET_ACCESS_KEY = BOB-SECRET\n`,
    is: "user/bob",
  },
  "a colon as delimiter": {
    credentials: `[default]\naws_access_key_id: BOB-ID\naws_secret_access_key: BOB-SECRET\n`,
    is: "user/bob",
  },
  "an indented section with an empty setting": {
    credentials: `[bob]\n${BOB}`,
    config: `[profile r]\n  region = us-east-1\n  cli_pager =\n${READER.replace(/^/gm, "  ")}\n`,
    env: { AWS_PROFILE: "r" },
    is: "assumed-role/reader/bob",
  },
  "a name in quotes with a blank": {
    credentials: `[my keys]\n${BOB}`,
    config: "[profile 'my keys']\nregion = us-east-1\n",
    env: { AWS_PROFILE: "my keys" },
    is: "user/bob",
  },
  "a name beyond ASCII": {
    credentials: `[bob]\n${BOB}`,
    config: `[profile münchen]\n${READER}`,
    env: { AWS_PROFILE: "münchen" },
    is: "assumed-role/reader/bob",
  },
  "a name with other characters, and several blanks before it": {
    credentials: `[bob]\n${BOB}`,
    config: `[profile   a&b,(c)=~*#]\n${READER}`,
    env: { AWS_PROFILE: "a&b,(c)=~*#" },
    is: "assumed-role/reader/bob",
  },
  "old ends of lines": {
    credentials: `[bob]\n${BOB}[carol]\n${CAROL}`.replaceAll("\n", "\r"),
    env: { AWS_PROFILE: "bob" },
    is: "user/bob",
  },
  "settings of all profiles": {
    credentials: `[DEFAULT]\n${BOB}[work]\n`,
    env: { AWS_PROFILE: "work" },
    is: "user/bob",
  },
  "a file with a byte order mark": { credentials: `\ufeff[default]\n${BOB}`, is: "user/bob" },
  "a file named with $HOME": {
    credentials: `[default]\n${BOB}`,
    file: "home/elsewhere/keys",
    env: { AWS_SHARED_CREDENTIALS_FILE: "$HOME/else${REST}/keys", REST: "where" },
    is: "user/bob",
  },
  "a file named with ~": {
    credentials: `[default]\n${BOB}`,
    file: "home/keys",
    env: { AWS_SHARED_CREDENTIALS_FILE: "~/keys" },
    is: "user/bob",
  },
  "a program's arguments that are no shell's": {
    config: "[default]\ncredential_process = sh ROOT/keys.sh 'a;b' \"c d\" x&y e>f $HOME #g\n",
    is: "user/carol",
  },
};

const KEYS_SCRIPT = `test "$#" = 6 || exit 1
test "$1|$2|$3|$4|$5|$6" = 'a;b|c d|x&y|e>f|$HOME|#g' || exit 2
printf '{"Version": 1, "AccessKeyId": "CAROL-ID", "SecretAccessKey": "CAROL-SECRET"}'
`;

for (const [what, { credentials, config, file, env = {}, is }] of Object.entries(CASES)) {
  Deno.test(`wev reads as the AWS CLI does: ${what}`, async () => {
    await using machine = new Machine();
    if (credentials !== undefined) machine.write(file ?? "home/.aws/credentials", credentials);
    if (config !== undefined) machine.write("home/.aws/config", config);
    machine.write("keys.sh", KEYS_SCRIPT);
    const user = is === "user/carol" ? machine.carol : machine.bob;
    const { code, who, stderr } = await machine.run(env, user);
    if (is instanceof RegExp) {
      assert.equal(code, 125);
      assert.match(stderr, is);
      assert.ok(!stderr.includes("aws configure"), stderr);
      assert.deepEqual(machine.aws.requests, []);
    } else assert.ok(who?.endsWith(`:${is}`), `${who}: ${stderr}`);

    // A byte order mark, which editors of Windows write, is all that wev takes and the CLI does not.
    const canCompare = credentials !== undefined && !credentials.startsWith("\ufeff") &&
      is !== "assumed-role/reader/bob";
    if (!canCompare || !isAwsCliInstalled()) return;
    const profile = env.AWS_PROFILE ?? "default";
    const cli = await new Deno.Command("aws", {
      args: ["configure", "get", "aws_access_key_id", "--profile", profile],
      clearEnv: true,
      env: machine.box.environment({ LC_ALL: "C.UTF-8", ...machine.env(env) }),
      stderr: "null",
    }).output();
    const printed = new TextDecoder().decode(cli.stdout).trim();
    assert.equal(printed, is instanceof RegExp ? "" : user.accessKey.accessKeyId);
  });
}

Deno.test("wev gets other credentials when a variable in the name of a file changes", async () => {
  await using machine = new Machine();
  machine.write("home/bob/keys", `[default]\n${BOB}`);
  machine.write("home/carol/keys", `[default]\n${CAROL}`);
  const env = { AWS_SHARED_CREDENTIALS_FILE: "~/$USER_NAME/keys" };
  assert.match((await machine.run({ ...env, USER_NAME: "bob" })).who ?? "", /user\/bob$/);
  const carol = await machine.run({ ...env, USER_NAME: "carol" }, machine.carol);
  assert.match(carol.who ?? "", /user\/carol$/, carol.stderr);
  machine.aws.clearRequests();
  assert.match((await machine.run({ ...env, USER_NAME: "bob" })).who ?? "", /user\/bob$/);
  assert.deepEqual(machine.aws.requests, []);
});

Deno.test("wev does not wait for a pipe, and says which file it can't read", async () => {
  await using machine = new Machine();
  const { box } = machine;
  Deno.mkdirSync(`${box.home}/.aws/config`, { recursive: true });
  const pipe = `${box.root}/pipe`;
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const { code, stderr } = await machine.run({ AWS_SHARED_CREDENTIALS_FILE: pipe });
  assert.equal(code, 125);
  assert.ok(stderr.includes(`Can't read ${pipe}: it is not a regular file.\n`), stderr);
  assert.ok(stderr.includes(`Can't read ${box.home}/.aws/config: it is a directory.\n`), stderr);
  assert.ok(!stderr.includes("aws configure"), stderr);

  // The AWS CLI does without.
  machine.write("home/.aws/credentials", `[default]\n${BOB}`);
  const run = await machine.run();
  assert.match(run.who ?? "", /user\/bob$/, run.stderr);
  assert.match(
    run.stderr,
    /^wev: warning: Can't read .*config: it is a directory\. Its profiles are/,
  );
  assert.match(
    (await box.run(["--explain"])).stdout,
    /Can't read .*config: it is a directory\. Its/,
  );
});

Deno.test({
  name: "wev says that it may not read a file, where it is not the administrator's run",
  // Who may read every file meets no such file.
  ignore: Deno.uid() === 0 || Deno.build.os === "windows",
  async fn() {
    await using machine = new Machine();
    machine.write("home/.aws/credentials", `[default]\n${BOB}`);
    Deno.chmodSync(`${machine.box.home}/.aws/credentials`, 0);
    const { code, stderr } = await machine.run();
    assert.equal(code, 125);
    assert.match(stderr, /Can't read .*\/credentials: permission denied\./);
    assert.ok(!stderr.includes("aws configure"), stderr);
  },
});

for (
  const [what, bytes, said] of [
    ["in UTF-16", [0xff, 0xfe, 0x5b, 0, 0x61, 0], /credentials:1:1: .*UTF-16, not UTF-8/],
    ["in Latin-1", [0x5b, 0xfc, 0x5d, 0x0a], /credentials:1:2: .*that is not UTF-8/],
  ] as const
) {
  Deno.test(`wev says that a file is ${what}`, async () => {
    await using machine = new Machine();
    machine.box.write("home/.aws/credentials", new Uint8Array(bytes));
    const { code, stderr } = await machine.run();
    assert.equal(code, 125);
    assert.match(stderr, said);
    assert.ok(!stderr.includes("aws configure"), stderr);
  });
}

Deno.test("wev sends requests where the services of a profile say, whatever it is called", async () => {
  await using machine = new Machine();
  const { endpoint } = machine.aws;
  machine.write("home/.aws/credentials", `[my keys]#x\n${BOB}`);
  machine.write(
    "home/.aws/config",
    `[profile 'my keys']\nSERVICES: at home\nendpoint_url = http://127.0.0.1:9\n[services 'at home']\n` +
      `sts =\n  endpoint_url = ${endpoint}\niam =\n  endpoint_url = ${endpoint}\n`,
  );
  const env = { AWS_ENDPOINT_URL: "", AWS_PROFILE: "my keys" };
  const { who, stderr } = await machine.run(env);
  assert.match(who ?? "", /user\/bob$/, stderr);

  machine.write(
    "home/.aws/config",
    "[profile 'my keys']\nservices = at hme\n[services 'at home']\n",
  );
  const wrong = await machine.run(env);
  assert.match(wrong.stderr, /config:2:12: The profile "my keys" has services "at hme", but/);
  assert.match(wrong.stderr, /Did you mean "at home"\?/);
});

Deno.test("wev gets keys of IAM Identity Center, whatever its session is called", async () => {
  await using machine = new Machine();
  const { bob, aws, box } = machine;
  const session = aws.account.issue({
    identity: { arn: bob.arn, userId: bob.id, user: bob },
    mfa: true,
    origin: "session",
    duration: 3600,
  });
  const asked: string[] = [];
  await using portal = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const parameters = ["account_id", "role_name"].map((name) => searchParams.get(name));
    asked.push([pathname, ...parameters, request.headers.get("x-amz-sso_bearer_token")].join(" "));
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const expiration = Date.now() + 3_600_000;
    return Response.json({
      roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration },
    });
  });
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode("zu hause"));
  box.write(
    `home/.aws/sso/cache/${new Uint8Array(digest).toHex()}.json`,
    JSON.stringify({
      accessToken: "access",
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  );
  const config =
    "[sso-session 'zu hause'] # x\nSSO_REGION: eu-west-1\nsso_start_url = https://x/start/#/\n" +
    "[profile sso]\nsso_session = zu hause\nsso_account_id = 123456789012\nsso_role_name = dev\n";
  machine.write("home/.aws/config", config);
  const { endpoint } = machine.aws;
  const url = `http://127.0.0.1:${portal.addr.port}`;
  const env = { AWS_PROFILE: "sso", AWS_ENDPOINT_URL_SSO: url };
  const { stderr, stdout } = await machine.run(env);
  assert.ok(stdout.includes(session.accessKeyId), stderr);
  const request = "/federation/credentials 123456789012 dev access";
  assert.deepEqual(asked, [request]);

  machine.write(
    "home/.aws/config",
    config +
      `endpoint_url = ${url}\nservices = zu hause # y\nuse_fips_endpoint = true\n` +
      `[services 'zu hause # y']\nsts =\n  endpoint_url = ${endpoint}\n`,
  );
  const ofProfile = await machine.run({ AWS_PROFILE: "sso", AWS_ENDPOINT_URL: "" });
  assert.ok(ofProfile.stdout.includes(session.accessKeyId), ofProfile.stderr);
  assert.deepEqual(asked, [request, request]);
});

Deno.test("wev assumes a role from the environment where the profile says so", async () => {
  await using machine = new Machine();
  const { bob, aws } = machine;
  const session = aws.account.issue({
    identity: { arn: bob.arn, userId: bob.id, user: bob },
    mfa: true,
    origin: "session",
    duration: 3600,
  });
  machine.write(
    "home/project/wev.yml",
    `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    profile: "two words"\n`,
  );
  machine.write(
    "home/.aws/config",
    "[profile 'two words']\nCREDENTIAL_SOURCE = Environment\n" +
      "role_arn: arn:aws:iam::123456789012:role/reader\n",
  );
  const { who, stderr } = await machine.run({
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  });
  assert.match(who ?? "", /assumed-role\/reader\/bob$/, stderr);
});
