/**
 * What a run does while another one asks a person, or takes long.
 */

import assert from "node:assert/strict";
import { failures } from "../support/aws/mod.ts";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";
import type { Pty } from "../support/pty.ts";
import { wevWords } from "../support/program.ts";
import { until } from "../support/until.ts";

/** Answers the question that is shown already. */
async function answer(mfa: MfaSandbox, pty: Pty): Promise<number> {
  await pty.type(`${mfa.user.device.code()}\r`);
  return await pty.end();
}

const ROLE = "arn:aws:iam::123456789012:role/deploy";

Deno.test("without a terminal wev does not wait for another run's question", async () => {
  await using mfa = new MfaSandbox();
  await using asking = mfa.start();
  await asking.waitFor("Token: ");
  // It waits for the same person, and is no reason to wait either.
  await using waiting = mfa.start();
  await waiting.waitFor("Waiting for another run of wev");
  const start = performance.now();
  const { code, stdout, stderr } = await mfa.run();
  assert.ok(performance.now() - start < 10_000);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(
    stderr,
    /^wev: error: Cannot ask for the code: there is no terminal\n {2}Run .*\n {2}Or .*\n$/,
  );
  assert.equal(await answer(mfa, asking), 0);
  assert.equal(await waiting.end(), 0);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("without a terminal wev does not wait for the question of a shared session", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/other/wev.yml",
    `[A, B, C]:\n  plugin: {id: wev-awsmfa, role_arn: ${ROLE}}\n`,
  );
  await using asking = mfa.start();
  await asking.waitFor("Token: ");
  const { code, stderr } = await mfa.run(["true"], { cwd: `${mfa.sandbox.home}/other` });
  assert.equal(code, 125);
  assert.match(stderr, /Cannot ask for the code: there is no terminal/);
});

Deno.test("without a terminal wev waits for a run that only talks to AWS", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetSessionToken", failures.delay(1_500));
  await using asking = mfa.start();
  await asking.waitFor("Token: ");
  await asking.type(`${mfa.user.device.code()}\r`);
  await until("GetSessionToken", () => mfa.codes.length > 0);
  const { code, stdout } = await mfa.run();
  assert.equal(code, 0);
  assert.match(stdout, /ran with ASIA/);
  assert.equal(await asking.end(), 0);
  assert.equal(mfa.codes.length, 1);
});

for (const way of ["--token", "WEV_AWSMFA_TOKEN"]) {
  for (const terminal of ["with", "without"]) {
    Deno.test(`a run ${terminal} a terminal that has its code by ${way} waits for no question`, async () => {
      await using mfa = new MfaSandbox();
      await using asking = mfa.start();
      await asking.waitFor("Token: ");
      const code = mfa.user.device.code();
      const args = way === "--token" ? ["--token", code, ...COMMAND] : COMMAND;
      const env = way === "--token" ? {} : { WEV_AWSMFA_TOKEN: code };
      if (terminal === "with") {
        await using run = mfa.start(args, env);
        assert.equal(await run.end(), 0);
        assert.doesNotMatch(run.shown, /Token:/);
      } else {
        const { code, stdout } = await mfa.run(args, { env });
        assert.equal(code, 0);
        assert.match(stdout, /ran with ASIA/);
      }
      // The one that asks needs no answer any more.
      assert.equal(await asking.end(), 0);
      assert.match(asking.shown, /ran with ASIA/);
      assert.deepEqual(mfa.codes, [code]);
    });
  }
}

Deno.test("a run whose own code is refused waits for the other question before it asks", async () => {
  await using mfa = new MfaSandbox();
  await using asking = mfa.start();
  await asking.waitFor("Token: ");
  await using run = mfa.start(["--token", mfa.user.device.wrongCode(), ...COMMAND]);
  await run.waitFor("Waiting for another run of wev");
  assert.doesNotMatch(run.shown, /Token:/);
  assert.equal(await answer(mfa, asking), 0);
  // What it would ask for is there then.
  assert.equal(await run.end(), 0);
  assert.match(run.shown, /ran with ASIA/);
  assert.equal(mfa.codes.length, 2);
});

Deno.test("of several runs with one code beside a question, one sends it", async () => {
  await using mfa = new MfaSandbox();
  await using asking = mfa.start();
  await asking.waitFor("Token: ");
  const code = mfa.user.device.code();
  const runs = Array.from({ length: 4 }, () => mfa.run(["--token", code, ...COMMAND]));
  const codes = (await Promise.all(runs)).map(({ code }) => code);
  assert.ok(codes.includes(0), `${codes}`);
  assert.deepEqual(mfa.codes, [code]);
});

Deno.test({
  name: "a code on the command line is hidden from other users before it is used",
  ignore: Deno.build.os !== "linux",
  async fn() {
    for (const given of ["--token=000000", "--token 000000"]) {
      await using mfa = new MfaSandbox();
      await using pty = mfa.sandbox.startCommand(
        ["sh", "-c", `echo $$ >pid; exec ${wevWords()} ${given} echo 000000 é`],
        { env: mfa.environment() },
      );
      await pty.waitFor("Token: ");
      const pid = Deno.readTextFileSync(`${mfa.sandbox.project}/pid`).trim();
      const words = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
      const option = given.replace("000000", "******").split(" ");
      assert.deepEqual(words.slice(-3 - option.length), [...option, "echo", "000000", "é"]);
      assert.equal(await answer(mfa, pty), 0);
      assert.match(pty.shown, /\n000000 é\r\n$/);
    }
  },
});

for (const spawn of ["", "WEV_SPAWN=1 "]) {
  Deno.test({
    name: `no core is dumped at the question, and the command's is as the caller has it (${
      spawn === "" ? "exec" : "spawn"
    })`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await using mfa = new MfaSandbox();
      const limit = "grep core /proc/self/limits";
      await using pty = mfa.sandbox.startCommand(
        [
          "sh",
          "-c",
          `ulimit -S -c 100 2>err; ${limit} >expected; echo $$ >pid; ` +
          `${spawn}exec ${wevWords()} sh -c '${limit} >limits'`,
        ],
        { env: mfa.environment() },
      );
      await pty.waitFor("Token: ");
      const read = (name: string) => Deno.readTextFileSync(`${mfa.sandbox.project}/${name}`);
      const limits = Deno.readTextFileSync(`/proc/${read("pid").trim()}/limits`);
      assert.match(limits, /^Max core file size +0 /m);
      assert.equal(await answer(mfa, pty), 0);
      assert.equal(read("limits"), read("expected"));
    },
  });
}
