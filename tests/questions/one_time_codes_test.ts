import assert from "node:assert/strict";
import { LockDirectory, NO_LOCK } from "../../src/cache/lock.ts";
import { WevError } from "../../src/errors.ts";
import type { CodeQuestion } from "../../src/plugin/questions.ts";
import { givenCodes, OneTimeCodes } from "../../src/questions/one_time_codes.ts";
import type { TypedCode } from "../../src/questions/prompt.ts";
import { PromptQueue } from "../../src/questions/queue.ts";
import { TaskPrompt } from "../../src/questions/task_prompt.ts";
import { UsedCodes } from "../../src/questions/used_codes.ts";
import { after, NOW } from "../support/cached_session.ts";
import { FakeFiles } from "../support/fake_runtime.ts";
import { Spoken } from "../support/spoken.ts";

const CACHE = "/home/ann/.cache/wev";

const QUESTION: CodeQuestion = {
  kind: "code",
  device: "phone",
  service: "Acme",
  title: "Please enter it.",
  label: "Code:",
  help: "Run it in a terminal.",
};

const PROGRAM = { name: "code_command", argv: ["/bin/code"] };

/** Runs of one user, with typed answers and program output. */
class Scene {
  /** The questions that the user was asked. */
  readonly asked: TypedCode[] = [];
  /** The outputs of the program, in order. */
  readonly printed: string[] = [];
  /** The things that wev said it waits for. */
  readonly waitedFor: string[] = [];
  /** The answers that the user types, in order. */
  typed: string[] = [];
  now: Date = NOW;
  readonly #files = new FakeFiles({}, "linux");

  constructor() {
    const write = this.#files.writePrivately.bind(this.#files);
    this.#files.writePrivately = (path, content) => {
      write(path, content);
      this.#files.attributes.set(path, { mode: 0o100600, uid: 1000, modified: this.now });
    };
  }

  /** The codes of one task. */
  task(given: Parameters<typeof givenCodes>[0] = undefined, variables: string[] = []) {
    return new OneTimeCodes({
      reason: "there is no session yet",
      given: givenCodes(given, variables, { get: (name) => VARIABLES[name] }),
      variables,
      usedCodes: this.usedCodes(),
      clock: { now: () => this.now },
      prompt: new TaskPrompt({
        prompt: {
          askCode: async (question) => {
            this.asked.push(question);
            const answer = this.typed.shift();
            if (answer === undefined) throw new WevError("Nothing is typed");
            const problem = await question.check(answer);
            if (problem !== undefined) throw new WevError(problem);
            return answer;
          },
          choose: () => Promise.reject(new Error("Nothing is to be chosen")),
        },
        queue: new PromptQueue(1),
        number: 0,
        signal: new AbortController().signal,
        lock: () => Promise.resolve(NO_LOCK),
        whileAsking: (ask) => ask(new AbortController().signal, () => {}),
      }),
      signal: new AbortController().signal,
      waitFor: (what, work) => {
        this.waitedFor.push(what);
        return work;
      },
      askProgram: () => Promise.resolve({ stdout: this.printed.shift() ?? "", code: 0 }),
    });
  }

  /** The used codes as one run sees them. */
  usedCodes(): UsedCodes {
    const logger = new Spoken();
    const clock = { now: () => this.now };
    const owner = { files: this.#files, system: "linux", user: 1000, home: undefined } as const;
    const locks = new LockDirectory({
      ...owner,
      cacheDirectory: CACHE,
      process: 1,
      startedAt: this.now,
      clock,
      logger,
    });
    return new UsedCodes({ ...owner, directory: CACHE, locks, clock, logger });
  }
}

const VARIABLES: Readonly<Record<string, string>> = {
  FIRST: " 111 111 ",
  SECOND: "222222",
  SAME: "111-111",
  EMPTY: " ",
  WRONG: "11",
};

Deno.test("givenCodes() returns the code of the command line first, each code once, no empty one", () => {
  const given = givenCodes("111111", ["SAME", "EMPTY", "SECOND"], {
    get: (name) => VARIABLES[name],
  });
  assert.deepEqual(given, [
    { code: "111111", source: "the code of --token" },
    { code: "222222", source: "the code of SECOND" },
  ]);
});

Deno.test("OneTimeCodes uses supplied codes first, then the program, then the user", async () => {
  const scene = new Scene();
  scene.printed.push("333 333");
  scene.typed.push("444-444");
  const codes = scene.task(undefined, ["FIRST", "SECOND"]);
  const question = { ...QUESTION, program: PROGRAM };
  const got = [await codes.ask(question)];
  for (let round = 0; round < 3; round++) {
    got.push(await codes.ask({ ...question, previous: "refused" }));
  }
  assert.deepEqual(got, ["111111", "222222", "333333", "444444"]);
});

Deno.test("OneTimeCodes never returns a code of a device twice, to any task or run", async () => {
  const scene = new Scene();
  assert.equal(await scene.task(undefined, ["FIRST"]).ask(QUESTION), "111111");
  scene.typed.push("222222");
  // A variable of another plugin, with the same device.
  const other = { ...QUESTION, service: "Other" };
  assert.equal(await scene.task("111111").ask(other), "222222");
  assert.equal(
    scene.asked[0]?.title,
    "The code of --token can't be used: That code was sent before, and a code works only once. Wait for " +
      "the next one: 30 seconds.",
  );
  assert.equal(await scene.task("111111").ask({ ...other, device: "tablet" }), "111111");
});

Deno.test("OneTimeCodes gives a code to only one of concurrent tasks", async () => {
  const scene = new Scene();
  scene.typed.push("222222");
  const codes = await Promise.all([1, 2].map(() => scene.task("111111").ask(QUESTION)));
  assert.deepEqual(codes.sort(), ["111111", "222222"]);
});

Deno.test("OneTimeCodes returns a code again once no service accepts it any more", async () => {
  const scene = new Scene();
  await scene.task("111111").ask(QUESTION);
  scene.now = after(90);
  assert.equal(await scene.task("111111").ask(QUESTION), "111111");
});

for (
  const [previous, says] of [
    ["refused", "Acme refused the code of --token: it is wrong, too old, or was used before."],
    ["answer-lost", "The response from Acme was lost, and the code may be used up."],
  ] as const
) {
  Deno.test(`OneTimeCodes says above the next question that the last code was: ${previous}`, async () => {
    const scene = new Scene();
    scene.typed.push("222222");
    const codes = scene.task("111111", ["EMPTY"]);
    await codes.ask(QUESTION);
    await codes.ask({ ...QUESTION, previous });
    const [{ title, label, withoutTerminal } = undefined!] = scene.asked;
    assert.deepEqual([title, label], [`${says} Wait for the next one.`, "Code:"]);
    assert.equal(
      withoutTerminal,
      `${says}\nRun it in a terminal. Or supply a code: wev --token CODE …, or EMPTY.`,
    );
  });
}

for (
  const [second, left] of [[0, "30 seconds"], [1, "29 seconds"], [29, "1 second"], [
    30,
    "30 seconds",
  ]] as const
) {
  Deno.test(`OneTimeCodes waits ${left} for the next code at second ${second}`, async () => {
    const scene = new Scene();
    scene.now = after(second);
    await scene.task("111111").ask(QUESTION);
    await assert.rejects(scene.task("111111").ask(QUESTION), /Nothing is typed/);
    assert.ok(scene.asked[0]?.title.endsWith(`: ${left}.`), scene.asked[0]?.title);
  });
}

Deno.test("OneTimeCodes says why a supplied or typed code is invalid, and asks", async () => {
  const scene = new Scene();
  scene.typed.push("222222");
  assert.equal(await scene.task(undefined, ["WRONG"]).ask(QUESTION), "222222");
  assert.equal(
    scene.asked[0]?.title,
    "The code of WRONG can't be used: A code has six digits. Wait for the next one.",
  );
  assert.equal(await scene.asked[0]?.check("12345"), "A code has six digits.");
  assert.match(await scene.asked[0]?.check("222222") ?? "", /was sent before/);
});

Deno.test("OneTimeCodes shows the failure of the program above the question, once", async () => {
  const scene = new Scene();
  scene.printed.push("sorry");
  scene.typed.push("111111", "222222");
  const codes = scene.task();
  const question = { ...QUESTION, program: PROGRAM };
  await codes.ask(question);
  await codes.ask({ ...question, previous: "refused" });
  const failure = 'code_command ("/bin/code") printed no code of six digits';
  assert.equal(scene.asked[0]?.title, `${failure}. Please enter it.`);
  assert.equal((scene.asked[0]?.withoutTerminal as WevError).message, failure);
  assert.match(scene.asked[1]!.title, /^Acme refused that code: /);
});
