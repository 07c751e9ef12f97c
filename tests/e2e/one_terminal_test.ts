/**
 * Many runs on one terminal, as `make -j8` starts them, and other jobs that print while wev asks.
 */

import assert from "node:assert/strict";
import { failures } from "../support/aws/mod.ts";
import { hasProgram } from "../support/has_program.ts";
import { type Environment, MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { wevWords } from "../support/program.ts";
import type { Pty } from "../support/pty.ts";
import { screenOf } from "../support/screen.ts";
import { until } from "../support/until.ts";

const TITLE = "Please enter your MFA token to authenticate.";
const COLUMNS = 60;
const JOBS = ["t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"];
/** Elsewhere nothing tells that others write. */
const NOTICES_OTHERS = Deno.build.os === "linux";
const WEV = wevWords();

/** A job that prints what it is told to, when it is told to. */
class Printer implements AsyncDisposable {
  readonly #mfa: MfaSandbox;
  #pipe: Deno.FsFile | undefined;

  constructor(mfa: MfaSandbox) {
    this.#mfa = mfa;
    new Deno.Command("mkfifo", { args: [this.path] }).outputSync();
  }

  /** The pipe that it copies to the terminal. */
  get path(): string {
    return `${this.#mfa.sandbox.root}/printer`;
  }

  /** Prints `text`. */
  async print(text: string): Promise<void> {
    this.#pipe ??= await Deno.open(this.path, { write: true });
    await this.#pipe.write(new TextEncoder().encode(text));
  }

  /** Ends it. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#pipe?.close();
    this.#pipe = undefined;
    return Promise.resolve();
  }
}

/** Starts eight runs of wev and a {@linkcode Printer} on one terminal, by make or by a shell. */
function startJobs(mfa: MfaSandbox, starter: "make" | "sh", env: Environment = {}): Pty {
  const { sandbox } = mfa;
  sandbox.write(
    "home/project/Makefile",
    `all: printer ${JOBS.join(" ")}
printer:
\t@cat ${sandbox.root}/printer
t%:
\t@${WEV.replaceAll("$", "$$")} sh -c 'echo "$@ has $$AWS_ACCESS_KEY_ID"'
`,
  );
  const jobs = JOBS.map((name) => `${WEV} sh -c 'echo "${name} has $AWS_ACCESS_KEY_ID"' &\n`);
  sandbox.write("home/project/jobs.sh", `cat ${sandbox.root}/printer &\n${jobs.join("")}wait\n`);
  const start = starter === "make" ? "make -j9" : "sh jobs.sh";
  return sandbox.startCommand(["sh", "-c", `stty cols ${COLUMNS} rows 24; exec ${start}`], {
    env: mfa.environment(env),
  });
}

/** Milliseconds after which a run that waits would have said so. */
const SAID_BY_THEN = 1_700;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function count(rows: readonly string[], pattern: RegExp): number {
  return rows.filter((row) => pattern.test(row)).length;
}

for (const starter of ["make", "sh"] as const) {
  Deno.test({
    name: `the question stays readable among the jobs that ${starter} starts on one terminal`,
    ignore: !NOTICES_OTHERS || !hasProgram(starter),
    async fn() {
      await using mfa = new MfaSandbox();
      await using printer = new Printer(mfa);
      await using pty = startJobs(mfa, starter);
      await pty.waitFor("Token: ");
      await pause(SAID_BY_THEN);
      assert.deepEqual(screenOf(pty.shown, COLUMNS).slice(-2), [TITLE, "Token:"]);

      await printer.print("compiling a\ncompiling b\n");
      await pty.waitFor("Token: ");
      assert.deepEqual(screenOf(pty.shown, COLUMNS).slice(-4), [
        TITLE,
        "Token: compiling a",
        "compiling b",
        "Token:",
      ]);

      const code = mfa.user.device.code();
      await pty.type(code.slice(0, 2));
      await pty.waitFor("**");
      await printer.print("no newline");
      await pty.waitFor("Token: **");
      assert.deepEqual(screenOf(pty.shown, COLUMNS).slice(-2), [
        "Token: **no newline",
        "Token: **",
      ]);

      await printer.print("\n");
      await pty.waitFor("Token: **");
      await pty.type(`7\x7f${code.slice(2)}`);
      await pty.waitFor("****");
      const rows = screenOf(pty.shown, COLUMNS);
      assert.equal(rows.at(-1), "Token: ******");
      assert.equal(count(rows, /^Please enter/), 1);

      await pty.type("\r");
      await printer[Symbol.asyncDispose]();
      assert.equal(await pty.end(), 0);
      const end = screenOf(pty.shown, COLUMNS);
      assert.equal(count(end, /^t\d has ASIA\w+$/), JOBS.length);
      assert.equal(mfa.codes.length, 1);
    },
  });
}

Deno.test({
  name: "the question is drawn again now and then while another job does not stop printing",
  ignore: !NOTICES_OTHERS,
  async fn() {
    await using mfa = new MfaSandbox();
    await using pty = mfa.sandbox.startCommand([
      "sh",
      "-c",
      `stty cols ${COLUMNS}; (while sleep 0.02; do echo busy; done) & ${WEV} true; kill $!`,
    ], { env: mfa.environment() });
    await pty.waitFor("Token: ");
    await pty.waitFor("busy\r\n");
    await pty.waitFor("Token: ");
    await pty.type("1");
    await pty.waitFor("Token: *");
    await pty.type("\x03");
    await pty.end();
  },
});

Deno.test("of the runs that wait on one terminal for a slow one, one says so at most", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetCallerIdentity", failures.delay(2_500));
  await using printer = new Printer(mfa);
  await using pty = startJobs(mfa, "sh");
  await pty.waitFor("Token: ");
  await pause(SAID_BY_THEN);
  // On a busy machine, those that go on may wait for each other a second later, and say so.
  const waiting = screenOf(pty.shown, COLUMNS);
  assert.ok(count(waiting, /^wev: Waiting for another run of wev/) <= 1, pty.shown);
  await pty.type(`${mfa.user.device.code()}\r`);
  await printer.print("");
  await printer[Symbol.asyncDispose]();
  await pty.end();
  const rows = screenOf(pty.shown, COLUMNS);
  assert.equal(count(rows, /^Token:/), 1);
  assert.equal(count(rows, /^t\d has ASIA/), JOBS.length);
});

Deno.test("of the runs that wait for a question on another terminal, one of each terminal says so", async () => {
  await using mfa = new MfaSandbox();
  await using asking = mfa.start();
  await asking.waitFor("Token: ");
  await using printer = new Printer(mfa);
  await using pty = startJobs(mfa, "sh");
  await using other = mfa.start();
  await pty.waitFor("wev: Waiting for another run of wev");
  await other.waitFor("wev: Waiting for another run of wev");
  await pause(SAID_BY_THEN);
  await asking.type(`${mfa.user.device.code()}\r`);
  assert.equal(await asking.end(), 0);
  await printer.print("");
  await printer[Symbol.asyncDispose]();
  await pty.end();
  const rows = screenOf(pty.shown, COLUMNS);
  assert.equal(count(rows, /Waiting for another run of wev/), 1, pty.shown);
  assert.equal(count(rows, /^t\d has ASIA/), JOBS.length);
});

Deno.test("a run says that it waits for one that is stopped, though who would say so is stopped too", async () => {
  await using mfa = new MfaSandbox();
  for (let request = 0; request < 5; request++) {
    mfa.aws.failures.add("GetCallerIdentity", failures.hang);
  }
  await using pty = mfa.sandbox.startCommand([
    "sh",
    "-c",
    `${WEV} --token 123456 true & echo "one=$!"; ${WEV} --token 123456 true & echo "other=$!"; ` +
    `read enter; exec ${WEV} true`,
  ], { env: mfa.environment() });
  await pty.waitFor("Waiting for another run of wev");
  const [one, other] = ["one", "other"].map((name) =>
    Number(new RegExp(`${name}=(\\d+)`).exec(pty.shown)?.[1])
  );
  Deno.kill(one!, "SIGSTOP");
  Deno.kill(other!, "SIGSTOP");
  await pty.type("\n");
  await pty.waitFor("and is stopped. Continue it (fg, or kill -CONT ");
  await pty.type("\x03");
  Deno.kill(one!, "SIGKILL");
  Deno.kill(other!, "SIGKILL");
  await pty.end();
});

Deno.test("a run that talks to AWS says nothing while another one asks on its terminal", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/other/wev.yml",
    `${NAMES}: {plugin: {id: wev-awsmfa, duration: 1800}}\n`,
  );
  const code = mfa.user.device.code();
  await using starter = new Printer(mfa);
  await using pty = mfa.sandbox.startCommand([
    "sh",
    "-c",
    `(cd ../other; cat ${starter.path}; exec ${WEV} --token ${code} true) & ${WEV} true; wait`,
  ], { env: mfa.environment() });
  await pty.waitFor("Token: ");
  mfa.aws.failures.add("GetCallerIdentity", failures.delay(2_500));
  await starter.print("");
  await starter[Symbol.asyncDispose]();
  const isAsked = () => mfa.actions.filter((action) => action === "GetCallerIdentity").length > 1;
  await until("the second GetCallerIdentity", isAsked);
  await pause(SAID_BY_THEN);
  assert.ok(pty.shown.endsWith(`${TITLE}\r\nToken: `), pty.shown);
  mfa.aws.clock.advance(30);
  await pty.type(`${mfa.user.device.code()}\r`);
  assert.equal(await pty.end(), 0);
});

Deno.test("wev takes digits and Enter of a keypad in application mode, and a bracketed paste", async () => {
  await using mfa = new MfaSandbox();
  await using pty = mfa.start();
  await pty.waitFor("Token: ");
  await pty.type("\x1b[200~99\x1b[201~\x1bOM");
  await pty.waitFor("A code has six digits.");
  await pty.waitFor("Token: ");
  const code = mfa.user.device.code();
  const keypad = [...code.slice(0, 3)].map((digit) => `\x1bO${"pqrstuvwxy"[Number(digit)]}`);
  await pty.type(`\x1b\x1b[D${keypad.join("")}\x1b[200~${code.slice(3)}\x1b[201~\x1bOM`);
  assert.equal(await pty.end(), 0);
  assert.deepEqual(mfa.codes, [code]);
});
