import assert from "node:assert/strict";
import {
  readAnswerMessage,
  readRunMessage,
  type RunMessage,
  toLine,
} from "../../src/questions/messages.ts";

const RUN = {
  process: 1,
  command: ["make", "a b\n"],
  directory: "/home/ann",
  since: 1_700_000_000_000,
  startedBy: { process: 2, name: "code" },
};
const QUESTION = {
  id: 1,
  kind: "code",
  title: "Title",
  label: "Token:",
  device: "D1",
  isAskedThere: false,
} as const;

const SAID: readonly RunMessage[] = [
  { kind: "stage", run: RUN, stage: { kind: "asking", question: QUESTION } },
  {
    kind: "stage",
    run: { ...RUN, startedBy: undefined },
    stage: { kind: "behind", process: 3, isForSame: true },
  },
  { kind: "stage", run: RUN, stage: { kind: "busy" } },
  { kind: "stage", run: RUN, stage: { kind: "ended", failure: "It failed" } },
  { kind: "refused", id: 1, problem: "A code has six digits." },
  { kind: "taken", id: 1 },
];

Deno.test("what a run says is read as it was written, in one line", () => {
  for (const message of SAID) {
    const line = toLine(message);
    assert.doesNotMatch(line, /\n/);
    assert.deepEqual(readRunMessage(line), JSON.parse(JSON.stringify(message)));
  }
});

Deno.test("an answer is read as it was written", () => {
  for (
    const message of [
      { kind: "answer", id: 1, text: "123456" },
      { kind: "deny" },
      { kind: "yield" },
    ] as const
  ) {
    assert.deepEqual(readAnswerMessage(toLine(message)), message);
  }
});

Deno.test("messages of another version, and those that make no sense, are not read", () => {
  const asking = (question: unknown) => ({
    wev: 1,
    kind: "stage",
    run: RUN,
    stage: { kind: "asking", question },
  });
  const wrong = [
    null,
    [],
    { kind: "taken", id: 1 },
    { wev: 2, kind: "taken", id: 1 },
    { wev: 1, kind: "taken", id: "1" },
    { wev: 1, kind: "refused", id: 1 },
    { wev: 1, kind: "answer", id: 1, text: 123456 },
    { wev: 1, kind: "sing" },
    { wev: 1, kind: "stage", run: RUN, stage: { kind: "asleep" } },
    { wev: 1, kind: "stage", run: RUN, stage: { kind: "behind" } },
    { wev: 1, kind: "stage", run: { ...RUN, command: "make" }, stage: { kind: "busy" } },
    { wev: 1, kind: "stage", run: { ...RUN, startedBy: {} }, stage: { kind: "busy" } },
    asking(undefined),
    asking({ ...QUESTION, device: 1 }),
    asking({ ...QUESTION, label: undefined }),
    asking({ ...QUESTION, kind: "choice", choices: [1] }),
  ];
  for (const line of ["", "{", ...wrong.map((data) => JSON.stringify(data))]) {
    assert.equal(readRunMessage(line), undefined, line);
    assert.equal(readAnswerMessage(line), undefined, line);
  }
});
