import assert from "node:assert/strict";
import { isBotocoreInstalled, seenByBotocore } from "../support/aws/botocore.ts";
import { isAwsCliInstalled } from "../support/aws/aws_cli.ts";
import {
  type AccessKey,
  type LocalAws,
  type LocalUser,
  startLocalAws,
} from "../support/aws/mod.ts";
import { NAMES } from "../support/mfa_sandbox.ts";
import type { Pty } from "../support/pty.ts";
import { Sandbox, wevWords } from "../support/program.ts";

type Texts = Readonly<Record<string, string>>;

function variablesIn(output: string): Record<string, string> {
  const lines = output.replaceAll("\r\n", "\n").split("\n").filter((line) => /^\w+=/.test(line));
  return Object.fromEntries(lines.map((line) => {
    const index = line.indexOf("=");
    return [line.slice(0, index), line.slice(index + 1)];
  }));
}

/** A user whose keys stand in the profile `prod`, and what its profiles say. */
class Profiles implements AsyncDisposable {
  readonly aws: LocalAws = startLocalAws();
  readonly user: LocalUser = this.aws.addUser({ name: "ann" });
  readonly box: Sandbox = new Sandbox();

  constructor(config: string, options = "") {
    this.box.write("home/project/wev.yml", `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n${options}`);
    this.writeKeys({ prod: this.user.accessKey });
    this.configure(config);
  }

  writeKeys(keys: Readonly<Record<string, AccessKey>>): void {
    const sections = Object.entries(keys).map(([name, { accessKeyId, secretAccessKey }]) =>
      `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
    );
    this.box.write("home/.aws/credentials", sections.join(""));
  }

  /** Writes the configuration file; `ENDPOINT` in it is where AWS is. */
  configure(config: string): void {
    this.box.write("home/.aws/config", config.replaceAll("ENDPOINT", this.aws.endpoint));
  }

  env(extra: Texts = {}): Texts {
    return { AWS_PROFILE: "prod", AWS_EC2_METADATA_DISABLED: "true", ...extra };
  }

  start(args: readonly string[] = ["env"], extra: Texts = {}): Pty {
    return this.box.start(args, { env: this.env(extra) });
  }

  /** Runs wev without a terminal: it fails where there is no session. */
  async run(args: readonly string[] = ["env"], extra: Texts = {}) {
    return await this.box.run(args, { env: this.env(extra), before: ["setsid", "--wait"] });
  }

  /** Answers the question of `pty`. */
  async answer(pty: Pty, { device }: LocalUser = this.user): Promise<void> {
    await pty.waitFor("Token: ");
    await pty.type(`${device.code()}\r`);
    assert.equal(await pty.end(), 0, pty.shown);
    this.aws.clock.advance(60);
  }

  /** Gets a session. */
  async login(extra: Texts = {}): Promise<void> {
    await using pty = this.start(["true"], extra);
    await this.answer(pty);
  }

  /** Returns the command's variables, of a session that is cached. */
  async command(extra: Texts = {}): Promise<Record<string, string>> {
    const { code, stdout, stderr } = await this.run(["env"], extra);
    assert.equal(code, 0, stderr);
    return variablesIn(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.aws[Symbol.asyncDispose]();
    this.box[Symbol.dispose]();
  }
}

const CONFIG = `[default]
region = us-west-2
output = table
max_attempts = 9
use_dualstack_endpoint = true
endpoint_url = https://default.invalid
[profile prod]
region = eu-west-1
output = text
ca_bundle =
endpoint_url = ENDPOINT
services = local
retry_mode = adaptive
[services local]
s3 =
  endpoint_url = http://localhost:9000
`;

Deno.test("the command gets what the profile says, warm and cold, and nothing of default", async () => {
  await using profiles = new Profiles(CONFIG);
  await using first = profiles.start();
  await profiles.answer(first);
  for (const command of [variablesIn(first.shown), await profiles.command()]) {
    const expected: Texts = {
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_DEFAULT_OUTPUT: "text",
      AWS_RETRY_MODE: "adaptive",
      AWS_MAX_ATTEMPTS: "3",
      AWS_USE_DUALSTACK_ENDPOINT: "false",
      AWS_ENDPOINT_URL: profiles.aws.endpoint,
      AWS_ENDPOINT_URL_S3: "http://localhost:9000",
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(command[name], value, name);
    for (const name of ["AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]) {
      assert.equal(command[name], undefined, name);
    }
  }
});

Deno.test("variables outside come before the profile's, one by one, on warm runs too", async () => {
  await using profiles = new Profiles(CONFIG);
  await profiles.login();
  const command = await profiles.command({
    AWS_DEFAULT_OUTPUT: "json",
    AWS_RETRY_MODE: "",
    AWS_ENDPOINT_URL_S3: "http://localhost:9001",
  });
  assert.equal(command["AWS_DEFAULT_OUTPUT"], "json");
  assert.equal(command["AWS_RETRY_MODE"], "");
  assert.equal(command["AWS_MAX_ATTEMPTS"], "3");
  assert.equal(command["AWS_ENDPOINT_URL_S3"], "http://localhost:9001");
  assert.equal(command["AWS_REGION"], "eu-west-1");
});

Deno.test("the twin of a region gets the region that is set outside, or by the configuration", async () => {
  await using profiles = new Profiles(CONFIG);
  await profiles.login({ AWS_REGION: "us-east-1" });
  const command = await profiles.command({ AWS_REGION: "us-east-1" });
  assert.equal(command["AWS_REGION"], "us-east-1");
  assert.equal(command["AWS_DEFAULT_REGION"], "us-east-1");
  await profiles.login();
  profiles.box.write(
    "home/project/wev.user.yml",
    "AWS_DEFAULT_REGION:\n  plugin:\n    id: wev-echo\n    value: sa-east-1\n",
  );
  const configured = await profiles.command();
  assert.equal(configured["AWS_DEFAULT_REGION"], "sa-east-1");
  assert.equal(configured["AWS_REGION"], "sa-east-1");
});

Deno.test("the command does not get what was said of other credentials", async () => {
  const outside = {
    AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z",
    AWS_ACCOUNT_ID: "999999999999",
    AWS_CREDENTIAL_SCOPE: "us-east-1",
  };
  await using profiles = new Profiles(CONFIG);
  await profiles.login();
  const command = await profiles.command(outside);
  for (const name of Object.keys(outside)) assert.equal(command[name], undefined, name);
  // What the configuration sets stays.
  profiles.box.write(
    "home/project/wev.user.yml",
    "AWS_ACCOUNT_ID:\n  plugin:\n    id: wev-echo\n    value: '123456789012'\n",
  );
  assert.equal((await profiles.command(outside))["AWS_ACCOUNT_ID"], "123456789012");
});

Deno.test("what the profile says is followed when it changes, without a question", async () => {
  await using profiles = new Profiles(CONFIG);
  await profiles.login();
  profiles.configure(CONFIG.replace("output = text", "output = yaml").replace("9000", "9009"));
  const command = await profiles.command();
  assert.equal(command["AWS_DEFAULT_OUTPUT"], "yaml");
  assert.equal(command["AWS_ENDPOINT_URL_S3"], "http://localhost:9009");
  assert.equal(profiles.aws.requestsOf("GetSessionToken").length, 1);
});

Deno.test("an endpoint of the profile has an MFA session of its own, as one outside has", async () => {
  await using profiles = new Profiles(
    "[profile prod]\nendpoint_url = ENDPOINT\n",
    "    mfa_device: arn:aws:iam::123456789012:mfa/ann\n",
  );
  await profiles.login();
  assert.equal((await profiles.run(["true"])).code, 0);
  await using other = startLocalAws();
  profiles.configure(`[profile prod]\nendpoint_url = ${other.endpoint}\n`);
  const { code, stderr } = await profiles.run(["true"]);
  assert.equal(code, 125, "the other AWS does not know the session");
  assert.deepEqual(other.requests.map(({ action }) => action), ["GetCallerIdentity"], stderr);
  // The same endpoint, named elsewhere, is the same AWS.
  profiles.configure(
    "[profile prod]\nservices = s\n[services s]\nsts =\n  endpoint_url = ENDPOINT\n",
  );
  assert.equal((await profiles.run(["true"])).code, 0);
});

Deno.test("an endpoint of one's own is asked whatever is said of FIPS and dual-stack", async () => {
  await using profiles = new Profiles(
    "[profile prod]\nendpoint_url = ENDPOINT\nuse_fips_endpoint = true\nregion = eu-west-1\n",
  );
  await profiles.login();
  const { code, stdout } = await profiles.run(["--explain"], {
    AWS_USE_DUALSTACK_ENDPOINT: "true",
    AWS_USE_FIPS_ENDPOINT: "true",
  });
  assert.equal(code, 0);
  assert.ok(stdout.includes(`Contacts ${profiles.aws.endpoint}.`), stdout);
  const command = await profiles.command();
  assert.equal(command["AWS_USE_FIPS_ENDPOINT"], "true");
});

Deno.test("switches of endpoints are read as the AWS CLI reads them", async () => {
  await using profiles = new Profiles(
    "[profile prod]\nregion = us-west-2\nuse_fips_endpoint = True\nuse_dualstack_endpoint = yes\n",
  );
  const { stdout } = await profiles.run(["--explain"]);
  assert.ok(stdout.includes("Contacts sts-fips.us-west-2.amazonaws.com, "), stdout);
  const off = await profiles.run(["--explain"], { AWS_USE_FIPS_ENDPOINT: "no" });
  assert.ok(off.stdout.includes("Contacts sts.us-west-2.amazonaws.com, "), off.stdout);
});

Deno.test("endpoints that are to be ignored are ignored, from wherever", async () => {
  await using profiles = new Profiles(
    "[profile prod]\nendpoint_url = ENDPOINT\nregion = eu-west-1\n" +
      "ignore_configured_endpoint_urls = true\n",
  );
  for (const extra of [{}, { AWS_ENDPOINT_URL: profiles.aws.endpoint }]) {
    const { stdout } = await profiles.run(["--explain"], extra);
    assert.ok(
      stdout.includes("Contacts sts.eu-west-1.amazonaws.com, iam.amazonaws.com."),
      stdout,
    );
  }
});

Deno.test("a wev inside of wev hands on the settings of its own profile only", async () => {
  await using profiles = new Profiles(`[profile prod]
region = eu-west-1
output = text
endpoint_url = ENDPOINT
services = s
[services s]
s3 =
  endpoint_url = http://localhost:9000
[profile other]
endpoint_url = ENDPOINT
use_fips_endpoint = true
`);
  const ben = profiles.aws.addUser({ name: "ben" });
  profiles.writeKeys({ prod: profiles.user.accessKey, other: ben.accessKey });
  await profiles.login();
  profiles.box.write(
    "home/project/sub/wev.yml",
    `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    profile: other\n`,
  );
  const inner = `cd sub && exec ${wevWords()} env`;
  await using pty = profiles.start(["sh", "-c", inner]);
  await profiles.answer(pty, ben);
  for (
    const command of [
      variablesIn(pty.shown),
      variablesIn((await profiles.run(["sh", "-c", inner])).stdout),
    ]
  ) {
    assert.equal(command["AWS_USE_FIPS_ENDPOINT"], "true");
    assert.equal(command["AWS_ENDPOINT_URL"], profiles.aws.endpoint);
    for (const name of ["AWS_REGION", "AWS_DEFAULT_OUTPUT", "AWS_ENDPOINT_URL_S3"]) {
      assert.equal(command[name], undefined, name);
    }
  }
});

Deno.test("a wev inside of wev asks AWS where its own profile says", async () => {
  await using profiles = new Profiles(`[profile prod]
region = eu-west-1
endpoint_url = ENDPOINT
use_fips_endpoint = true
[profile other]
region = us-west-2
`);
  profiles.writeKeys({ prod: profiles.user.accessKey, other: profiles.user.accessKey });
  await profiles.login();
  profiles.box.write(
    "home/project/sub/wev.yml",
    `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    profile: other\n`,
  );
  const inner = `cd sub && exec ${wevWords()} --explain`;
  const { stdout, stderr } = await profiles.run(["sh", "-c", inner]);
  assert.ok(
    stdout.includes("Contacts sts.us-west-2.amazonaws.com, iam.amazonaws.com."),
    stdout + stderr,
  );
});

Deno.test("a region of default that the profile does not have is said when a session is made", async () => {
  await using profiles = new Profiles(
    "[default]\nregion = us-west-2\n[profile prod]\nendpoint_url = ENDPOINT\n",
  );
  await using pty = profiles.start(["true"]);
  await profiles.answer(pty);
  const sentence =
    'The profile "prod" has no region: the command uses that of the profile "default", us-west-2';
  assert.ok(pty.shown.includes(sentence), pty.shown);
  assert.equal((await profiles.run(["true"])).stderr, "");
});

Deno.test({
  name: "boto3 sees with wev what it sees with the profile",
  ignore: !isBotocoreInstalled(),
  async fn() {
    await using profiles = new Profiles(
      CONFIG.replace("ca_bundle =", "sdk_ua_app_id = shop\nuse_fips_endpoint = true"),
    );
    await profiles.login();
    const command = await profiles.command();
    const [before, after] = await seenByBotocore([
      profiles.box.environment(profiles.env()),
      command,
    ]);
    // `default` says it, the profile does not: then it is the documented default.
    assert.deepEqual({ ...after, use_dualstack_endpoint: null, max_attempts: null }, before);
    assert.equal(after!["max_attempts"], 3);
    assert.equal(after!["use_dualstack_endpoint"], false);
  },
});

Deno.test({
  name: "the AWS CLI goes with wev where it goes with the profile, and writes as that says",
  ignore: !isAwsCliInstalled(),
  async fn() {
    await using profiles = new Profiles(CONFIG);
    await profiles.login();
    const { code, stdout, stderr } = await profiles.run(["aws", "sts", "get-caller-identity"]);
    assert.equal(code, 0, stderr);
    // The form that the profile asks for is text: columns, in the order of their names.
    assert.match(stdout, /^123456789012\tarn:aws:iam::123456789012:user\/ann\t\S+\n$/);
  },
});
