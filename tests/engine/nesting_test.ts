import assert from "node:assert/strict";
import { nestingNote, NOTE, outerEnvironment } from "../../src/engine/nesting.ts";
import type { Step } from "../../src/plan/plan.ts";
import type { Environment } from "../../src/runtime.ts";
import { after } from "../support/cached_session.ts";
import { STEP } from "../support/command_environment.ts";

type Variables = Readonly<Record<string, string>>;

/** The changes of a run: `undefined` removes a variable. */
interface Run {
  readonly changes: Readonly<Record<string, string | undefined>>;
  readonly steps?: readonly Partial<Step>[];
  readonly defaults?: readonly string[];
  readonly expiresAt?: Date;
}

function environmentOf(variables: Variables): Environment {
  return { get: (name) => variables[name] };
}

/** Returns the environment of a command of `run`, with the note. */
function commandOf(
  variables: Variables,
  { changes, steps = [{}], defaults = [], expiresAt }: Run,
): Record<string, string> {
  const entries = Object.entries(changes);
  const set = new Map(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const unset = entries.filter(([, value]) => value === undefined).map(([name]) => name);
  const resolved = steps.map((step) => ({
    step: { ...STEP, unset: [], reads: ["READ"], readsSecret: ["SECRET"], names: [], ...step },
    expiresAt,
  }));
  const environment = environmentOf(variables);
  const outer = outerEnvironment(environment);
  const note = nestingNote({ environment, outer }, resolved, { set, unset, defaults });
  const left = Object.entries(variables).filter(([name]) => name !== NOTE && !unset.includes(name));
  return Object.fromEntries([...left, ...set, ...(note === undefined ? [] : [[NOTE, note]])]);
}

/** Returns the outer environment for a wev that such a command starts. */
function seenWithin(variables: Variables) {
  const { get, lost, defaults } = outerEnvironment(environmentOf(variables));
  return { read: get("READ"), secret: get("SECRET"), lost, defaults };
}

Deno.test("outerEnvironment() is the environment itself without an outer wev", () => {
  const seen = seenWithin({ READ: "a", SECRET: "s" });
  assert.deepEqual(seen, { read: "a", secret: "s", lost: [], defaults: [] });
});

Deno.test("nestingNote() returns undefined if no variable that is read changes", () => {
  assert.deepEqual(commandOf({ READ: "a" }, { changes: { OTHER: "x" } }), {
    READ: "a",
    OTHER: "x",
  });
  assert.deepEqual(commandOf({ READ: "a" }, { changes: { READ: "a" } }), { READ: "a" });
});

for (
  const [what, variables, changes] of [
    ["replaced", { READ: "outer" }, { READ: "new" }],
    ["removed", { READ: "outer" }, { READ: undefined }],
    ["set", {}, { READ: "new" }],
    ["replaced by an empty text", { READ: "outer" }, { READ: "" }],
    ["empty before", { READ: "" }, { READ: "new" }],
  ] as const
) {
  Deno.test(`outerEnvironment() knows a variable that was ${what}`, () => {
    const outer: Variables = variables;
    const command = commandOf(outer, { changes });
    assert.equal(command["READ"], (changes as Run["changes"])["READ"]);
    assert.equal(seenWithin(command).read, outer["READ"]);
  });
}

for (
  const [what, made, now] of [
    ["replaced", "new", "other"],
    ["removed", "new", undefined],
    ["set again", undefined, "other"],
    ["changed at its end", `${"x".repeat(40)}a`, `${"x".repeat(40)}b`],
    ["changed in what is summed", `aa${"x".repeat(31)}`, `ab${"x".repeat(31)}`],
    ["cut at its start", "x".repeat(41), "x".repeat(40)],
    ["changed to one of the same letters", "ab", "ba"],
  ] as const
) {
  Deno.test(`outerEnvironment() takes a variable that was ${what} since as it is`, () => {
    const { READ: _, ...command } = commandOf({ READ: "outer" }, { changes: { READ: made } });
    const since = now === undefined ? command : { ...command, READ: now };
    assert.equal(seenWithin(since).read, now);
  });
}

Deno.test("nestingNote() contains no secret, only the expiry of its replacement", () => {
  const command = commandOf({ SECRET: "planted" }, {
    changes: { SECRET: "session" },
    steps: [{ names: ["OTHER"] }, { names: ["SECRET"] }],
    expiresAt: after(1.5),
  });
  assert.doesNotMatch(command[NOTE]!, /planted|session/);
  const { secret, lost } = seenWithin(command);
  const until = Math.floor(after(1).getTime() / 1000);
  assert.deepEqual({ secret, lost }, { secret: undefined, lost: [{ name: "SECRET", until }] });
});

Deno.test("nestingNote() has no expiry if the values do not expire", () => {
  const steps = [{ names: ["SECRET"] }];
  const command = commandOf({ SECRET: "planted" }, { changes: { SECRET: "session" }, steps });
  assert.deepEqual(seenWithin(command).lost, [{ name: "SECRET", until: undefined }]);
});

Deno.test("nestingNote() marks no secret as lost that was not set", () => {
  const command = commandOf({}, { changes: { SECRET: "session" } });
  assert.deepEqual(seenWithin(command), {
    read: undefined,
    secret: undefined,
    lost: [],
    defaults: [],
  });
});

Deno.test("nestingNote() keeps the values of the outermost environment, at any depth", () => {
  const first = commandOf({ READ: "outer", SECRET: "s" }, { changes: { READ: "1", SECRET: "1" } });
  const second = commandOf(first, { changes: { READ: "2", SECRET: "2" } });
  const third = commandOf(second, { changes: { OTHER: "3" } });
  for (const command of [second, third]) {
    const { read, lost } = seenWithin(command);
    assert.deepEqual([read, lost.map(({ name }) => name)], ["outer", ["SECRET"]]);
  }
});

Deno.test("nestingNote() notes a default even if no plugin reads it", () => {
  const run = { changes: { REGION: "here" }, steps: [], defaults: ["REGION"] };
  const command = commandOf({}, run);
  assert.deepEqual(seenWithin(command).defaults, ["REGION"]);
  assert.deepEqual(seenWithin({ ...command, REGION: "there" }).defaults, []);
  // It is no longer a default if an inner wev sets it because of its configuration.
  for (const REGION of ["configured", "here"]) {
    const configured = commandOf(command, { changes: { REGION }, steps: [] });
    assert.deepEqual(seenWithin(configured).defaults, []);
    assert.equal(outerEnvironment(environmentOf(configured)).get("REGION"), undefined);
  }
});

const FINE = { name: "READ", was: "outer", sum: null };

for (
  const [what, note] of [
    ["no JSON", "{"],
    ["no list", "{}"],
    ["a list of other things", '[1, null, "READ", []]'],
    ["a name that is no text", JSON.stringify([{ ...FINE, name: 1 }])],
    ["a value that is no text", JSON.stringify([{ ...FINE, was: false }])],
    ["a sum that is no number", JSON.stringify([{ ...FINE, sum: "0" }])],
    ["an end that is no number", JSON.stringify([{ ...FINE, until: "soon" }])],
    ["a default that is neither yes nor no", JSON.stringify([{ ...FINE, isDefault: 1 }])],
  ]
) {
  Deno.test(`outerEnvironment() ignores a note with ${what}`, () => {
    assert.equal(seenWithin({ [NOTE]: note! }).read, undefined);
    const command = commandOf({ [NOTE]: note!, READ: "a" }, { changes: { READ: "b" } });
    assert.equal(seenWithin(command).read, "a");
  });
}

Deno.test("outerEnvironment() uses the valid changes of a note", () => {
  const note = JSON.stringify([null, { name: "X" }, { ...FINE, until: 1, isDefault: false }]);
  assert.equal(seenWithin({ [NOTE]: note }).read, "outer");
});
