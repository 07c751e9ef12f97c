import assert from "node:assert/strict";
import { CancelledError } from "../../src/errors.ts";
import {
  shorten,
  SuspendedQuestion,
  TerminalPrompt,
  type TypedCode,
  typeKey,
} from "../../src/questions/prompt.ts";
import { EndedError, SuspendedError } from "../../src/runtime.ts";
import { FakeTerminal } from "../support/fake_runtime.ts";
import { screenOf } from "../support/screen.ts";

const QUESTION: TypedCode = {
  device: "arn:aws:iam::123456789012:mfa/ann",
  title: "Title",
  label: "Token:",
  check: (answer) => /^\d{6}$/.test(answer) ? undefined : "Six digits, please.",
  withoutTerminal: "Run it in a terminal.",
};

async function ask(...typed: string[]): Promise<[answer: string, terminal: FakeTerminal]> {
  const terminal = new FakeTerminal(typed);
  const prompt = new TerminalPrompt(() => Promise.resolve(terminal));
  return [await prompt.askCode(QUESTION), terminal];
}

async function cancel(
  ...typed: string[]
): Promise<[error: CancelledError, terminal: FakeTerminal]> {
  const terminal = new FakeTerminal(typed);
  const prompt = new TerminalPrompt(() => Promise.resolve(terminal));
  try {
    await prompt.askCode(QUESTION);
  } catch (error) {
    assert.ok(error instanceof CancelledError);
    return [error, terminal];
  }
  throw new assert.AssertionError({ message: "The question was answered" });
}

const KEYS: Record<string, readonly [typed: string, key: string, text: string, end?: string]> = {
  "adds a digit": ["12", "3", "123"],
  "adds any other character": ["1", "é", "1é"],
  "ends with Enter": ["12", "\r", "12", "answer"],
  "ends with a line feed": ["12", "\n", "12", "answer"],
  "gives up with Ctrl-C": ["12", "\x03", "12", "interrupt"],
  "gives up with Ctrl-backslash": ["12", "\x1c", "12", "interrupt"],
  "ends the input with Ctrl-D at the start": ["", "\x04", "", "input"],
  "ignores Ctrl-D after the start": ["1", "\x04", "1"],
  "takes the last away with Backspace": ["12", "\x7f", "1"],
  "takes the last away with Ctrl-H": ["12", "\b", "1"],
  "takes nothing away at the start": ["", "\x7f", ""],
  "takes all away with Ctrl-U": ["12", "\x15", ""],
  "takes all away with Ctrl-W": ["12", "\x17", ""],
  "ignores a tab": ["12", "\t", "12"],
  "ignores Ctrl-Z": ["12", "\x1a", "12"],
};

for (const [what, [typed, key, text, end]] of Object.entries(KEYS)) {
  Deno.test(`typeKey() ${what}`, () => {
    const expected = end === undefined ? { text } : { text, end };
    assert.deepEqual(typeKey(typed, key), expected);
  });
}

Deno.test("askCode() shows the question and a star for each digit, and no digit", async () => {
  const [answer, { shown }] = await ask("1", "2", "3", "4", "5", "6", "\r");
  assert.equal(answer, "123456");
  assert.equal(shown, "Title\r\nToken: ******\r\n");
});

Deno.test("askCode() accepts a code that is pasted with Enter", async () => {
  const [answer, { shown }] = await ask("123456\r");
  assert.equal(answer, "123456");
  assert.equal(shown, "Title\r\nToken: ******\r\n");
});

Deno.test("askCode() accepts a bracketed paste", async () => {
  assert.equal((await ask("\x1b[200~123456\x1b[201~", "\r"))[0], "123456");
});

Deno.test("askCode() trims spaces", async () => {
  assert.equal((await ask("  123456 \r"))[0], "123456");
});

Deno.test("askCode() removes a star with Backspace", async () => {
  const [answer, { shown }] = await ask("129", "\x7f", "3456", "\r");
  assert.equal(answer, "123456");
  assert.ok(shown.includes("***\b \b****"));
});

Deno.test("askCode() ignores arrow keys", async () => {
  assert.equal((await ask("12\x1b[D", "34\x1bOP56", "\r"))[0], "123456");
});

Deno.test("askCode() ignores an arrow key that arrives in two parts", async () => {
  assert.equal((await ask("123\x1b", "[D456\r"))[0], "123456");
});

Deno.test("askCode() ignores Alt with an arrow key, and the function keys of a console", async () => {
  assert.equal((await ask("12\x1b\x1b[D", "34\x1b[[A56", "\r"))[0], "123456");
});

Deno.test("askCode() accepts the digits and Enter of a keypad in application mode", async () => {
  const press = (keys: string) => [...keys].map((key) => `\x1bO${key}`);
  assert.equal((await ask(...press("pqrstuM")))[0], "012345");
  assert.equal((await ask(...press("tuvwxyM")))[0], "456789");
});

Deno.test("askCode() shows one star for each character, even one of several code units", async () => {
  const [answer, { shown }] = await ask("𝟙", "\x7f", "123456\r");
  assert.equal(answer, "123456");
  assert.equal(shown, "Title\r\nToken: *\b \b******\r\n");
});

/** Asks on a terminal of 20 columns. A typed "" means output of another process. */
async function askBesideOthers(
  typed: readonly string[],
  { width = 20, noticesOthers = true }: { width?: number | undefined; noticesOthers?: boolean } =
    {},
): Promise<string> {
  const terminal = new FakeTerminal(typed, width, noticesOthers);
  await new TerminalPrompt(() => Promise.resolve(terminal)).askCode(QUESTION);
  return terminal.shown;
}

Deno.test("askCode() starts a new row after other output, and shows the typed stars", async () => {
  const blanks = " ".repeat(20);
  assert.equal(
    await askBesideOthers(["", "12", "", "3456\r"]),
    `Title\r\nToken: ${blanks}\rToken: **${blanks}\rToken: ******\r\n`,
  );
});

Deno.test("askCode() starts a new row after other output on a terminal of unknown width", async () => {
  const terminal = new FakeTerminal(["12", "", "3456\r"]);
  await new TerminalPrompt(() => Promise.resolve(terminal)).askCode(QUESTION);
  assert.equal(terminal.shown, "Title\r\nToken: **\r\nToken: ******\r\n");
});

Deno.test("askCode() redraws its row at each key if it can't notice other output", async () => {
  assert.equal(
    await askBesideOthers(["12\x7f23456\r"], { noticesOthers: false }),
    "Title\r\nToken: " +
      [1, 2, 1, 2, 3, 4, 5, 6].map((stars) => `\r\x1b[KToken: ${"*".repeat(stars)}`).join("") +
      "\r\n",
  );
});

Deno.test("askCode() does not redraw a row that is wider than the terminal", async () => {
  assert.equal(
    await askBesideOthers(["123456\r"], { width: 10, noticesOthers: false }),
    "Title\r\nToken: \r\x1b[KToken: *\r\x1b[KToken: ******\r\n",
  );
});

Deno.test("choose() redraws the list after other output", async () => {
  const terminal = new FakeTerminal(["\x1b[B", "", "\x1bOr"], 10);
  const choice = await new TerminalPrompt(() => Promise.resolve(terminal)).choose({
    title: "Which?",
    choices: ["one", "two"],
    unavailable: { message: "No terminal", hint: "" },
  });
  assert.equal(choice, "two");
  const rows = screenOf(terminal.shown, 10);
  assert.deepEqual(rows.slice(-3), ["  1. one", "> 2. two", ""]);
  assert.equal(rows.filter((row) => row === "> 2. two").length, 2);
});

Deno.test("askCode() asks again until the answer is valid", async () => {
  const [answer, { shown }] = await ask("12345\r", "abc\r", "\r", "123456\r");
  assert.equal(answer, "123456");
  assert.equal(shown.split("Six digits, please.\r\nToken: ").length, 4);
});

Deno.test("askCode() keeps typed-ahead input for the next question", async () => {
  assert.equal((await ask("1\r123456\r"))[0], "123456");
});

Deno.test("askCode() restores the terminal after the answer", async () => {
  const [, terminal] = await ask("123456\r");
  assert.deepEqual([terminal.raw, terminal.closed], [false, 1]);
});

for (
  const [what, typed, status] of [
    ["Ctrl-C", ["12\x03"], 130],
    ["Ctrl-D", ["\x04"], 125],
    ["the end of the input", ["12"], 125],
  ] as const
) {
  Deno.test(`askCode() restores the terminal and cancels at ${what}`, async () => {
    const [error, terminal] = await cancel(...typed);
    assert.equal(error.exitStatus, status);
    assert.deepEqual([terminal.raw, terminal.closed], [false, 1]);
    assert.ok(terminal.shown.endsWith("\r\n"));
  });
}

Deno.test("askCode() accepts the digits of a keypad in application mode", async () => {
  assert.equal((await ask("\x1bOq\x1bOr\x1bOs456", "\x1bOM"))[0], "123456");
});

const DEVICES = ["ann", "bob"].map((name) =>
  `arn:aws:iam::123456789012:mfa/${name}-${"x".repeat(60)}-${name}`
);

async function choose(
  width: number | undefined,
  ...typed: string[]
): Promise<[string, FakeTerminal]> {
  const terminal = new FakeTerminal(typed, width);
  const prompt = new TerminalPrompt(() => Promise.resolve(terminal));
  const unavailable = { message: "There is no terminal", hint: "Name one." };
  return [await prompt.choose({ title: "Which?", choices: DEVICES, unavailable }), terminal];
}

for (const width of [undefined, 200, 80, 40, 20]) {
  Deno.test(`choose() draws each choice in one row of ${width ?? "unknown"} columns`, async () => {
    const [answer, { shown }] = await choose(width, "\x1b[B", "\r");
    assert.equal(answer, DEVICES[1]);
    // deno-lint-ignore no-control-regex
    const rows = shown.replaceAll(/\x1b\[\??\d*[A-Za-z]/g, "").split("\r\n").slice(2, -1);
    assert.equal(rows.length, 4);
    assert.ok(rows.every((row) => row.trimStart().length <= (width ?? 80)), shown);
    assert.ok(rows.every((row, at) => row.endsWith(at % 2 === 0 ? "-ann" : "-bob")), shown);
    assert.ok(shown.split("\x1b[2A").length === 2, shown);
  });
}

Deno.test("choose() shows its keys", async () => {
  const [, { shown }] = await choose(80, "2");
  assert.match(
    shown,
    /^Which\?\r\nPress a number, or the arrow keys and Enter\. Ctrl-C cancels\.\r\n/,
  );
});

Deno.test("shorten() keeps both ends", () => {
  const arn = "> 1. arn:aws:iam::123456789012:mfa/somebody";
  assert.equal(shorten(arn, arn.length), arn);
  assert.equal(shorten(arn, 30), "> 1. arn:…6789012:mfa/somebody");
  for (const width of [1, 2, 3, 10, 30]) assert.equal(shorten(arn, width).length, width);
});

Deno.test("askCode() throws an error with the remedy if there is no terminal", async () => {
  const prompt = new TerminalPrompt(() => Promise.resolve(undefined));
  await assert.rejects(prompt.askCode(QUESTION), {
    message: "Cannot ask for the code: there is no terminal",
    hint: "Run it in a terminal.",
    exitStatus: 125,
    kind: "input-needed",
    inputs: [{ kind: "code", device: QUESTION.device }],
  });
});

Deno.test("a question says that another program uses the terminal, and what to do", async () => {
  const prompt = new TerminalPrompt(() => Promise.resolve("in use"));
  await assert.rejects(prompt.askCode(QUESTION), {
    message: "Cannot ask for the code: another program uses the terminal",
    hint: "Run it in a terminal.",
    exitStatus: 125,
  });
  const unavailable = { message: "There are 2", hint: "Name one." };
  await assert.rejects(prompt.choose({ title: "Which?", choices: ["a", "b"], unavailable }), {
    message: "There are 2. Cannot ask which one: another program uses the terminal",
    hint: "Name one.",
  });
});

/** A terminal whose first read fails. */
class FailingTerminal extends FakeTerminal {
  constructor(private failure: Error | undefined, typed: readonly string[]) {
    super(typed);
  }

  override read(): Promise<Uint8Array | undefined> {
    const { failure } = this;
    this.failure = undefined;
    return failure === undefined ? super.read() : Promise.reject(failure);
  }
}

Deno.test("askCode() asks again at once when the process was stopped without notice", async () => {
  const terminal = new FailingTerminal(new SuspendedError("continued"), ["123456\r"]);
  const prompt = new TerminalPrompt(() => Promise.resolve(terminal));
  assert.equal(await prompt.askCode(QUESTION), "123456");
  assert.equal(terminal.shown.split("Token: ").length, 3);
});

Deno.test("a suspended question restores the terminal, and echo stays off until it is asked again", async () => {
  const terminal = new FailingTerminal(new SuspendedError("group"), ["123456\r"]);
  const prompt = new TerminalPrompt(() => Promise.resolve(terminal));
  await assert.rejects(prompt.askCode(QUESTION), (error) => {
    assert.ok(error instanceof SuspendedQuestion);
    assert.equal(error.how, "group");
    assert.equal(error.refusal.hint, "Run it in a terminal.");
    return true;
  });
  assert.deepEqual([terminal.mode, terminal.closed], ["original", 0]);
  prompt.resume();
  assert.equal(terminal.mode, "silent");
  assert.equal(await prompt.askCode(QUESTION), "123456");
  assert.deepEqual([terminal.mode, terminal.closed], ["original", 1]);
  prompt.close();
  assert.equal(terminal.closed, 1);
});

Deno.test("askCode() exits with 128 + N after signal N", async () => {
  const terminal = new FailingTerminal(new EndedError(15), []);
  const prompt = new TerminalPrompt(() => Promise.resolve(terminal));
  await assert.rejects(prompt.askCode(QUESTION), {
    exitStatus: 143,
    shared: false,
    // Nobody refused.
    kind: "input-needed",
  });
});
