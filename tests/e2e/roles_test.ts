import assert from "node:assert/strict";
import {
  type LocalAws,
  type LocalAwsOptions,
  type LocalUser,
  startLocalAws,
} from "../support/aws/mod.ts";
import { isAwsCliInstalled } from "../support/aws/aws_cli.ts";
import { NAMES } from "../support/mfa_sandbox.ts";
import type { Pty } from "../support/pty.ts";
import { Sandbox } from "../support/program.ts";

/** Says whose credentials a command got. */
const WHO = ["sh", "-c", 'echo "has $AWS_ACCESS_KEY_ID in $AWS_REGION"'];

/** A user whose keys stand in the default profile, and the profiles of `config`. */
class Roles implements AsyncDisposable {
  readonly aws: LocalAws;
  readonly box: Sandbox = new Sandbox();
  readonly user: LocalUser;

  constructor(config: string, wev: string, options: LocalAwsOptions = {}) {
    this.aws = startLocalAws(options);
    this.user = this.aws.addUser({ name: "ann" });
    const { accessKeyId, secretAccessKey } = this.user.accessKey;
    this.box.write(
      "home/.aws/credentials",
      `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    );
    this.box.write("home/.aws/config", `[default]\nregion = us-east-1\n${config}`);
    this.write("project", wev);
  }

  /** Writes the options of a directory below home. */
  write(directory: string, options: string): void {
    const lines = options.split("\n").map((line) => `    ${line}\n`).join("");
    this.box.write(
      `home/${directory}/wev.yml`,
      `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n${lines}`,
    );
  }

  env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { AWS_ENDPOINT_URL: this.aws.endpoint, AWS_EC2_METADATA_DISABLED: "true", ...extra };
  }

  start(args: readonly string[] = WHO, directory = "project"): Pty {
    return this.box.start(args, { env: this.env(), cwd: `${this.box.home}/${directory}` });
  }

  async run(args: readonly string[] = WHO, directory = "project") {
    const [env, cwd] = [this.env(), `${this.box.home}/${directory}`];
    return await this.box.run(args, { env, cwd, before: ["setsid", "--wait"] });
  }

  async answer(pty: Pty): Promise<void> {
    await pty.waitFor("Token: ");
    await pty.type(`${this.user.device.code()}\r`);
    assert.equal(await pty.end(), 0, pty.shown);
    this.aws.clock.advance(60);
  }

  /** Whose credentials were handed out, by the access key that the command showed. */
  identityIn(shown: string): string | undefined {
    const [, key = ""] = /has (\w+)/.exec(shown) ?? [];
    return this.aws.account.credential(key)?.identity.arn;
  }

  get actions(): string[] {
    return this.aws.requests.map(({ action }) => action);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.aws[Symbol.asyncDispose]();
    this.box[Symbol.dispose]();
  }
}

const CONFIG = `[profile one]
role_arn = arn:aws:iam::123456789012:role/one
source_profile = default
mfa_serial = arn:aws:iam::123456789012:mfa/ann
region = eu-west-1
external_id = s3cr3t
[profile two]
role_arn = arn:aws:iam::123456789012:role/two
source_profile = one
role_session_name = somebody
`;

Deno.test("wev assumes the roles of all directories with one MFA session", async () => {
  await using roles = new Roles(CONFIG, "profile: one\nduration: 3600");
  roles.aws.addRole({ name: "one", mfa: true, externalId: "s3cr3t" });
  roles.aws.addRole({ name: "two", principals: ["arn:aws:iam::123456789012:role/one"] });
  roles.write("other", "profile: two\nduration: 3600");
  roles.write("plain", "duration: 3600\nmfa_device: arn:aws:iam::123456789012:mfa/ann");
  await using first = roles.start();
  await roles.answer(first);
  const arn = "arn:aws:sts::123456789012:assumed-role";
  assert.equal(roles.identityIn(first.shown), `${arn}/one/ann`);
  assert.match(first.shown, /in eu-west-1/);
  assert.deepEqual(roles.actions, ["GetCallerIdentity", "GetSessionToken", "AssumeRole"]);

  roles.aws.clearRequests();
  const other = await roles.run(WHO, "other");
  assert.equal(other.code, 0, other.stderr);
  assert.equal(roles.identityIn(other.stdout), `${arn}/two/somebody`);
  assert.deepEqual(roles.actions, ["AssumeRole", "AssumeRole"]);

  roles.aws.clearRequests();
  const plain = await roles.run(WHO, "plain");
  assert.equal(roles.identityIn(plain.stdout), roles.user.arn, plain.stderr);
  assert.deepEqual(roles.actions, []);

  // Everything is cached.
  for (const directory of ["project", "other", "plain"]) {
    assert.equal((await roles.run(WHO, directory)).code, 0);
  }
  assert.deepEqual(roles.actions, []);
});

Deno.test("wev gets a role's session of more than an hour with a code, and keeps it", async () => {
  await using roles = new Roles(
    "",
    "role_arn: arn:aws:iam::123456789012:role/path/long\nrole_duration: 7200",
  );
  roles.aws.addRole({ name: "long", path: "/path/", maxSessionDuration: 43200, mfa: true });
  await using first = roles.start();
  await roles.answer(first);
  assert.equal(
    roles.identityIn(first.shown),
    "arn:aws:sts::123456789012:assumed-role/long/ann",
  );
  assert.deepEqual(roles.actions, ["GetCallerIdentity", "ListMFADevices", "AssumeRole"]);
  const { parameters } = roles.aws.requestsOf("AssumeRole")[0]!;
  assert.equal(parameters["DurationSeconds"], "7200");
  assert.match(parameters["TokenCode"]!, /^\d{6}$/);
  assert.equal((await roles.run()).code, 0);
  assert.equal(roles.actions.length, 3);
});

Deno.test("wev explains that a role allows no session that long", async () => {
  await using roles = new Roles(
    "",
    "role_arn: arn:aws:iam::123456789012:role/short\nrole_duration: 7200",
  );
  roles.aws.addRole({ name: "short" });
  await using pty = roles.start();
  await pty.waitFor("Token: ");
  await pty.type(`${roles.user.device.code()}\r`);
  assert.equal(await pty.end(), 125);
  assert.match(
    pty.shown,
    /can't last 7200 seconds: that is more than the role's MaxSessionDuration/,
  );
  assert.match(pty.shown, /--max-session-duration 7200/);
});

Deno.test("wev refuses a long session at the end of a chain before it asks", async () => {
  await using roles = new Roles(CONFIG, "profile: two\nrole_duration: 7200");
  await using pty = roles.start();
  assert.equal(await pty.end(), 125);
  assert.match(pty.shown, /can't last 7200 seconds: it is assumed from the role .*role\/one/);
  assert.deepEqual(roles.actions, []);
});

Deno.test("wev asks again when AWS no longer accepts the cached MFA session", async () => {
  await using roles = new Roles(CONFIG, "profile: one\nduration: 3600");
  roles.aws.addRole({ name: "one", externalId: "s3cr3t" });
  await using first = roles.start();
  await roles.answer(first);
  const { accessKeyId } = roles.aws.requestsOf("AssumeRole")[0]!;
  roles.aws.account.revoke(accessKeyId);
  roles.write("other", "profile: one\nduration: 3600\nrole_session_name: other");
  roles.aws.clearRequests();
  await using second = roles.start(WHO, "other");
  await roles.answer(second);
  assert.deepEqual(roles.actions, [
    "AssumeRole",
    "GetCallerIdentity",
    "GetSessionToken",
    "AssumeRole",
  ]);
});

Deno.test("wev tells what a role wants when it can't be assumed", async () => {
  await using roles = new Roles(CONFIG, "profile: one");
  roles.aws.addRole({ name: "one", externalId: "another" });
  await using pty = roles.start();
  await pty.waitFor("Token: ");
  await pty.type(`${roles.user.device.code()}\r`);
  assert.equal(await pty.end(), 125);
  assert.match(pty.shown, /not authorized to perform: sts:AssumeRole on resource: .*role\/one/);
  assert.match(pty.shown, /external_id/);
});

Deno.test("wev refuses credentials of another account before it asks, and names both", async () => {
  await using roles = new Roles(CONFIG, 'profile: one\naccount: "999999999999"');
  await using role = roles.start();
  assert.equal(await role.end(), 125);
  assert.match(role.shown, /account 123456789012 .*account is 999999999999/);
  assert.deepEqual(roles.actions, []);
  roles.write("project", 'account: "999999999999"\nmfa_device: GAHT12345678');
  await using user = roles.start();
  assert.equal(await user.end(), 125);
  assert.match(user.shown, /account 123456789012 .*account is 999999999999/);
  assert.deepEqual(roles.actions, ["GetCallerIdentity"]);
});

Deno.test("wev assumes a role with a session of another program's, without a code", async () => {
  await using roles = new Roles(
    `[profile base]
credential_process = cat "${"HOME"}/keys.json"
[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = base
`,
    "profile: admin",
  );
  const { box, aws, user } = roles;
  box.write(
    "home/.aws/config",
    Deno.readTextFileSync(`${box.home}/.aws/config`).replace("HOME", box.home),
  );
  const session = aws.account.issue({
    identity: { arn: user.arn, userId: user.id, user },
    mfa: true,
    origin: "session",
    duration: 3600,
  });
  box.write(
    "home/keys.json",
    JSON.stringify({
      Version: 1,
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
    }),
  );
  aws.addRole({ name: "admin", mfa: true });
  const { code, stdout, stderr } = await roles.run();
  assert.equal(code, 0, stderr);
  assert.equal(roles.identityIn(stdout), "arn:aws:sts::123456789012:assumed-role/admin/ann");
  assert.deepEqual(roles.actions, ["GetCallerIdentity", "AssumeRole"]);
});

Deno.test("wev asks once when two variables want roles of one session", async () => {
  await using roles = new Roles(CONFIG, "profile: one\nduration: 3600");
  roles.aws.addRole({ name: "one", externalId: "s3cr3t" });
  roles.aws.addRole({ name: "two", principals: ["arn:aws:iam::123456789012:role/one"] });
  roles.box.write(
    "home/project/wev.user.yml",
    "[TWO_ID, TWO_SECRET, TWO_TOKEN]:\n  plugin:\n    id: wev-awsmfa\n    profile: two\n" +
      "    duration: 3600\n",
  );
  await using pty = roles.start(["sh", "-c", 'test -n "$AWS_ACCESS_KEY_ID$TWO_ID"']);
  await roles.answer(pty);
  assert.equal(pty.shown.split("Token:").length - 1, 1);
  assert.deepEqual(roles.actions.toSorted(), [
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
    "GetCallerIdentity",
    "GetSessionToken",
  ]);
  // Forgetting a role forgets the session it came from, and so the next run asks.
  await roles.run(["--forget"]);
  await using again = roles.start();
  await again.waitFor("Token: ");
});

Deno.test("wev --explain tells the way from keys to a role, and asks AWS nothing", async () => {
  await using roles = new Roles(CONFIG, 'profile: two\naccount: "123456789012"');
  const { code, stdout, stderr } = await roles.run(["--explain"]);
  assert.equal(code, 0, stderr);
  const lines = stdout.split("\n").map((line) => line.trim());
  const key = roles.user.accessKey.accessKeyId.slice(-4);
  assert.deepEqual(lines.slice(3, -3), [
    `Takes the access key …${key} from the profile "default".`,
    'Follows the profiles "two" → "one" → "default".',
    "Uses the MFA device arn:aws:iam::123456789012:mfa/ann. It is the mfa_serial of the profile.",
    "Asks for a six-digit code, and gets a session of 900 seconds (sts:GetSessionToken), which all " +
    "variables and directories share.",
    "A duration of 900 seconds is short: AWS's SDKs request new credentials when less than 15 minutes " +
    "remain. Set duration to 43200, for example.",
    'Assumes the role arn:aws:iam::123456789012:role/one (profile "one", with an external ID) for ' +
    "3600 seconds; AWS's limit is 3600, because it is assumed with a session.",
    'Assumes the role arn:aws:iam::123456789012:role/two (profile "two", session name "somebody") ' +
    "for 3600 seconds; AWS's limit is 3600, because it is assumed with a session.",
    "Asks STS in the region eu-west-1.",
    `Contacts ${roles.aws.endpoint}.`,
    'The profile "two" has no region: the command uses that of the profile "default", us-east-1.',
    "Refuses credentials of another account than 123456789012.",
  ]);
  assert.doesNotMatch(stdout, /s3cr3t/);
  assert.deepEqual(roles.actions, []);
});

Deno.test({
  name: "wev understands profiles as the AWS CLI does",
  ignore: !isAwsCliInstalled(),
  async fn() {
    await using roles = new Roles(
      CONFIG.replace(/mfa_serial.*\n/, "role_session_name = first\n") +
        `[profile own]
role_arn = arn:aws:iam::123456789012:role/own
source_profile = own
role_session_name = own
`,
      "duration: 3600",
    );
    const { aws, box, user } = roles;
    const { accessKeyId, secretAccessKey } = user.accessKey;
    box.write(
      "home/.aws/credentials",
      `${Deno.readTextFileSync(`${box.home}/.aws/credentials`)}[own]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
`,
    );
    aws.addRole({ name: "one", externalId: "s3cr3t" });
    aws.addRole({ name: "two", principals: ["arn:aws:iam::123456789012:role/one"] });
    aws.addRole({ name: "own" });
    const who = ["aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text"];
    for (const profile of ["default", "two", "own"]) {
      const directory = profile;
      roles.write(directory, `profile: ${profile}\nduration: 3600`);
      const [env, cwd] = [
        roles.env({ AWS_DEFAULT_REGION: "us-east-1" }),
        `${box.home}/${directory}`,
      ];
      // "own" has the same key in a profile of its own, and so a session of its own.
      const code = profile === "two" ? [] : ["--token", user.device.code()];
      const [cli, wev] = await Promise.all([
        new Deno.Command("aws", {
          args: [...who.slice(1), "--profile", profile],
          clearEnv: true,
          env: box.environment(env),
        }).output(),
        box.run([...code, ...who], { env, cwd }),
      ]);
      const expected = new TextDecoder().decode(cli.stdout);
      assert.match(expected, /^arn:aws:/, new TextDecoder().decode(cli.stderr));
      assert.equal(wev.stdout, expected, wev.stderr);
      aws.clock.advance(60);
    }
  },
});

Deno.test("wev asks once for runs in four directories at once, whose roles share a session", async () => {
  await using roles = new Roles("", "duration: 3600");
  const names = ["a", "b", "c", "d"];
  for (const name of names) {
    roles.aws.addRole({ name: `role-${name}`, mfa: true });
    roles.write(name, `role_arn: arn:aws:iam::123456789012:role/role-${name}\nduration: 3600`);
  }
  const runs = names.map((name) => roles.start(WHO, name));
  const asked = await Promise.any(runs.map(async (run) => {
    await run.waitFor("Token: ");
    return run;
  }));
  await asked.type(`${roles.user.device.code()}\r`);
  assert.deepEqual(await Promise.all(runs.map((run) => run.end())), [0, 0, 0, 0]);
  assert.equal(runs.filter(({ shown }) => shown.includes("Token:")).length, 1);
  assert.deepEqual(
    runs.map(({ shown }) => roles.identityIn(shown)),
    names.map((name) => `arn:aws:sts::123456789012:assumed-role/role-${name}/ann`),
  );
  assert.equal(roles.aws.requestsOf("GetSessionToken").length, 1);
  assert.equal(roles.aws.requestsOf("ListMFADevices").length, 1);
});

Deno.test("wev asks one device's codes one by one, of runs that choose it and share nothing", async () => {
  await using roles = new Roles("", "duration: 3600");
  const user = roles.aws.addUser({ name: "bob", devices: [{ name: "phone" }, { name: "tablet" }] });
  const { accessKeyId, secretAccessKey } = user.accessKey;
  roles.box.write(
    "home/.aws/credentials",
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  roles.write("other", "duration: 7200");
  const runs = [roles.start(), roles.start(WHO, "other")];
  const chooser = await Promise.any(runs.map(async (run) => {
    await run.waitFor("Which one shows the code?");
    return run;
  }));
  await chooser.type("1");
  const questions = new Map(runs.map((run) => [run, run.waitFor("Token: ").then(() => run)]));
  while (questions.size > 0) {
    const asked = await Promise.race(questions.values());
    questions.delete(asked);
    await asked.type(`${user.device.code()}\r`);
    assert.equal(await asked.end(), 0, asked.shown);
    roles.aws.clock.advance(30);
  }
  assert.deepEqual(await Promise.all(runs.map((run) => run.end())), [0, 0]);
  assert.equal(runs.filter(({ shown }) => shown.includes("Which one")).length, 1);
  assert.equal(
    new Set(roles.aws.requestsOf("GetSessionToken").map((r) => r.parameters["TokenCode"])).size,
    2,
  );
});

for (
  const [partition, region] of [
    ["aws-cn", "cn-northwest-1"],
    ["aws-us-gov", "us-gov-east-1"],
    ["aws-eusc", "eusc-de-east-1"],
  ] as const
) {
  Deno.test(`wev assumes a role in the partition ${partition}`, async () => {
    const role = `arn:${partition}:iam::123456789012:role/admin`;
    await using roles = new Roles("", `region: ${region}\nrole_arn: ${role}`, {
      account: { partition },
    });
    roles.aws.addRole({ name: "admin", mfa: true });
    await using pty = roles.start();
    await roles.answer(pty);
    assert.equal(
      roles.identityIn(pty.shown),
      `arn:${partition}:sts::123456789012:assumed-role/admin/ann`,
    );
    assert.match(pty.shown, new RegExp(`in ${region}`));
    assert.deepEqual(
      roles.aws.requestsOf("GetSessionToken")[0]?.parameters["SerialNumber"],
      `arn:${partition}:iam::123456789012:mfa/ann`,
    );
  });
}

Deno.test("wev corrects its clock once for all requests of a role, and says so once", async () => {
  await using roles = new Roles("", "role_arn: arn:aws:iam::123456789012:role/admin", {
    skew: 3600,
  });
  roles.aws.addRole({ name: "admin", mfa: true });
  await using pty = roles.start();
  await roles.answer(pty);
  assert.deepEqual(roles.actions, [
    "GetCallerIdentity",
    "GetCallerIdentity",
    "ListMFADevices",
    "GetSessionToken",
    "AssumeRole",
  ]);
  assert.equal(pty.shown.split("clock is").length - 1, 1);
  roles.aws.clearRequests();
  assert.equal((await roles.run()).code, 0);
  assert.deepEqual(roles.actions, []);
});

Deno.test("wev asks for a code where credential_process gives long-term keys", async () => {
  await using roles = new Roles("", "profile: vault\nduration: 3600");
  const { box, user } = roles;
  const { accessKeyId, secretAccessKey } = user.accessKey;
  box.write(
    "home/keys.json",
    JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }),
  );
  box.write(
    "home/.aws/config",
    `[profile vault]\nregion = us-east-1\ncredential_process = cat "${box.home}/keys.json"\n`,
  );
  await using pty = roles.start();
  await roles.answer(pty);
  assert.equal(roles.identityIn(pty.shown), user.arn);
  roles.aws.clearRequests();
  assert.equal((await roles.run()).code, 0);
  assert.deepEqual(roles.actions, []);
});

Deno.test("wev takes no session from the cache that is of another account than it should be", async () => {
  await using roles = new Roles(CONFIG, 'profile: one\naccount: "123456789012"\nduration: 3600');
  roles.aws.addRole({ name: "one", externalId: "s3cr3t" });
  await using pty = roles.start();
  await roles.answer(pty);
  assert.equal((await roles.run()).code, 0);
  // The same keys, now of another account.
  roles.write("project", 'account: "999999999999"\nduration: 3600');
  const plain = await roles.run();
  assert.equal(plain.code, 125);
  assert.match(plain.stderr, /account 123456789012 .*account is 999999999999/);
});

Deno.test("wev --list shows a role's session and the one it was made with, and both are used", async () => {
  await using roles = new Roles(CONFIG, "profile: one\nduration: 3600");
  roles.aws.addRole({ name: "one", externalId: "s3cr3t" });
  await using pty = roles.start();
  await roles.answer(pty);
  const { stdout } = await roles.run(["--list", "--json"]);
  const entries = JSON.parse(stdout) as { identity: string; used: boolean }[];
  const listed = (Array.isArray(entries) ? entries : Object.values(entries)[0]) as typeof entries;
  assert.deepEqual(
    listed.map(({ identity, used }) => `${identity} ${used}`).toSorted(),
    [
      "arn:aws:iam::123456789012:user/ann true",
      "arn:aws:sts::123456789012:assumed-role/one/ann true",
    ],
  );
});

Deno.test("wev takes a shared session for as old as it is", async () => {
  await using roles = new Roles(CONFIG, "profile: one");
  roles.aws.addRole({ name: "one", externalId: "s3cr3t" });
  roles.write("plain", "mfa_device: arn:aws:iam::123456789012:mfa/ann");
  const resolvedAt = async () => {
    const { stdout } = await roles.run(["--list", "--json"]);
    const { entries } = JSON.parse(stdout) as {
      entries: { identity: string; resolvedAt: string }[];
    };
    return entries.filter(({ identity }) => identity.endsWith("user/ann"))
      .map((entry) => entry.resolvedAt);
  };
  await using pty = roles.start();
  await roles.answer(pty);
  const before = await resolvedAt();
  assert.equal(before.length, 1);
  // Another variable takes it over; a margin of what is left would grow ever smaller.
  assert.equal((await roles.run(WHO, "plain")).code, 0);
  assert.deepEqual(await resolvedAt(), before);
});
