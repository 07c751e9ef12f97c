import assert from "node:assert/strict";
import { isAwsCliInstalled, runAwsCli } from "../support/aws/aws_cli.ts";
import { type LocalAws, type LocalUser, startLocalAws } from "../support/aws/mod.ts";
import { webToken } from "../support/aws/assume_role_with_web_identity.ts";
import { NAMES } from "../support/mfa_sandbox.ts";
import { Sandbox } from "../support/program.ts";

/** Says whose credentials a command got, and what else came along. */
const WHO = ["sh", "-c", 'echo "has $AWS_ACCESS_KEY_ID"'];

const ISSUER = "https://gitlab.example";
const TRUST = { issuer: ISSUER, subject: "project_path:x/y" };
const ROLE = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

const BOB = "aws_access_key_id = BOB-ID\naws_secret_access_key = BOB-SECRET\n";
const CAROL = "aws_access_key_id = CAROL-ID\naws_secret_access_key = CAROL-SECRET\n";
/** Keys of a session of bob's. */
const TEMP = "aws_access_key_id = TEMP-ID\naws_secret_access_key = TEMP-SECRET\n" +
  "aws_session_token = TEMP-TOKEN\n";
const BOB_ENV = { AWS_ACCESS_KEY_ID: "BOB-ID", AWS_SECRET_ACCESS_KEY: "BOB-SECRET" };
const TEMP_ENV = {
  AWS_ACCESS_KEY_ID: "TEMP-ID",
  AWS_SECRET_ACCESS_KEY: "TEMP-SECRET",
  AWS_SESSION_TOKEN: "TEMP-TOKEN",
};
const WEB_ENV = {
  AWS_ROLE_ARN: ROLE("deploy"),
  AWS_WEB_IDENTITY_TOKEN_FILE: "ROOT/token",
  AWS_ROLE_SESSION_NAME: "job-1",
};
const PROGRAM = "credential_process = cat ROOT/keys.json\n";
const PHONE = "mfa_serial = arn:aws:iam::123456789012:mfa/bob\n";

/** Files and variables, and what is done with them. */
interface Case {
  readonly credentials?: string;
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Lines below the plugin's id. */
  readonly options?: string;
  /** Whose credentials the command gets, or what is said. */
  readonly is: string | RegExp;
  /** What AWS is asked, in order. */
  readonly asks?: readonly string[];
  /** Why the AWS CLI does otherwise on purpose of wev. */
  readonly unlikeCli?:
    | "it sends the token"
    | "it takes the machine's keys"
    | "version 1 has another order";
}

const ID = "GetCallerIdentity";
const MFA = [ID, "GetSessionToken"];
const ROLE_CASE = `role_arn = ${ROLE("reader")}\nsource_profile = bob\n${PHONE}`;

const CASES: Record<string, Case> = {
  "keys of the environment before a profile that AWS_PROFILE names": {
    credentials: `[carol]\n${CAROL}`,
    env: { ...BOB_ENV, AWS_PROFILE: "carol" },
    is: "user/bob",
    asks: MFA,
  },
  "a profile that an option names before keys of the environment": {
    credentials: `[carol]\n${CAROL}`,
    options: "    profile: carol\n",
    env: BOB_ENV,
    is: "user/carol",
    asks: MFA,
  },
  "AWS_PROFILE before AWS_DEFAULT_PROFILE": {
    credentials: `[bob]\n${BOB}[carol]\n${CAROL}`,
    env: { AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "carol" },
    is: "user/bob",
    asks: MFA,
    unlikeCli: "version 1 has another order",
  },
  "keys of the credentials file before a program": {
    credentials: `[default]\n${BOB}`,
    config: `[default]\n${PROGRAM}`,
    is: "user/bob",
    asks: MFA,
  },
  "a program before keys of the configuration file": {
    config: `[default]\n${BOB}${PROGRAM}`,
    is: "user/bob",
    asks: [ID],
  },
  "a role before all keys of its own profile": {
    credentials: `[r]\n${CAROL}[bob]\n${BOB}`,
    config: `[profile r]\n${ROLE_CASE}`,
    env: { AWS_PROFILE: "r" },
    is: "assumed-role/reader/bob",
    asks: [...MFA, "AssumeRole"],
  },
  "a source's own keys before its role": {
    credentials: `[s]\n${BOB}`,
    config: `[profile r]\nrole_arn = ${ROLE("reader")}\nsource_profile = s\n${PHONE}` +
      `[profile s]\nrole_arn = ${ROLE("never")}\nsource_profile = nobody\n`,
    env: { AWS_PROFILE: "r" },
    is: "assumed-role/reader/bob",
    asks: [...MFA, "AssumeRole"],
  },
  "a web identity of the environment": {
    env: WEB_ENV,
    is: "assumed-role/deploy/job-1",
    asks: ["AssumeRoleWithWebIdentity", ID],
  },
  "a web identity of the environment before keys of the profile": {
    credentials: `[default]\n${BOB}`,
    env: WEB_ENV,
    is: "assumed-role/deploy/job-1",
    asks: ["AssumeRoleWithWebIdentity", ID],
  },
  "keys of the environment before a web identity": {
    env: { ...WEB_ENV, ...BOB_ENV },
    is: "user/bob",
    asks: MFA,
  },
  "a role of the profile before a web identity of the environment": {
    credentials: `[bob]\n${BOB}`,
    config: `[default]\n${ROLE_CASE}`,
    env: WEB_ENV,
    is: "assumed-role/reader/bob",
    asks: [...MFA, "AssumeRole"],
  },
  "no web identity of the environment if an option names the profile": {
    credentials: `[bob]\n${BOB}`,
    options: "    profile: bob\n",
    env: WEB_ENV,
    is: "user/bob",
    asks: MFA,
  },
  "a web identity of a profile before its source and its keys": {
    config: `[default]\n${BOB}role_arn = ${ROLE("deploy")}\nrole_session_name = job-2\n` +
      "web_identity_token_file = ROOT/token\nsource_profile = nobody\n",
    is: "assumed-role/deploy/job-2",
    asks: ["AssumeRoleWithWebIdentity", ID],
  },
  "a role that is assumed with a web identity": {
    env: WEB_ENV,
    options: `    role_arn: ${ROLE("reader")}\n    role_session_name: two\n`,
    is: "assumed-role/reader/two",
    asks: ["AssumeRoleWithWebIdentity", ID, "AssumeRole"],
  },
  "a web identity that the role does not trust": {
    env: { ...WEB_ENV, AWS_ROLE_ARN: ROLE("reader") },
    is: /AWS_WEB_IDENTITY_TOKEN_FILE: AWS refused: Not authorized to perform sts:Assume/,
    asks: ["AssumeRoleWithWebIdentity"],
  },
  "a token that has expired": {
    env: { ...WEB_ENV, AWS_WEB_IDENTITY_TOKEN_FILE: "ROOT/old-token" },
    is: /AWS_WEB_IDENTITY_TOKEN_FILE: the token has expired/,
    asks: ["AssumeRoleWithWebIdentity"],
  },
  "a token that is none": {
    env: { ...WEB_ENV, AWS_WEB_IDENTITY_TOKEN_FILE: "ROOT/keys.json" },
    is: /AWS_WEB_IDENTITY_TOKEN_FILE: AWS does not accept the token/,
    asks: ["AssumeRoleWithWebIdentity"],
  },
  "a token that there is not": {
    env: { ...WEB_ENV, AWS_WEB_IDENTITY_TOKEN_FILE: "ROOT/nowhere" },
    is: /AWS_WEB_IDENTITY_TOKEN_FILE: the file .* of AWS_WEB_IDENTITY_TOKEN_FILE does not exist/,
    asks: [],
  },
  "a web identity without its role": {
    env: { AWS_WEB_IDENTITY_TOKEN_FILE: "ROOT/token" },
    is: /AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not/,
    asks: [],
  },
  "temporary keys of the environment": { env: TEMP_ENV, is: "user/bob", asks: [ID] },
  "temporary keys of a profile": { credentials: `[default]\n${TEMP}`, is: "user/bob", asks: [ID] },
  "temporary keys of a profile, with the older name of the token": {
    credentials: `[default]\n${TEMP.replace("session_token", "security_token")}`,
    is: "user/bob",
    asks: [ID],
  },
  "temporary keys that AWS does not accept": {
    env: { ...TEMP_ENV, AWS_SESSION_TOKEN: "wrong" },
    is: /AWS does not know the access key …/,
    asks: [ID],
  },
  "temporary keys of another account than the option's": {
    env: TEMP_ENV,
    options: '    account: "999999999999"\n',
    is: /The credentials would belong to account 123456789012/,
    asks: [ID],
  },
  "a role that is assumed with temporary keys": {
    env: TEMP_ENV,
    options: `    role_arn: ${ROLE("reader")}\n`,
    is: "assumed-role/reader/bob",
    asks: [ID, "AssumeRole"],
  },
  "a session token that is left over in the environment": {
    env: { ...BOB_ENV, AWS_SESSION_TOKEN: "stale", AWS_CREDENTIAL_EXPIRATION: "2020-01-01" },
    is: "user/bob",
    asks: MFA,
    unlikeCli: "it sends the token",
  },
  "a session token that is left over in a profile": {
    credentials: `[default]\n${BOB}aws_session_token = stale\n`,
    is: "user/bob",
    asks: MFA,
    unlikeCli: "it sends the token",
  },
  "a temporary key without its token": {
    env: { AWS_ACCESS_KEY_ID: "TEMP-ID", AWS_SECRET_ACCESS_KEY: "TEMP-SECRET" },
    is: /is the temporary access key …\w{4}, but its session token is missing/,
    asks: [],
  },
  "credential_source Environment, with an option that names the profile": {
    config: `[profile r]\nrole_arn = ${ROLE("reader")}\ncredential_source = Environment\n${PHONE}`,
    options: "    profile: r\n",
    env: BOB_ENV,
    is: "assumed-role/reader/bob",
    asks: [...MFA, "AssumeRole"],
  },
  "credential_source Environment without keys there": {
    config: `[profile r]\nrole_arn = ${ROLE("reader")}\ncredential_source = Environment\n`,
    env: { AWS_PROFILE: "r" },
    is: /config:3:1: There are no credentials from credential_source Environment/,
    asks: [],
  },
  "credential_source that there is not": {
    config: `[profile r]\nrole_arn = ${ROLE("reader")}\ncredential_source = environment\n`,
    env: { AWS_PROFILE: "r" },
    is: /config:3:21: credential_source of the profile "r" can't be "environment"/,
    asks: [],
  },
  "a container": {
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "MACHINE/container" },
    is: "user/bob",
    asks: [ID],
  },
  "keys of a profile before a container": {
    credentials: `[default]\n${BOB}`,
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "MACHINE/container" },
    is: "user/bob",
    asks: MFA,
  },
  "a container that refuses": {
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "MACHINE/nothing" },
    is: /from the container \(AWS_CONTAINER_CREDENTIALS_FULL_URI\): .*HTTP status 404/,
    asks: [],
  },
  "a container on another host": {
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://10.0.0.1/keys" },
    is: /wev sends no credentials to 10\.0\.0\.1/,
    asks: [],
  },
  "a container before instance metadata": {
    env: {
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "MACHINE/container",
    },
    is: "user/bob",
    asks: [ID],
  },
  "instance metadata": {
    env: {
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: "MACHINE",
    },
    is: "user/bob",
    asks: [ID],
  },
  "instance metadata that nobody serves": {
    env: {
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1",
    },
    is: /No AWS credentials found \(searched the environment, .*credentials,? and .*config\)/,
    asks: [],
  },
  "nothing": { is: /No AWS credentials found/, asks: [] },
  "half a key before the machine's": {
    config: "[default]\naws_secret_access_key = x\n",
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "MACHINE/container" },
    is: /config:2:1: The profile "default" has no aws_access_key_id/,
    asks: [],
    unlikeCli: "it takes the machine's keys",
  },
  "a key in one file whose secret is in the other": {
    credentials: "[default]\naws_access_key_id = BOB-ID\n",
    config: "[default]\naws_secret_access_key = BOB-SECRET\n",
    is: /credentials:2:1: The profile "default" has no aws_secret_access_key/,
    asks: [],
  },
  "IAM Identity Center before keys, if nobody is signed in": {
    credentials: `[default]\n${BOB}`,
    config: "[default]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n" +
      "sso_account_id = 123456789012\nsso_role_name = admin\n",
    is: /There are no credentials from sso_start_url of the profile "default": nobody is signed in/,
    asks: [],
  },
  "a session of IAM Identity Center for tokens only, beside keys": {
    credentials: `[default]\n${BOB}`,
    config:
      "[sso-session s]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n" +
      "[default]\nsso_session = s\n",
    is: "user/bob",
    asks: MFA,
  },
  "a sign-in of aws login that has ended": {
    config: "[default]\nlogin_session = arn:aws:iam::123456789012:user/bob\n",
    is: /from login_session of the profile "default": nobody is signed in/,
    asks: [],
  },
  "a role in another account than the option's": {
    credentials: `[bob]\n${BOB}`,
    config: `[default]\n${ROLE_CASE}`,
    options: '    account: "999999999999"\n',
    is: /The credentials would belong to account 123456789012/,
    asks: [],
  },
  "a role of a web identity in another account than the option's": {
    env: WEB_ENV,
    options: '    account: "999999999999"\n',
    is: /The credentials would belong to account 123456789012/,
    asks: [],
  },
  "an unknown profile that an option names": {
    credentials: `[carol]\n${CAROL}`,
    options: "    profile: carl\n",
    is: /wev\.yml:4:5: There is no profile "carl"/,
    asks: [],
  },
};

/** A machine with files, a local AWS, and something that gives the machine's keys. */
class Machine implements AsyncDisposable {
  readonly aws: LocalAws = startLocalAws();
  readonly box: Sandbox = new Sandbox();
  readonly bob: LocalUser = this.aws.addUser({ name: "bob" });
  readonly carol: LocalUser = this.aws.addUser({ name: "carol" });
  readonly #temporary = this.aws.account.issue({
    identity: { arn: this.bob.arn, userId: "bob", user: this.bob },
    origin: "session",
    mfa: true,
    duration: 3600,
  });
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(given: Case) {
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = this.#temporary;
    const keys = {
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Expiration: new Date(expiresAt).toISOString(),
    };
    const ofMachine = JSON.stringify({ ...keys, Token: sessionToken });
    this.#server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
      switch (new URL(request.url).pathname) {
        case "/latest/api/token":
          return new Response("token");
        case "/latest/meta-data/iam/security-credentials/":
          return new Response("role");
        case "/latest/meta-data/iam/security-credentials/role":
        case "/container":
          return new Response(ofMachine);
      }
      return new Response("", { status: 404 });
    });
    this.aws.addRole({ name: "reader" });
    this.aws.addRole({ name: "deploy", webIdentity: TRUST });
    this.box.write("keys.json", JSON.stringify({ ...keys, SessionToken: sessionToken }));
    this.box.write("token", webToken(TRUST));
    this.box.write("old-token", webToken({ ...TRUST, expiresAt: Date.now() - 60_000 }));
    this.box.write(
      "home/project/wev.yml",
      `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n${given.options ?? ""}    duration: 3600\n`,
    );
    if (given.credentials !== undefined) {
      this.box.write("home/.aws/credentials", this.#fill(given.credentials));
    }
    if (given.config !== undefined) this.box.write("home/.aws/config", this.#fill(given.config));
  }

  #fill(text: string): string {
    const temporary = this.#temporary;
    return text
      .replaceAll("BOB-ID", this.bob.accessKey.accessKeyId)
      .replaceAll("BOB-SECRET", this.bob.accessKey.secretAccessKey)
      .replaceAll("CAROL-ID", this.carol.accessKey.accessKeyId)
      .replaceAll("CAROL-SECRET", this.carol.accessKey.secretAccessKey)
      .replaceAll("TEMP-ID", temporary.accessKeyId)
      .replaceAll("TEMP-SECRET", temporary.secretAccessKey)
      .replaceAll("TEMP-TOKEN", temporary.sessionToken)
      .replaceAll("MACHINE", `http://127.0.0.1:${this.#server.addr.port}`)
      .replaceAll("ROOT", this.box.root);
  }

  async run(args: readonly string[], { env = {}, is }: Case) {
    const variables = Object.entries(env).map(([name, value]) => [name, this.#fill(value)]);
    const user = typeof is === "string" && is.includes("carol") ? this.carol : this.bob;
    const { stdout, ...rest } = await this.box.run(args, {
      before: ["setsid", "--wait"],
      env: {
        AWS_ENDPOINT_URL: this.aws.endpoint,
        AWS_REGION: "us-east-1",
        WEV_AWSMFA_TOKEN: user.device.code(),
        ...Object.fromEntries(variables),
      },
    });
    const [, key = ""] = /has (\w+)/.exec(stdout) ?? [];
    return { ...rest, stdout, who: this.aws.account.credential(key)?.identity.arn };
  }

  /** Returns whose credentials the AWS CLI takes, as it says itself; nothing if it refuses. */
  async cli({ env = {}, options = "" }: Case): Promise<string | undefined> {
    const variables = Object.entries(env).map(([name, value]) => [name, this.#fill(value)]);
    const [, profile] = /profile: (\w+)/.exec(options) ?? [];
    const chosen = profile === undefined ? [] : ["--profile", profile];
    const { code, stdout } = await runAwsCli(
      ["sts", "get-caller-identity", "--query", "Arn", "--output", "text", ...chosen],
      {
        HOME: this.box.home,
        AWS_CONFIG_FILE: `${this.box.home}/.aws/config`,
        AWS_SHARED_CREDENTIALS_FILE: `${this.box.home}/.aws/credentials`,
        AWS_ENDPOINT_URL: this.aws.endpoint,
        AWS_REGION: "us-east-1",
        AWS_DEFAULT_REGION: "us-east-1",
        AWS_EC2_METADATA_DISABLED: "true",
        ...Object.fromEntries(variables),
      },
    );
    return code === 0 ? stdout.trim() : undefined;
  }

  /** The actions that AWS was asked for, but for the search for a device. */
  get actions(): string[] {
    return this.aws.requests.map(({ action }) => action)
      .filter((action) => action !== "ListMFADevices");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await this.aws[Symbol.asyncDispose]();
    this.box[Symbol.dispose]();
  }
}

for (const [what, given] of Object.entries(CASES)) {
  Deno.test(`wev takes ${what}, and --explain says so`, async () => {
    await using machine = new Machine(given);
    const explained = await machine.run(["--explain"], given);
    assert.equal(explained.code, 0, explained.stderr);
    assert.deepEqual(machine.actions, []);
    const run = await machine.run(WHO, given);
    compare(explained.stdout, run, machine);
    assert.deepEqual(machine.actions, given.asks, run.stderr);
    if (typeof given.is === "string") {
      assert.equal(run.code, 0, run.stderr);
      assert.ok(run.who?.endsWith(`:${given.is}`), `${run.who}\n${run.stderr}`);
    } else {
      assert.equal(run.code, 125, run.stdout);
      assert.match(run.stderr, given.is);
    }
  });
}

/** The AWS CLI asks for the code of a device on the terminal, and knows no options of wev. */
function isForCli({ config = "", options = "", unlikeCli }: Case): boolean {
  return !config.includes(PHONE) && !/account|role_arn/.test(options) && unlikeCli === undefined;
}

Deno.test({
  name: "wev takes the credentials that the AWS CLI takes",
  ignore: !isAwsCliInstalled(),
  async fn(test) {
    for (const [what, given] of Object.entries(CASES)) {
      if (!isForCli(given)) continue;
      await test.step(what, async () => {
        await using machine = new Machine(given);
        const arn = await machine.cli(given);
        if (typeof given.is === "string") assert.ok(arn?.endsWith(`:${given.is}`), arn);
        else assert.equal(arn, undefined);
      });
    }
  },
});

/** Checks that a run did what `--explain` told. */
function compare(
  told: string,
  run: { readonly stderr: string; readonly code: number },
  { aws, actions }: Machine,
): void {
  const [, failure] = /It would fail: (.*)\./.exec(told) ?? [];
  if (failure !== undefined) {
    assert.ok(run.stderr.includes(failure), `told: ${failure}\nsaid: ${run.stderr}`);
    assert.deepEqual(actions, []);
    return;
  }
  const [, lastFour] = /access key …(\w{4}) from/.exec(told) ?? [];
  const signed = aws.requests.find(({ accessKeyId }) => accessKeyId !== "");
  if (lastFour !== undefined) assert.equal(signed?.accessKeyId.slice(-4), lastFour);
  const [, source] = /Takes the credentials of (.*)\.\n/.exec(told) ?? [];
  const [, otherwise] = /the run fails: (.*)\./.exec(told) ?? [];
  if (source !== undefined && actions.length === 0) {
    assert.ok(run.stderr.includes(otherwise ?? source), run.stderr);
  }
  if (run.code !== 0) return;
  const asksForCode = /(?:Asks for|Gets from .*) a six-digit code/.test(told);
  const mayBeTemporary = told.includes("If they are temporary");
  if (!mayBeTemporary) assert.equal(actions.includes("GetSessionToken"), asksForCode);
  const roles = [...told.matchAll(/Assumes the role (\S+) /g)].map(([, arn]) => arn);
  assert.deepEqual(
    aws.requests.filter(({ action }) => action.startsWith("AssumeRole"))
      .map(({ parameters }) => parameters["RoleArn"]),
    roles,
  );
  assert.equal(/is not used: the access key/.test(told), /is not used: /.test(run.stderr));
}
