import assert from "node:assert/strict";
import { describeFailure } from "../../src/cli/failure.ts";
import { failureLine } from "../../src/cli/failure_line.ts";
import { CancelledError, ConfigError, WevError } from "../../src/errors.ts";
import { readFailure } from "../support/failure_line.ts";

Deno.test("describeFailure() returns the message and the remedy", async () => {
  assert.deepEqual(
    await describeFailure(new WevError("It failed", { hint: "Do this.", exitStatus: 1 })),
    {
      message: "It failed",
      advice: "Do this.",
      exitStatus: 1,
      data: { kind: "config", inputs: undefined, next: undefined },
    },
  );
});

Deno.test("describeFailure() cuts a very long message", async () => {
  const huge = ":".repeat(250_000);
  const error = new WevError(`FILE:1:1: ${huge}`, { hint: `Write this:\n  ${huge}` });
  const { message, advice } = await describeFailure(error);
  assert.match(advice!, /^Write this:\n {2}:+…$/);
  assert.match(message, /^FILE:1:1: :+…$/);
  assert.equal(message.length, 2_001);
});

Deno.test("describeFailure() adds the closest known word", async () => {
  const suggest = { word: "durration", known: ["duration", "mfa_device"] };
  const { advice } = await describeFailure(new WevError("No", { suggest, hint: "There are two." }));
  assert.equal(advice, 'Did you mean "duration"?\nThere are two.');
  const far = { word: "region", known: ["duration", "mfa_device"] };
  assert.equal((await describeFailure(new WevError("No", { suggest: far }))).advice, undefined);
});

Deno.test("describeFailure() starts with the location of a mistake in a file", async () => {
  const location = { file: "/wev.yml", line: 3, column: 5 };
  const { message, exitStatus } = await describeFailure(new ConfigError(location, "No"));
  assert.equal(message, "/wev.yml:3:5: No");
  assert.equal(exitStatus, 125);
});

Deno.test("describeFailure() exits with 130 after Ctrl-C", async () => {
  const error = new CancelledError("No code was given", { exitStatus: 130 });
  assert.equal((await describeFailure(error)).exitStatus, 130);
});

Deno.test("describeFailure() shows the location of a bug, but not its message", async () => {
  const error = new TypeError("planted-secret\n    at planted-secret (second line)", {
    cause: new Error("planted-secret"),
  });
  const { message, advice = "", exitStatus } = await describeFailure(error);
  assert.equal(message, "wev failed because of a bug (TypeError)");
  assert.match(advice, /^Please report the bug with these lines:\nat .*failure_test\.ts:\d+/);
  assert.doesNotMatch(message + advice, /planted-secret/);
  assert.equal(exitStatus, 125);
});

Deno.test("describeFailure() describes a thrown value that is not an Error", async () => {
  const { message, advice } = await describeFailure("planted-secret");
  assert.equal(message, "wev failed because of a bug (string)");
  assert.equal(advice, "Please report the bug with these lines:");
});

Deno.test("failureLine() has what is known of a failure, and nothing else", async () => {
  const line = async (error: unknown) => {
    const text = failureLine(await describeFailure(error));
    assert.equal(text.at(-1), "\n");
    return readFailure(text.slice(0, -1));
  };
  const start = { wev: 1, status: "error" };
  assert.deepEqual(await line(new WevError("No")), { ...start, kind: "config", message: "No" });
  // A node of a file is a place too, and knows more than that.
  const location = { file: '/a"b', line: 3, column: 5, text: "planted-secret" };
  assert.deepEqual(
    await line(
      new ConfigError(location, "No", {
        kind: "auth",
        hint: "One\nTwo\x1b",
        inputs: [{ kind: "code", device: "\x07 \u2028\ud800" }],
        next: ["wev --login"],
        cause: new Error("planted-secret"),
      }),
    ),
    {
      ...start,
      kind: "auth",
      message: '/a"b:3:5: No',
      hint: "One\nTwo\\x1b",
      location: { file: '/a"b', line: 3, column: 5 },
      inputs: [{ kind: "code", device: "\x07 \u2028\ud800" }],
      next: ["wev --login"],
    },
  );
  assert.equal((await line(new CancelledError("No"))).kind, "denied");
  const bug = await line(new TypeError("planted-secret"));
  assert.equal(bug.kind, "internal");
  assert.doesNotMatch(JSON.stringify(bug), /planted-secret/);
});
