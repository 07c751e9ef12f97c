import assert from "node:assert/strict";
import { failures } from "../support/aws/mod.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import type { Pty } from "../support/pty.ts";
import { wevWords } from "../support/program.ts";
import { until } from "../support/until.ts";

Deno.test("wev asks one person once for twelve runs at once", async () => {
  await using mfa = new MfaSandbox();
  const runs = Array.from(
    { length: 12 },
    (_, number) => mfa.start(["sh", "-c", `echo "run ${number} $AWS_ACCESS_KEY_ID"`]),
  );
  // Whoever is first asks; nobody else does, ever.
  const asked = await Promise.any(runs.map(async (run) => {
    await run.waitFor("Token: ");
    return run;
  }));
  await asked.type(`${mfa.user.device.code()}\r`);
  assert.deepEqual(await Promise.all(runs.map((run) => run.end())), runs.map(() => 0));
  assert.equal(runs.filter(({ shown }) => shown.includes("Token:")).length, 1);
  const keys = runs.map(({ shown }) => /run \d+ (ASIA\w+)/.exec(shown)?.[1]);
  assert.equal(new Set(keys).size, 1);
  assert.ok(keys[0]);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev asks once for the runs that one make starts on one terminal", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/project/Makefile",
    `all: ${[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `t${n}`).join(" ")}
t%:
\t@${wevWords().replaceAll("$", "$$")} sh -c 'echo "$@ has $$AWS_ACCESS_KEY_ID"'
`,
  );
  await using make = mfa.sandbox.startCommand(["make", "-j8"], { env: mfa.environment() });
  await make.waitFor("Token: ");
  await make.type(`${mfa.user.device.code()}\r`);
  assert.equal(await make.end(), 0);
  assert.equal(make.shown.split("Token:").length - 1, 1);
  assert.equal([...make.shown.matchAll(/t\d has ASIA/g)].length, 8);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev says whom it waits for, and shares the failure of the one that was asked", async () => {
  await using mfa = new MfaSandbox();
  await using first = mfa.start(["true"]);
  await first.waitFor("Token: ");
  await using second = mfa.start(["true"]);
  await second.waitFor("Waiting for another run of wev (process ");
  await first.type("\x03");
  assert.equal(await first.end(), 130);
  assert.equal(await second.end(), 130);
  assert.ok(second.shown.includes("No code was given"), second.shown);
  assert.ok(!second.shown.includes("Token:"), second.shown);
  // Whoever comes later is asked.
  await using third = mfa.start(["true"]);
  await third.waitFor("Token: ");
  await third.type(`${mfa.user.device.code()}\r`);
  assert.equal(await third.end(), 0);
});

Deno.test("wev asks in the next run when the one that asks is killed", async () => {
  await using mfa = new MfaSandbox();
  await using first = mfa.start(["true"]);
  await first.waitFor("Token: ");
  await using second = mfa.start(["true"]);
  const before = await second.waitFor(", which gets AWS_ACCESS_KEY_ID");
  const process = Number(/process (\d+)/.exec(before)?.[1]);
  Deno.kill(process, "SIGKILL");
  await second.waitFor("Token: ");
  await second.type(`${mfa.user.device.code()}\r`);
  assert.equal(await second.end(), 0);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev asks two different questions one after the other", async () => {
  await using mfa = new MfaSandbox();
  const other = `${NAMES}: {plugin: {id: wev-awsmfa, duration: 1800}}\n`;
  mfa.sandbox.write("home/project/other/wev.yml", other);
  await using first = mfa.start(["true"]);
  await first.waitFor("Token: ");
  await using second = mfa.sandbox.start(["true"], {
    env: mfa.environment(),
    cwd: `${mfa.sandbox.project}/other`,
  });
  await second.waitFor("Waiting for another run of wev");
  assert.ok(!second.shown.includes("Token:"), second.shown);
  await first.type(`${mfa.user.device.code()}\r`);
  assert.equal(await first.end(), 0);
  await second.waitFor("Token: ");
  mfa.aws.clock.advance(30);
  await second.type(`${mfa.user.device.code()}\r`);
  assert.equal(await second.end(), 0);
  assert.equal(new Set(mfa.codes).size, 2);
});

Deno.test("wev asks once for many runs at once that all refresh", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  const runs = Array.from({ length: 12 }, () => mfa.start(["--refresh", ...COMMAND]));
  const asked = await firstAsked(runs);
  // One that starts after the answer would have to ask again.
  const others = runs.filter((run) => run !== asked);
  await Promise.all(others.map((run) => run.waitFor("Waiting for another run of wev")));
  await asked.type(`${mfa.user.device.code()}\r`);
  assert.deepEqual(await Promise.all(runs.map((run) => run.end())), runs.map(() => 0));
  assert.equal(new Set(runs.map(({ shown }) => /ran with (ASIA\w+)/.exec(shown)?.[1])).size, 1);
  assert.equal(mfa.codes.length, 2);
});

Deno.test("wev shares a failure with all who wait, in its own words, and asks none of them", async () => {
  await using mfa = new MfaSandbox();
  const runs = Array.from({ length: 6 }, () => mfa.start());
  const asked = await firstAsked(runs);
  const others = runs.filter((run) => run !== asked);
  await Promise.all(others.map((run) => run.waitFor("Waiting for another run of wev")));
  await asked.type("\x03");
  assert.deepEqual(await Promise.all(runs.map((run) => run.end())), runs.map(() => 130));
  for (const { shown } of others) {
    assert.doesNotMatch(shown, /Token:/);
    assert.equal(shown.split("Another run of wev failed to resolve the same values").length, 2);
  }
  assert.deepEqual(mfa.codes, []);
});

Deno.test("wev does not share a failure to answer another question", async () => {
  await using mfa = new MfaSandbox();
  const { sandbox } = mfa;
  sandbox.write(
    "home/both/wev.yml",
    "[A, B, C]: {plugin: {id: wev-awsmfa}}\n[D, E, F]: {plugin: {id: wev-awsmfa, duration: 1800}}\n",
  );
  sandbox.write(
    "home/one/wev.yml",
    "[D, E, F]: {plugin: {id: wev-awsmfa, duration: 1800}}\n",
  );
  sandbox.write("home/other/wev.yml", "[A, B, C]: {plugin: {id: wev-awsmfa}}\n");
  const start = (project: string) =>
    sandbox.start(["true"], { env: mfa.environment(), cwd: `${sandbox.home}/${project}` });
  await using both = start("both");
  await both.waitFor("Token: ");
  await using one = start("one");
  await using other = start("other");
  await one.waitFor("Waiting for another run of wev");
  await other.waitFor("Waiting for another run of wev");
  await both.type("\x03");
  assert.equal(await both.end(), 130);
  // One of the two wanted what was given up; the other one is asked now.
  const ends = await Promise.all([one, other].map(async (run) => {
    const asked = await run.waitFor("Token: ").then(() => true, () => false);
    if (asked) await run.type(`${mfa.user.device.code()}\r`);
    return [asked, await run.end()];
  }));
  assert.deepEqual(ends.toSorted(), [[false, 130], [true, 0]]);
});

Deno.test("wev asks on a terminal although another run without one just failed", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetCallerIdentity", failures.delay(1_500));
  const without = mfa.run();
  await until("a request", () => mfa.actions.length > 0);
  // It waits behind the first, which finds out only then that nobody is there to answer.
  await using second = mfa.start();
  await second.waitFor("Waiting for another run of wev");
  assert.equal((await without).code, 125);
  assert.equal(await mfa.answer(second), 0);
});

Deno.test("wev can be interrupted while it waits for another run", async () => {
  await using mfa = new MfaSandbox();
  await using first = mfa.start();
  await first.waitFor("Token: ");
  await using second = mfa.start();
  await second.waitFor("Waiting for another run of wev");
  await second.type("\x03");
  assert.equal(await second.end(), 130);
  await first.type(`${mfa.user.device.code()}\r`);
  assert.equal(await first.end(), 0);
});

Deno.test("wev uses what is cached while another run holds the lock", async () => {
  await using mfa = new MfaSandbox();
  const region = { AWS_REGION: "eu-west-1" };
  await mfa.login();
  // The plan knows the key of the first; this one is found without it.
  await mfa.login(undefined, region);
  await using refreshing = mfa.start(["--refresh", "true"], region);
  await refreshing.waitFor("Token: ");
  for (const env of [{}, region]) {
    const { code, stderr } = await mfa.run(["true"], { env });
    assert.deepEqual([code, stderr], [0, ""]);
  }
});

/** Waits until one of `runs` asks, and returns it. */
async function firstAsked(runs: readonly Pty[]): Promise<Pty> {
  return await Promise.any(runs.map(async (run) => {
    await run.waitFor("Token: ");
    return run;
  }));
}
