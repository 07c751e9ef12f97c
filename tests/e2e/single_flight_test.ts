import assert from "node:assert/strict";
import { type LocalAws, startLocalAws } from "../support/aws/mod.ts";
import { quote } from "../support/pty.ts";
import { Sandbox, wevCommand } from "../support/program.ts";

const CONFIGURATION = `[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:
  plugin:
    id: wev-awsmfa
    duration: 3600
`;

function codesSent(aws: LocalAws): string[] {
  return aws.requestsOf("GetSessionToken").map(({ parameters }) => parameters["TokenCode"] ?? "");
}

Deno.test("wev asks one person once for twelve runs at once", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  const env = aws.environment(user.accessKey);
  const runs = Array.from(
    { length: 12 },
    (_, number) => box.start(["sh", "-c", `echo "run ${number} $AWS_ACCESS_KEY_ID"`], { env }),
  );
  // Whoever is first asks; nobody else does, ever.
  const asked = await Promise.any(runs.map(async (run) => {
    await run.waitFor("Token: ");
    return run;
  }));
  await asked.type(`${user.device.code()}\r`);
  assert.deepEqual(await Promise.all(runs.map((run) => run.end())), runs.map(() => 0));
  assert.equal(runs.filter(({ shown }) => shown.includes("Token:")).length, 1);
  const keys = runs.map(({ shown }) => /run \d+ (ASIA\w+)/.exec(shown)?.[1]);
  assert.equal(new Set(keys).size, 1);
  assert.ok(keys[0]);
  assert.equal(codesSent(aws).length, 1);
});

Deno.test("wev asks once for the runs that one make starts on one terminal", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  const wev = wevCommand().map(quote).join(" ");
  box.write(
    "home/project/Makefile",
    `all: ${[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `t${n}`).join(" ")}
t%:
\t@${wev.replaceAll("$", "$$")} sh -c 'echo "$@ has $$AWS_ACCESS_KEY_ID"'
`,
  );
  await using make = box.startCommand(["make", "-j8"], { env: aws.environment(user.accessKey) });
  await make.waitFor("Token: ");
  await make.type(`${user.device.code()}\r`);
  assert.equal(await make.end(), 0);
  assert.equal(make.shown.split("Token:").length - 1, 1);
  assert.equal([...make.shown.matchAll(/t\d has ASIA/g)].length, 8);
  assert.equal(codesSent(aws).length, 1);
});

Deno.test("wev says whom it waits for, and shares the failure of the one that was asked", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  const env = aws.environment(user.accessKey);
  await using first = box.start(["true"], { env });
  await first.waitFor("Token: ");
  await using second = box.start(["true"], { env });
  await second.waitFor("Waiting for another run of wev (process ");
  await first.type("\x03");
  assert.equal(await first.end(), 130);
  assert.equal(await second.end(), 130);
  assert.ok(second.shown.includes("No code was given"), second.shown);
  assert.ok(!second.shown.includes("Token:"), second.shown);
  // Whoever comes later is asked.
  await using third = box.start(["true"], { env });
  await third.waitFor("Token: ");
  await third.type(`${user.device.code()}\r`);
  assert.equal(await third.end(), 0);
});

Deno.test("wev asks in the next run when the one that asks is killed", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  const env = aws.environment(user.accessKey);
  await using first = box.start(["true"], { env });
  await first.waitFor("Token: ");
  await using second = box.start(["true"], { env });
  const before = await second.waitFor(", which gets AWS_ACCESS_KEY_ID");
  const process = Number(/process (\d+)/.exec(before)?.[1]);
  Deno.kill(process, "SIGKILL");
  await second.waitFor("Token: ");
  await second.type(`${user.device.code()}\r`);
  assert.equal(await second.end(), 0);
  assert.equal(codesSent(aws).length, 1);
});

Deno.test("wev asks two different questions one after the other", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write("home/.wev.yml", CONFIGURATION);
  box.write("home/other/wev.yml", CONFIGURATION.replace("3600", "1800"));
  const env = aws.environment(user.accessKey);
  await using first = box.start(["true"], { env });
  await first.waitFor("Token: ");
  await using second = box.start(["true"], { env, cwd: `${box.home}/other` });
  await second.waitFor("Waiting for another run of wev");
  assert.ok(!second.shown.includes("Token:"), second.shown);
  await first.type(`${user.device.code()}\r`);
  assert.equal(await first.end(), 0);
  await second.waitFor("Token: ");
  aws.clock.advance(30);
  await second.type(`${user.device.code()}\r`);
  assert.equal(await second.end(), 0);
  assert.equal(new Set(codesSent(aws)).size, 2);
});
