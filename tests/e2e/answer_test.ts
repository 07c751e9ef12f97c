import assert from "node:assert/strict";
import { connectTo } from "../../src/deno/local_socket.ts";
import { failures } from "../support/aws/mod.ts";
import { COMMAND, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { hasProgram } from "../support/has_program.ts";
import { Pty, quote } from "../support/pty.ts";
import { wevCommand } from "../support/program.ts";
import { until } from "../support/until.ts";
import { answerWaiting, listWaiting, waitUntilListed } from "../support/waiting.ts";

/** Starts wev without a terminal, as the process that can be signalled. */
function startWaiting(mfa: MfaSandbox, args: readonly string[] = COMMAND): Pty {
  const { sandbox } = mfa;
  const words = [
    "sh",
    "-c",
    `exec ${[...wevCommand(), "--wait", "60", ...args].map(quote).join(" ")} 2>&1`,
  ];
  return Pty.startWithoutTerminal(words, {
    cwd: sandbox.project,
    env: sandbox.environment(mfa.environment()),
  });
}

/** Returns the names in the directory of waiting runs. */
function sockets({ sandbox }: MfaSandbox): string[] {
  return [...Deno.readDirSync(`${sandbox.cache}/questions`)].map(({ name }) => name);
}

Deno.test("one answer serves twelve runs that wait, by one request", async () => {
  await using mfa = new MfaSandbox();
  const runs = Array.from({ length: 12 }, () => mfa.run(["--wait", "60", ...COMMAND]));
  const listed = await waitUntilListed(mfa, 12);
  assert.equal(listed.filter(({ question }) => question !== null).length, 1);
  assert.ok(listed.every(({ behind }) => behind === null || behind.isForSame));
  await using answer = mfa.start(["--answer"]);
  assert.equal(await mfa.answer(answer), 0);
  assert.match(answer.shown, /12 runs go on\./);
  assert.equal(answer.shown.split("Token:").length - 1, 1);
  const results = await Promise.all(runs);
  assert.deepEqual(results.map(({ code }) => code), runs.map(() => 0));
  assert.equal(new Set(results.map(({ stdout }) => stdout)).size, 1);
  assert.equal(mfa.codes.length, 1);
  assert.deepEqual(sockets(mfa), []);
});

Deno.test("wev --answer lists what a run is, where it is and what it waits for", async () => {
  const mfa_device = "arn:aws:iam::123456789012:mfa/ann";
  await using mfa = new MfaSandbox({ options: { mfa_device } });
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  const [listed] = await waitUntilListed(mfa, 1);
  assert.deepEqual(listed?.command, COMMAND);
  assert.equal(listed?.directory, mfa.sandbox.project);
  assert.equal(listed?.question?.device, mfa.user.device.serialNumber);
  assert.ok(Date.now() - Date.parse(listed!.since) < 60_000);
  assert.equal(typeof listed?.startedBy?.process, "number");
  await using answer = mfa.start(["--answer"]);
  await answer.waitFor("Token: ");
  for (const text of ["sh -c echo", mfa.user.device.serialNumber, String(listed.process), "ago"]) {
    assert.ok(answer.shown.includes(text), `${text}: ${answer.shown}`);
  }
  await answer.type(`${mfa.user.device.code()}\r`);
  assert.equal(await answer.end(), 0);
  assert.equal((await run).code, 0);
});

Deno.test("wev --answer names the role, and the device as soon as it has been looked up", async () => {
  const role_arn = "arn:aws:iam::123456789012:role/deploy";
  await using mfa = new MfaSandbox({ options: { role_arn } });
  mfa.aws.addRole({ name: "deploy", mfa: true });
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  mfa.aws.failures.add("ListMFADevices", failures.hold(promise));
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  const [before] = await waitUntilListed(mfa, 1);
  assert.equal(before?.question?.device, undefined);
  assert.equal(before?.question?.role, role_arn);
  letGo();
  const device = await until(
    "the device",
    async () => (await waitUntilListed(mfa, 1))[0]?.question?.device,
  );
  assert.equal(device, mfa.user.device.serialNumber);
  await using answer = mfa.start(["--answer"]);
  await answer.waitFor("Token: ");
  assert.ok(answer.shown.includes(`${device}, for ${role_arn}`), answer.shown);
  await answer.type(`${mfa.user.device.code()}\r`);
  assert.equal(await answer.end(), 0);
  assert.equal((await run).code, 0);
});

Deno.test("a run says after a second that it waits, and how to answer", async () => {
  await using mfa = new MfaSandbox();
  await using run = startWaiting(mfa);
  await run.waitFor("wev: Waiting for an answer. To give it, run in any terminal: wev --answer\n");
  await waitUntilListed(mfa, 1);
  assert.equal((await answerWaiting(mfa)).code, 0);
  assert.equal(await run.end(), 0);
});

Deno.test("runs that need different codes are asked for one after the other", async () => {
  await using mfa = new MfaSandbox();
  const other = mfa.aws.addUser({ name: "bob" });
  const config = `${NAMES}: {plugin: {id: wev-awsmfa}}\n`;
  mfa.sandbox.write("home/other/wev.yml", config);
  const first = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  const second = mfa.sandbox.run(["--wait", "60", ...COMMAND], {
    before: ["setsid", "--wait"],
    cwd: `${mfa.sandbox.home}/other`,
    env: mfa.environment({}, other.accessKey),
  });
  const [, behind] = await waitUntilListed(mfa, 2);
  assert.equal(behind?.behind?.isForSame, false);
  await using answer = mfa.start(["--answer"]);
  const typed: string[] = [];
  for (const user of [mfa.user, other]) {
    await answer.waitFor("Token: ");
    typed.push(user.device.code());
    await answer.type(`${typed.at(-1)}\r`);
  }
  assert.equal(await answer.end(), 0);
  assert.match(answer.shown, /2 runs go on\./);
  assert.deepEqual([(await first).code, (await second).code], [0, 0]);
  assert.deepEqual(mfa.codes, typed);
});

Deno.test("a wrong code is asked again where it was given, and a refused one too", async () => {
  await using mfa = new MfaSandbox();
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  await using answer = mfa.start(["--answer"]);
  await answer.waitFor("Token: ");
  await answer.type("12345\r");
  await answer.waitFor("A code has six digits.");
  await answer.waitFor("Token: ");
  const wrong = mfa.user.device.code() === "000000" ? "000001" : "000000";
  await answer.type(`${wrong}\r`);
  await answer.waitFor("AWS refused that code");
  await answer.waitFor("Token: ");
  const right = mfa.user.device.code();
  await answer.type(`${right}\r`);
  assert.equal(await answer.end(), 0);
  assert.equal((await run).code, 0);
  assert.deepEqual(mfa.codes, [wrong, right]);
});

Deno.test("wev --answer asks which device shows the code", async () => {
  await using mfa = new MfaSandbox({ user: { devices: [{ name: "one" }, { name: "two" }] } });
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  // A code is asked for until the devices are known.
  await until(
    "the choice",
    async () => (await listWaiting(mfa))[0]?.question?.kind === "choice",
  );
  await using answer = mfa.start(["--answer"]);
  await answer.waitFor("Which one shows the code?");
  await answer.type("1");
  assert.equal(await mfa.answer(answer), 0);
  assert.equal((await run).code, 0);
});

Deno.test("wev --answer --token answers without a terminal", async () => {
  await using mfa = new MfaSandbox();
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  const refused = await mfa.run(["--answer", "--token", "12 34 56"], {});
  assert.deepEqual([refused.code, refused.stdout.includes("Token")], [refused.code, false]);
  const { code, stdout, stderr } = await answerWaiting(mfa);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /1 run goes on\./);
  assert.equal((await run).code, 0);
});

Deno.test("wev --answer and wev --deny say that nothing waits", async () => {
  await using mfa = new MfaSandbox();
  for (const verb of ["--answer", "--deny"]) {
    const { code, stdout, stderr } = await mfa.run([verb]);
    assert.deepEqual([code, stdout, stderr], [1, "", "wev: error: Nothing waits for an answer\n"]);
  }
  const { code, stdout } = await mfa.run(["--answer", "--json"]);
  assert.deepEqual([code, JSON.parse(stdout)], [1, { waiting: [] }]);
});

Deno.test("wev --deny ends all runs that wait", async () => {
  await using mfa = new MfaSandbox();
  const runs = Array.from({ length: 4 }, () => mfa.run(["--json", "--wait", "60", ...COMMAND]));
  await waitUntilListed(mfa, 4);
  const { code, stdout } = await mfa.run(["--deny"]);
  assert.deepEqual([code, stdout], [0, "Denied 4 runs.\n"]);
  for (const { code, stdout, stderr, failure } of await Promise.all(runs)) {
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /error: The question was denied by wev --deny\n/);
    assert.equal(failure?.kind, "denied");
  }
  assert.deepEqual([mfa.codes, sockets(mfa)], [[], []]);
});

Deno.test("a run that can't ask and does not wait says how it could have been answered", async () => {
  await using mfa = new MfaSandbox();
  for (const env of [{}, { WEV_WAIT: "0" }, { WEV_WAIT: "" }]) {
    const { code, stderr } = await mfa.run(COMMAND, { env });
    assert.equal(code, 125);
    assert.match(stderr, /wev --wait SECONDS .*wev --answer/s);
  }
});

Deno.test("a run waits for as long as it was told, and then fails as without", async () => {
  await using mfa = new MfaSandbox();
  const without = await mfa.run();
  for (const [args, env] of [[["--wait", "1"], {}], [[], { WEV_WAIT: "1" }]] as const) {
    const start = performance.now();
    const { code, stderr } = await mfa.run([...args, ...COMMAND], { env });
    assert.ok(performance.now() - start >= 1_000);
    assert.equal(code, 125);
    assert.equal(stderr.replace(/^wev: Waiting for an answer.*\n/, ""), without.stderr);
  }
  assert.deepEqual(sockets(mfa), []);
});

Deno.test("WEV_WAIT that is no number of seconds is an error", async () => {
  await using mfa = new MfaSandbox();
  const { code, stderr } = await mfa.run(COMMAND, { env: { WEV_WAIT: "5m" } });
  assert.equal(code, 125);
  assert.match(stderr, /WEV_WAIT must be a whole number of seconds: it is "5m"/);
});

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} ends a run that waits, which is then not listed`, async () => {
    await using mfa = new MfaSandbox();
    await using run = startWaiting(mfa);
    await waitUntilListed(mfa, 1);
    run.kill(signal);
    assert.equal(await run.end(), status);
    assert.deepEqual(await listWaiting(mfa), []);
  });
}

Deno.test("the question of a terminal can be answered from another one", async () => {
  await using mfa = new MfaSandbox();
  await using run = mfa.start();
  await run.waitFor("Token: ");
  await run.type("123");
  await waitUntilListed(mfa, 1);
  await using answer = mfa.start(["--answer"]);
  assert.equal(await mfa.answer(answer), 0);
  await run.waitFor("ran with ASIA");
  assert.equal(await run.end(), 0);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("a run with a terminal asks there, though another one waits for wev --answer", async () => {
  await using mfa = new MfaSandbox();
  const waiting = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  await using run = mfa.start();
  assert.equal(await mfa.answer(run), 0);
  assert.equal((await waiting).code, 0);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("a question that is answered elsewhere is taken back in wev --answer", async () => {
  await using mfa = new MfaSandbox();
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  await using one = mfa.start(["--answer"]);
  await using other = mfa.start(["--answer"]);
  await one.waitFor("Token: ");
  await other.waitFor("Token: ");
  await one.type(`${mfa.user.device.code()}\r`);
  assert.deepEqual([await one.end(), await other.end(), (await run).code], [0, 0, 0]);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("Ctrl-C at wev --answer leaves the runs waiting", async () => {
  await using mfa = new MfaSandbox();
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  await using answer = mfa.start(["--answer"]);
  await answer.waitFor("Token: ");
  await answer.type("\x03");
  assert.equal(await answer.end(), 130);
  await waitUntilListed(mfa, 1);
  assert.equal((await answerWaiting(mfa)).code, 0);
  assert.equal((await run).code, 0);
});

Deno.test("a run that is stopped is not listed, and does not keep others from being answered", async () => {
  await using mfa = new MfaSandbox();
  await using run = startWaiting(mfa);
  await waitUntilListed(mfa, 1);
  run.kill("SIGSTOP");
  assert.deepEqual(await listWaiting(mfa), []);
  run.kill("SIGCONT");
  await waitUntilListed(mfa, 1);
  assert.equal((await answerWaiting(mfa)).code, 0);
  assert.equal(await run.end(), 0);
});

Deno.test("wev --answer does not wait for a run that was stopped at its question", async () => {
  await using mfa = new MfaSandbox();
  await using run = startWaiting(mfa);
  await waitUntilListed(mfa, 1);
  await using answer = mfa.start(["--answer"]);
  await answer.waitFor("Token: ");
  run.kill("SIGSTOP");
  await answer.type(`${mfa.user.device.code()}\r`);
  assert.equal(await answer.end(), 1);
  assert.match(answer.shown, /Process \d+ does not respond\r\n {2}It may be stopped: continue it/);
  run.kill("SIGCONT");
  // What was typed has arrived.
  assert.equal(await run.end(), 0);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev --answer says after a second for which run it waits", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetSessionToken", failures.delay(2_000));
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  await using answer = mfa.start(["--answer"]);
  assert.equal(await mfa.answer(answer), 0);
  assert.match(answer.shown, /Waiting for process \d+: sh -c/);
  assert.equal((await run).code, 0);
});

Deno.test("wev --answer fails if the run that it answered fails, and says why", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetSessionToken", failures.error(403, "AccessDenied", "Not\x1b[2J you"));
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  const { code, stderr } = await answerWaiting(mfa);
  assert.equal(code, 1);
  assert.match(stderr, /^wev: warning: Process \d+, sh -c .*, failed: .*AWS refused: Not\\x1b/);
  assert.equal((await run).code, 125);
});

Deno.test("wev --deny ends the question of a terminal too", async () => {
  await using mfa = new MfaSandbox();
  await using run = mfa.start();
  await run.waitFor("Token: ");
  await waitUntilListed(mfa, 1);
  assert.equal((await mfa.run(["--deny"])).stdout, "Denied 1 run.\n");
  assert.equal(await run.end(), 125);
  assert.match(run.shown, /The question was denied by wev --deny/);
});

/** Sends a denial to the run that waits, as `wev --deny` does, and goes without a look at what it says. */
async function denyAndGo(mfa: MfaSandbox): Promise<void> {
  const connection = connectTo(`${mfa.sandbox.cache}/questions/${sockets(mfa)[0]}`)!;
  assert.ok(connection.write('{"wev":1,"kind":"deny"}'));
  await connection.close();
}

Deno.test("wev --deny ends a run that waits for one that is stopped", async () => {
  await using mfa = new MfaSandbox();
  await using stopped = startWaiting(mfa);
  await waitUntilListed(mfa, 1);
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 2);
  stopped.kill("SIGSTOP");
  assert.equal((await mfa.run(["--deny"])).stdout, "Denied 1 run.\n");
  assert.match((await run).stderr, /The question was denied by wev --deny/);
  stopped.kill("SIGCONT");
  await waitUntilListed(mfa, 1);
  assert.equal((await mfa.run(["--deny"])).stdout, "Denied 1 run.\n");
  assert.equal(await stopped.end(), 125);
});

Deno.test("a denial counts though who sent it has gone before the run reads it", async () => {
  await using mfa = new MfaSandbox();
  await using run = startWaiting(mfa);
  await waitUntilListed(mfa, 1);
  run.kill("SIGSTOP");
  await denyAndGo(mfa);
  run.kill("SIGCONT");
  assert.equal(await run.end(), 125);
  assert.match(run.shown, /The question was denied by wev --deny/);
});

Deno.test("a denial that comes between two questions counts at the second", async () => {
  await using mfa = new MfaSandbox();
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  mfa.aws.failures.add("GetSessionToken", failures.hold(promise));
  await using run = startWaiting(mfa);
  await waitUntilListed(mfa, 1);
  const answer = mfa.run(["--answer", "--token", mfa.user.device.wrongCode()]);
  await until("GetSessionToken", () => mfa.codes.length === 1);
  await denyAndGo(mfa);
  // The run has read it by then: it reads one thing after the other.
  assert.deepEqual(await listWaiting(mfa), []);
  letGo();
  assert.equal(await run.end(), 125);
  assert.match(run.shown, /The question was denied by wev --deny/);
  assert.equal((await answer).code, 1);
});

Deno.test("the code is nowhere on disk, in no argument and in no log", async () => {
  await using mfa = new MfaSandbox();
  const run = mfa.run(["--wait", "60", "--log-level", "debug", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  await using answer = mfa.start(["--answer", "--log-level", "debug"]);
  assert.equal(await mfa.answer(answer), 0);
  const { stdout, stderr } = await run;
  const [code = ""] = mfa.codes;
  assert.match(code, /^\d{6}$/);
  assert.doesNotMatch(`${answer.shown}${stdout}${stderr}`, new RegExp(code));
  const { code: status, stdout: found } = await new Deno.Command("grep", {
    args: ["-rlF", code, mfa.sandbox.root],
  }).output();
  assert.deepEqual([status, found.length], [1, 0]);
});

Deno.test("runs that are killed leave the others waiting, and nobody stuck", async () => {
  await using mfa = new MfaSandbox();
  const runs = Array.from({ length: 5 }, () => startWaiting(mfa));
  try {
    let left = [...runs];
    while (left.length > 1) {
      const listed = await waitUntilListed(mfa, left.length);
      // In turn the one that asks and one that waits for it.
      const asks = left.length % 2 === 1;
      const { process } = listed.find(({ question }) => (question !== null) === asks)!;
      Deno.kill(process, "SIGKILL");
      left = left.filter(({ pid }) => pid !== process);
    }
    await waitUntilListed(mfa, 1);
    assert.equal((await answerWaiting(mfa)).code, 0);
    assert.equal(await left[0]!.end(), 0);
    assert.equal(mfa.codes.length, 1);
  } finally {
    for (const run of runs) await run[Symbol.asyncDispose]();
  }
});

/** Starts `wev --answer` on a terminal; returns its process ID too. */
async function startAnswer(mfa: MfaSandbox): Promise<{ answer: Pty; pid: number }> {
  const words = ["sh", "-c", 'echo "process $$ answers"; exec "$@"', "sh", ...wevCommand()];
  const answer = mfa.sandbox.startCommand([...words, "--answer"], { env: mfa.environment() });
  const [, pid] = /process (\d+)$/.exec(await answer.waitFor(" answers"))!;
  return { answer, pid: Number(pid) };
}

/** When a process is killed: before and at its question, and after the code was typed. */
const POINTS = [
  ...[0, 80, 150, 250, 350].map((delay) => ({ isTyped: false, delay })),
  ...[0, 1, 3, 10, 30].map((delay) => ({ isTyped: true, delay })),
];

Deno.test("wev --answer that is killed at any point leaves nobody stuck", async () => {
  await using mfa = new MfaSandbox();
  for (const { isTyped, delay } of POINTS) {
    await using run = startWaiting(mfa, ["--refresh", ...COMMAND]);
    await waitUntilListed(mfa, 1);
    mfa.aws.clearRequests();
    const { answer, pid } = await startAnswer(mfa);
    if (isTyped) {
      await answer.waitFor("Token: ");
      await answer.type(`${mfa.user.device.code()}\r`);
    }
    await new Promise((resolve) => setTimeout(resolve, delay));
    killIfRunning(pid);
    await answer.end();
    const { code, stdout, stderr } = await answerWaiting(mfa);
    // What was typed may have arrived.
    if (!isTyped) assert.equal(code, 0, `${stdout}${stderr}${run.shown}`);
    assert.equal(await run.end(), 0, run.shown);
    assert.equal(mfa.codes.length, 1);
    mfa.aws.clock.advance(60);
  }
});

Deno.test("a run that is killed at any point leaves wev --answer to end by itself", async () => {
  await using mfa = new MfaSandbox();
  for (const { isTyped, delay } of POINTS.filter(({ isTyped, delay }) => isTyped || delay > 100)) {
    await using run = startWaiting(mfa, ["--refresh", ...COMMAND]);
    const [listed] = await waitUntilListed(mfa, 1);
    const { answer } = await startAnswer(mfa);
    await using _ = answer;
    await answer.waitFor("Token: ");
    if (isTyped) await answer.type(`${mfa.user.device.code()}\r`);
    await new Promise((resolve) => setTimeout(resolve, delay));
    killIfRunning(listed!.process);
    const status = await answer.end();
    assert.match(answer.shown, status === 0 ? /1 run goes on/ : /It was killed/);
    await run.end();
    assert.deepEqual(await listWaiting(mfa), []);
    mfa.aws.clock.advance(60);
  }
});

function killIfRunning(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has done its work.
  }
}

Deno.test({
  name:
    "another user neither sees nor answers a run, even where its directory is open (root, perl)",
  ignore: Deno.uid() !== 0 || !hasProgram("setpriv") || !hasProgram("perl"),
  async fn() {
    await using mfa = new MfaSandbox();
    const run = mfa.run(["--wait", "60", ...COMMAND]);
    await waitUntilListed(mfa, 1);
    const socket = `${mfa.sandbox.cache}/questions/${sockets(mfa)[0]}`;
    const script = `use Socket; $SIG{PIPE} = "IGNORE"; socket(S, PF_UNIX, SOCK_STREAM, 0);
      connect(S, sockaddr_un($ARGV[0])) or print("no") and exit;
      syswrite(S, qq({"wev":1,"kind":"deny"}\\n)); sysread(S, $told, 100); print("told: $told");`;
    const connect = async () => {
      const { stdout } = await new Deno.Command("setpriv", {
        args: ["--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-e", script, socket],
        cwd: "/",
      }).output();
      return new TextDecoder().decode(stdout);
    };
    assert.equal(await connect(), "no");
    // As an access control list could have it.
    for (
      let path = socket;
      path !== "/tmp" && path !== "";
      path = path.slice(0, path.lastIndexOf("/"))
    ) {
      Deno.chmodSync(path, 0o777);
    }
    // The connection is closed before anything is told or heard.
    assert.equal(await connect(), "told: ");
    for (const directory of [mfa.sandbox.cache, `${mfa.sandbox.cache}/questions`]) {
      Deno.chmodSync(directory, 0o700);
    }
    for (const directory of [mfa.sandbox.root, mfa.sandbox.home, `${mfa.sandbox.home}/.cache`]) {
      Deno.chmodSync(directory, 0o755);
    }
    assert.equal((await answerWaiting(mfa)).code, 0);
    assert.equal((await run).code, 0);
  },
});

Deno.test("a run that can't be found says so and does not wait", async () => {
  await using mfa = new MfaSandbox();
  Deno.mkdirSync(mfa.sandbox.cache, { recursive: true, mode: 0o700 });
  Deno.writeTextFileSync(`${mfa.sandbox.cache}/questions`, "");
  const { code, stderr } = await mfa.run(["--wait", "60", ...COMMAND]);
  assert.equal(code, 125);
  assert.match(stderr, /warning: Can't wait for an answer: .*questions is not a directory/);
  assert.match(stderr, /error: Cannot ask for the code: there is no terminal/);
});

Deno.test("sockets of dead runs are removed after a day, and others stay", async () => {
  await using mfa = new MfaSandbox();
  const dead = startWaiting(mfa);
  await waitUntilListed(mfa, 1);
  dead.kill("SIGKILL");
  await dead[Symbol.asyncDispose]();
  const [name] = sockets(mfa);
  const run = mfa.run(["--wait", "60", ...COMMAND]);
  await waitUntilListed(mfa, 1);
  assert.equal(sockets(mfa).length, 2);
  const { success } = await new Deno.Command("touch", {
    args: [
      "-d",
      "2 days ago",
      ...sockets(mfa).map((one) => `${mfa.sandbox.cache}/questions/${one}`),
    ],
  }).output();
  assert.ok(success);
  await using other = mfa.start();
  await other.waitFor("Token: ");
  await waitUntilListed(mfa, 2);
  assert.ok(!sockets(mfa).includes(name!));
  await other.type(`${mfa.user.device.code()}\r`);
  assert.equal(await other.end(), 0);
  assert.equal((await run).code, 0);
});
