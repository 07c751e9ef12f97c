import assert from "node:assert/strict";
import { CancelledError, WevError } from "../../src/errors.ts";
import { type Answerer, FirstAnswer } from "../../src/questions/first_answer.ts";
import { SuspendedQuestion, TerminalPrompt, type TypedCode } from "../../src/questions/prompt.ts";
import { FakeTerminal } from "../support/fake_runtime.ts";
import { screenOf } from "../support/screen.ts";

const QUESTION: TypedCode = {
  device: "device",
  title: "Title",
  label: "Token:",
  check: (answer) => /^\d{6}$/.test(answer) ? undefined : "Six digits, please.",
  withoutTerminal: "Run it in a terminal.",
};

const CHOICE = {
  title: "Which?",
  choices: ["one", "two"],
  unavailable: { message: "Nobody can choose", hint: "" },
};

/** Somebody who is asked, and answers when the test does. */
class Person implements Answerer {
  /** Is fulfilled with what is asked. */
  readonly asked = Promise.withResolvers<void>();
  /** Why the question was withdrawn, by the answer of this person or of others. */
  reason: unknown;
  readonly #answer = Promise.withResolvers<string>();

  constructor(readonly available = true) {
    this.#answer.promise.catch(() => {});
  }

  isAvailable(): Promise<boolean> {
    return Promise.resolve(this.available);
  }

  answer(text: string): void {
    this.#answer.resolve(text);
  }

  fail(error: unknown): void {
    this.#answer.reject(error);
  }

  async askCode(_: unknown, signal?: AbortSignal): Promise<string> {
    this.asked.resolve();
    const { promise, reject } = Promise.withResolvers<never>();
    signal?.addEventListener("abort", () => reject(this.reason = signal.reason));
    return await Promise.race([this.#answer.promise, promise]);
  }

  choose(question: unknown, signal?: AbortSignal): Promise<string> {
    return this.askCode(question, signal);
  }
}

/** A terminal at which nobody types more than is given. */
class IdleTerminal extends FakeTerminal {
  override async read(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const bytes = await super.read();
    if (bytes !== undefined) return bytes;
    return await new Promise((_, reject) => {
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  }
}

const failures: string[] = [];

function firstOf(...answerers: [Answerer, ...Answerer[]]): FirstAnswer {
  failures.length = 0;
  return new FirstAnswer(answerers, { onFailure: ({ message }) => void failures.push(message) });
}

function terminalOf(terminal: FakeTerminal | undefined): TerminalPrompt {
  return new TerminalPrompt(() => Promise.resolve(terminal));
}

Deno.test("the first answer wins, and the other question is withdrawn", async () => {
  for (const winner of [0, 1] as const) {
    const people = [new Person(), new Person()] as const;
    const answer = firstOf(...people).askCode(QUESTION);
    await Promise.all(people.map(({ asked }) => asked.promise));
    people[winner].answer("123456");
    assert.equal(await answer, "123456");
    assert.ok(people[1 - winner]!.reason instanceof Error);
  }
});

Deno.test("the terminal's question is taken back, and the terminal is as it was", async () => {
  const terminal = new IdleTerminal(["12"], 20);
  const person = new Person();
  const answer = firstOf(terminalOf(terminal), person).askCode(QUESTION);
  await person.asked.promise;
  while (!terminal.shown.includes("**")) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(terminal.mode, "raw");
  person.answer("123456");
  assert.equal(await answer, "123456");
  assert.equal(terminal.mode, "original");
  assert.equal(terminal.closed, 2);
  assert.deepEqual(screenOf(terminal.shown, 20).filter((row) => row !== ""), []);
});

for (
  const [what, title, typed, left] of [
    ["a title of several rows", "A title that is longer than the terminal is wide", [], []],
    ["what is below the output of others only", "Title", ["12", ""], ["Title", "Token: **"]],
    ["the last question only", "Title", ["12\r"], ["Title", "Token: **"]],
  ] as const
) {
  Deno.test(`a withdrawn question takes back ${what}`, async () => {
    const terminal = new IdleTerminal(typed, 20);
    const person = new Person();
    const answer = firstOf(terminalOf(terminal), person).askCode({ ...QUESTION, title });
    await person.asked.promise;
    await new Promise((resolve) => setTimeout(resolve, 10));
    person.answer("123456");
    await answer;
    assert.deepEqual(screenOf(terminal.shown, 20).filter((row) => row !== ""), left);
  });
}

Deno.test("a withdrawn choice takes its list back", async () => {
  const terminal = new IdleTerminal(["j"], 80);
  const person = new Person();
  const answer = firstOf(terminalOf(terminal), person).choose(CHOICE);
  await person.asked.promise;
  while (!terminal.shown.includes("> 2")) await new Promise((resolve) => setTimeout(resolve, 1));
  person.answer("one");
  assert.equal(await answer, "one");
  assert.deepEqual(screenOf(terminal.shown, 80).filter((row) => row !== ""), []);
});

Deno.test("a withdrawn question erases one row where nothing tells that others write", async () => {
  const terminal = new IdleTerminal([], 20, false);
  const person = new Person();
  const answer = firstOf(terminalOf(terminal), person).askCode(QUESTION);
  await person.asked.promise;
  await new Promise((resolve) => setTimeout(resolve, 10));
  person.answer("123456");
  await answer;
  assert.equal(terminal.shown, "Title\r\nToken: \r\x1b[K");
});

Deno.test("who can't be asked does not count", async () => {
  const [absent, person] = [new Person(false), new Person()];
  const prompt = firstOf(absent, person);
  assert.equal(await prompt.isAvailable(), true);
  const answer = prompt.askCode(QUESTION);
  person.answer("123456");
  assert.equal(await answer, "123456");
  absent.answer("000000");
});

Deno.test("where nobody can be asked, the first says why", async () => {
  const prompt = firstOf(terminalOf(undefined), new Person(false));
  assert.equal(await prompt.isAvailable(), false);
  await assert.rejects(prompt.askCode(QUESTION), {
    message: "Cannot ask for the code: there is no terminal",
    hint: "Run it in a terminal.",
  });
  await assert.rejects(prompt.choose(CHOICE), { message: "Nobody can choose" });
});

Deno.test("who gives up at one question cancels the others", async () => {
  const [terminal, person] = [new FakeTerminal(["\x03"]), new Person()];
  await assert.rejects(firstOf(terminalOf(terminal), person).askCode(QUESTION), {
    name: "CancelledError",
    exitStatus: 130,
  });
  assert.ok(person.reason instanceof Error);

  const [one, other] = [new Person(), new Person()];
  const answer = firstOf(one, other).askCode(QUESTION);
  other.fail(new CancelledError("No"));
  await assert.rejects(answer, { message: "No" });
  assert.ok(one.reason instanceof Error);
});

Deno.test("who fails does not count while another one is asked", async () => {
  const [one, other] = [new Person(), new Person()];
  const answer = firstOf(one, other).askCode(QUESTION);
  other.fail(new WevError("Broken"));
  await other.asked.promise;
  await new Promise((resolve) => setTimeout(resolve, 1));
  one.answer("123456");
  assert.equal(await answer, "123456");
  assert.deepEqual(failures, ["Broken"]);
});

Deno.test("where all fail, the first failure in their order stands", async () => {
  const [one, other] = [new Person(), new Person()];
  const answer = firstOf(one, other).askCode(QUESTION);
  other.fail(new WevError("Broken"));
  await new Promise((resolve) => setTimeout(resolve, 1));
  one.fail(new WevError("Broken, too"));
  await assert.rejects(answer, { message: "Broken, too" });
});

Deno.test("a bug ends all questions", async () => {
  const [one, other] = [new Person(), new Person()];
  const answer = firstOf(one, other).askCode(QUESTION);
  other.fail(new TypeError("Bug"));
  await assert.rejects(answer, TypeError);
  assert.ok(one.reason instanceof Error);
});

Deno.test("a terminal in another job's hands does not count, unless nobody else answers", async () => {
  for (const isAnswered of [true, false]) {
    const [terminal, person] = [new Person(), new Person()];
    const answer = firstOf(terminal, person).askCode(QUESTION);
    terminal.fail(new SuspendedQuestion("background", new WevError("In the background")));
    await terminal.asked.promise;
    if (isAnswered) person.answer("123456");
    else person.fail(new WevError("Broken"));
    if (isAnswered) assert.equal(await answer, "123456");
    else await assert.rejects(answer, { name: "SuspendedQuestion", how: "background" });
    assert.deepEqual(failures, []);
  }
});

Deno.test("a stop of the job withdraws all questions", async () => {
  const [terminal, person] = [new Person(), new Person()];
  const answer = firstOf(terminal, person).askCode(QUESTION);
  terminal.fail(new SuspendedQuestion("group", new WevError("")));
  await assert.rejects(answer, { name: "SuspendedQuestion", how: "group" });
  assert.ok(person.reason instanceof Error);
});

Deno.test("a signal withdraws all questions", async () => {
  const reason = new Error("Over");
  const people = [new Person(), new Person()] as const;
  const abort = new AbortController();
  const answer = firstOf(...people).askCode(QUESTION, abort.signal);
  await people[0].asked.promise;
  abort.abort(reason);
  await assert.rejects(answer, reason);
  assert.deepEqual(people.map((person) => person.reason), [reason, reason]);
});

Deno.test("a choice is asked for once, whoever made it", async () => {
  const person = new Person();
  const prompt = firstOf(terminalOf(undefined), person);
  person.answer("two");
  assert.equal(await prompt.choose(CHOICE), "two");
  assert.equal(await prompt.choose({ ...CHOICE, choices: ["two", "three"] }), "two");
});
