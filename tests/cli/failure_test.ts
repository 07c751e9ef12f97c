import assert from "node:assert/strict";
import { describeFailure } from "../../src/cli/failure.ts";
import { CancelledError, ConfigError, WevError } from "../../src/errors.ts";

Deno.test("describeFailure() returns the message and the remedy", async () => {
  assert.deepEqual(
    await describeFailure(new WevError("It failed", { hint: "Do this.", exitStatus: 1 })),
    {
      message: "It failed",
      advice: "Do this.",
      exitStatus: 1,
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
