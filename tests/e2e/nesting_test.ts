import assert from "node:assert/strict";
import { type LocalAws, type MfaDevice, startLocalAws } from "../support/aws/mod.ts";
import { quote } from "../support/pty.ts";
import { Sandbox, wevCommand } from "../support/program.ts";

const CONFIGURATION = `[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:
  plugin:
    id: wev-awsmfa
    duration: 900
`;

const SHOW = 'echo "key $AWS_ACCESS_KEY_ID profile ${AWS_PROFILE-none} region ${AWS_REGION-none}"';

/** Writes a profile for `keys`, and returns an environment that names it and holds no key. */
function withProfile(
  box: Sandbox,
  aws: LocalAws,
  name: string,
): { env: Record<string, string>; device: MfaDevice } {
  const { accessKey, device } = aws.addUser({ name });
  box.write(
    "home/.aws/credentials",
    `[${name}]\naws_access_key_id = ${accessKey.accessKeyId}\n` +
      `aws_secret_access_key = ${accessKey.secretAccessKey}\n`,
  );
  box.write("home/.aws/config", `[profile ${name}]\nregion = eu-west-1\n`);
  const { AWS_ENDPOINT_URL = "" } = aws.environment(accessKey);
  return { env: { AWS_ENDPOINT_URL, AWS_PROFILE: name }, device };
}

function inner(script: string): string[] {
  return [
    "sh",
    "-c",
    `${SHOW}; exec ${[...wevCommand(), "sh", "-c", script].map(quote).join(" ")}`,
  ];
}

Deno.test("wev hands the command no variable that conflicts with the session, and keeps the profile's region", async () => {
  await using aws = startLocalAws();
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  const profile = withProfile(box, aws, "ann");
  const env = {
    ...profile.env,
    AWS_SECURITY_TOKEN: "",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost/credentials",
  };
  await using run = box.start(["env"], { env });
  await run.waitFor("Token: ");
  await run.type(`${profile.device.code()}\r`);
  assert.equal(await run.end(), 0);
  const { stdout } = await box.run(["env"], { env });
  const names = stdout.split("\n").map((line) => line.split("=", 1)[0]!);
  for (const name of ["AWS_PROFILE", "AWS_SECURITY_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]) {
    assert.ok(!names.includes(name), name);
  }
  assert.ok(stdout.includes("AWS_REGION=eu-west-1\n"));
  assert.ok(stdout.includes("AWS_DEFAULT_REGION=eu-west-1\n"));
  const explained = await box.run(["--explain"], { env });
  assert.match(explained.stdout, /removes, if set: .*AWS_PROFILE/);
  const elsewhere = await box.run(["env"], { env: { ...env, AWS_REGION: "us-west-2" } });
  assert.ok(!elsewhere.stdout.includes("eu-west-1"), "the region is part of the key");
});

Deno.test("wev inside wev uses the same session, and asks again from the profile when it has expired", async () => {
  await using aws = startLocalAws();
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  const { env, device } = withProfile(box, aws, "ann");
  await using run = box.start(inner(SHOW), { env });
  await run.waitFor("Token: ");
  await run.type(`${device.code()}\r`);
  assert.equal(await run.end(), 0);
  const [outer, within] = [...run.shown.matchAll(/key (ASIA\w+) profile none region eu-west-1/g)];
  assert.ok(outer?.[1], run.shown);
  assert.equal(outer[1], within?.[1]);
  assert.equal(aws.requestsOf("GetSessionToken").length, 1);

  // The inner one finds the outer one's session gone, and the profile it replaced.
  const forgetting = `rm "${box.cache}"/*.json; ${inner(SHOW).at(-1)}`;
  await using again = box.start(["sh", "-c", forgetting], { env });
  await again.waitFor("Token: ");
  aws.clock.advance(30);
  await again.type(`${device.code()}\r`);
  assert.equal(await again.end(), 0);
  assert.equal(aws.requestsOf("GetSessionToken").length, 2);
});

Deno.test("wev inside wev says plainly that the outer one replaced the keys it needs", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  const script = `rm "${box.cache}"/*.json; ${inner(SHOW).at(-1)}`;
  await using run = box.start(["sh", "-c", script], { env: aws.environment(user.accessKey) });
  await run.waitFor("Token: ");
  await run.type(`${user.device.code()}\r`);
  assert.equal(await run.end(), 125);
  assert.match(run.shown, /the outer wev replaced AWS_SECRET_ACCESS_KEY, and has no such session/);
  assert.doesNotMatch(run.shown, /temporary credentials|expired|ended/);
});

Deno.test("wev inside wev says that the options differ, and not that a session has ended", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  box.write("home/project/inner/wev.yml", CONFIGURATION.replace("900", "3600"));
  const script = `cd inner && ${inner(SHOW).at(-1)}`;
  await using run = box.start(["sh", "-c", script], { env: aws.environment(user.accessKey) });
  await run.waitFor("Token: ");
  await run.type(`${user.device.code()}\r`);
  assert.equal(await run.end(), 125);
  assert.match(run.shown, /and has no such session: the options here differ/);
  assert.match(run.shown, /Use the outer wev's options here, or run this command outside of it/);
  assert.doesNotMatch(run.shown, /expired|ended/);
  assert.equal(aws.requestsOf("GetSessionToken").length, 1);
});

Deno.test("wev inside wev says that the outer session has expired where it has", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  // As it is a quarter of an hour later.
  const later = 'WEV_OUTER=$(echo "$WEV_OUTER" | sed "s/\\"until\\":[0-9]*/\\"until\\":1000/")';
  const script = `rm ${box.cache}/*.json; ${later}; ${inner(SHOW).at(-1)}`;
  await using run = box.start(["sh", "-c", script], { env: aws.environment(user.accessKey) });
  await run.waitFor("Token: ");
  await run.type(`${user.device.code()}\r`);
  assert.equal(await run.end(), 125);
  assert.match(
    run.shown,
    /replaced AWS_SECRET_ACCESS_KEY, and its session has expired or is about/,
  );
  assert.match(run.shown, /Run the outer command again/);
});

Deno.test("wev keeps no secret in the note it leaves for a wev inside", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  const env = aws.environment(user.accessKey);
  await using run = box.start(["true"], { env });
  await run.waitFor("Token: ");
  await run.type(`${user.device.code()}\r`);
  assert.equal(await run.end(), 0);
  const { stdout } = await box.run(["sh", "-c", 'echo "$WEV_OUTER"'], { env });
  assert.ok(stdout.includes("AWS_ACCESS_KEY_ID"));
  assert.ok(!stdout.includes(user.accessKey.secretAccessKey));
  const values = await box.run(["sh", "-c", 'echo "$AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN"'], {
    env,
  });
  for (const value of values.stdout.trim().split(" ")) assert.ok(!stdout.includes(value));
});
