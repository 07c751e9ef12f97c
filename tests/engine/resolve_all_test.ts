import assert from "node:assert/strict";
import { LockDirectory } from "../../src/cache/lock.ts";
import { Lockout } from "../../src/cache/lockout.ts";
import { noSealer } from "../../src/cache/store.ts";
import { UsedCodes } from "../../src/questions/used_codes.ts";
import { CacheStore } from "../../src/cache/store.ts";
import { CancelledError, WevError } from "../../src/errors.ts";
import type { Step } from "../../src/plan/plan.ts";
import type { Plugin } from "../../src/plugin/handler.ts";
import type { Resolution, ResolveContext } from "../../src/plugin/context.ts";
import { keptOr } from "../../src/plugin/keep.ts";
import type { CodeQuestion } from "../../src/plugin/questions.ts";
import { resolveAll } from "../../src/engine/resolve_all.ts";
import { plainRequest } from "../../src/engine/resolve.ts";
import type { Request } from "../../src/engine/resolved.ts";
import { Times } from "../../src/times.ts";
import { after, NOW } from "../support/cached_session.ts";
import { FakeFiles, utc } from "../support/fake_runtime.ts";
import { Spoken } from "../support/spoken.ts";

const CACHE = "/home/ann/.cache/wev";
const QUESTION: CodeQuestion = {
  kind: "code",
  device: "phone",
  service: "AWS",
  title: "",
  label: "",
  help: "",
};

/** The actions of a plugin, by its `what` option. */
type Behaviour = (context: ResolveContext) => Promise<Resolution>;

/** A step whose plugin does the action `what`. */
function step(what: string, more: Partial<Step> = {}): Step {
  return {
    names: [`${what.toUpperCase()}`],
    location: { file: "/home/ann/wev.yml", line: 1, column: 1 },
    plugin: "fake",
    version: "1.0.0",
    reads: [],
    readsSecret: [],
    consumes: [],
    options: { what },
    unset: [],
    ...more,
  };
}

/** Runs of wev that share files, and a plugin that counts. */
class Runs {
  readonly files = new FakeFiles({}, "linux");
  readonly said = new Spoken();
  /** The resolved steps, in order. */
  readonly resolved: string[] = [];
  /** The number of answered questions. */
  answers = 0;
  now: Date = NOW;
  readonly #behaviours: Readonly<Record<string, Behaviour>>;

  constructor(behaviours: Readonly<Record<string, Behaviour>>) {
    this.#behaviours = behaviours;
  }

  /** Resolves `steps` in a run of its own, and returns their values. */
  async run(
    steps: readonly Step[],
    asked: Partial<Request> = {},
    startedAt: Date = this.now,
  ): Promise<readonly (string | undefined)[][]> {
    const request = { ...plainRequest(startedAt), ...asked };
    const { files, said: logger } = this;
    const clock = { now: () => this.now };
    const system = "linux";
    const owner = { files, system, user: 1000, home: undefined } as const;
    const locks = new LockDirectory({
      ...owner,
      cacheDirectory: CACHE,
      process: 1,
      startedAt,
      clock,
      logger,
    });
    const cache = { ...owner, logger, sealer: noSealer(logger) };
    const resolved = await resolveAll(steps, {
      registry: new Map([["fake", () => Promise.resolve(this.#plugin())]]),
      environment: { get: () => undefined },
      system,
      home: "/home/ann",
      process: 1,
      clock,
      times: new Times(utc, clock),
      files,
      store: new CacheStore({ ...cache, directory: CACHE }),
      remembered: new CacheStore({ ...cache, directory: `${CACHE}/facts` }),
      usedCodes: new UsedCodes({ ...owner, directory: CACHE, locks, clock, logger }),
      createFetch: () => () => Promise.reject(new Error("Nothing is to be sent")),
      isOfHome: () => true,
      capture: () => Promise.reject(new Error("Nothing is to be run")),
      locks,
      lockout: new Lockout({ ...owner, cacheDirectory: CACHE, locks, clock, logger }),
      request,
      prompt: {
        askCode: () => Promise.resolve(`${++this.answers}`),
        choose: ({ choices }) => Promise.resolve(choices[0]!),
      },
      logger,
      notify() {},
      tell: () => Promise.resolve(),
      hasTerminal: () => Promise.resolve(true),
    });
    return resolved.map(({ values }) => values.map(({ text }) => text));
  }

  #plugin(): Plugin {
    return {
      manifest: { id: "fake", version: "1.0.0", options: {} },
      explain: () => [],
      resolve: async (options, context) => {
        const { what } = options as { what: string };
        this.resolved.push(what);
        return await this.#behaviours[what]!(context);
      },
    };
  }
}

const good = (life = 3600): Behaviour => async ({ question, now }) => {
  const code = await question(QUESTION);
  return { values: [code], expiresAt: new Date(now().getTime() + life * 1000) };
};

const bad = (error: Error): Behaviour => async ({ question }) => {
  await question(QUESTION);
  throw error;
};

const GAVE_UP = new CancelledError("No code was given", { exitStatus: 130 });

Deno.test("resolveAll() asks once for the steps with one key, and in order", async () => {
  const runs = new Runs({ a: good(), b: good() });
  const [first, second, third] = await runs.run([step("a"), step("b"), step("a")]);
  assert.deepEqual(runs.resolved.toSorted(), ["a", "b"]);
  assert.deepEqual(first, third);
  assert.notDeepEqual(first, second);
});

Deno.test("resolveAll() takes no lock and writes nothing for cached values", async () => {
  const runs = new Runs({ a: good() });
  await runs.run([step("a")]);
  const { locks, changes } = runs.files;
  assert.deepEqual((await runs.run([step("a")]))[0], ["1"]);
  assert.deepEqual([runs.files.locks, runs.files.changes], [locks, changes]);
});

Deno.test("resolveAll() resolves once for concurrent runs", async () => {
  const runs = new Runs({ a: good() });
  const all = await Promise.all([1, 2, 3].map(() => runs.run([step("a")])));
  assert.deepEqual(all.map(([one]) => one), [["1"], ["1"], ["1"]]);
  assert.deepEqual(runs.resolved, ["a"]);
});

Deno.test("resolveAll() resolves once for concurrent runs that refresh", async () => {
  const runs = new Runs({ a: good() });
  await runs.run([step("a")]);
  runs.now = after(10);
  await Promise.all([1, 2, 3].map(() => runs.run([step("a")], { refresh: true, at: after(5) })));
  assert.equal(runs.answers, 2);
});

Deno.test("resolveAll() shares a failure with the runs that waited, not with later ones", async () => {
  const runs = new Runs({ a: bad(GAVE_UP) });
  const all = await Promise.allSettled([1, 2, 3].map(() => runs.run([step("a")])));
  const kinds = all.map((end) => end.status === "rejected" && end.reason.name);
  // Any of them may ask.
  assert.deepEqual(kinds.sort(), ["CancelledError", "SharedFailure", "SharedFailure"]);
  assert.equal(runs.answers, 1);
  runs.now = after(1);
  await assert.rejects(runs.run([step("a")]), CancelledError);
});

Deno.test("resolveAll() shares no failure that concerns only one run", async () => {
  const runs = new Runs({ a: bad(new WevError("There is no terminal", { shared: false })) });
  await Promise.allSettled([1, 2, 3].map(() => runs.run([step("a")])));
  assert.equal(runs.answers, 3);
});

Deno.test("resolveAll() shares no failure of another question", async () => {
  const runs = new Runs({ a: bad(GAVE_UP), b: good() });
  const [both, other] = await Promise.allSettled([
    runs.run([step("a"), step("b")]),
    runs.run([step("b")]),
  ]);
  assert.equal(both.status, "rejected");
  assert.equal(other.status, "fulfilled");
});

Deno.test("resolveAll() shares a failure only with runs that wait for the same value", async () => {
  const runs = new Runs({ a: bad(GAVE_UP), b: good(), c: good() });
  const ends = await Promise.allSettled([
    runs.run([step("a")]),
    // Waits for a, holding b or c or nothing.
    runs.run([step("a"), step("b"), step("c")]),
    runs.run([step("b")]),
    runs.run([step("c")]),
  ]);
  assert.deepEqual(ends.map(({ status }) => status), [
    "rejected",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
});

Deno.test("resolveAll() caches values that were resolved before another variable failed", async () => {
  const runs = new Runs({ a: good(), b: bad(GAVE_UP) });
  await assert.rejects(runs.run([step("a"), step("b")]), GAVE_UP);
  assert.deepEqual((await runs.run([step("a")]))[0], ["1"]);
});

/** Locks wev. */
function lock(runs: Runs): void {
  runs.files.content.set(`${CACHE}/lockout.json`, "{}");
}

/** Needs no code. */
const codeless: Behaviour = ({ now }) =>
  Promise.resolve({ values: ["free"], expiresAt: new Date(now().getTime() + 3_600_000) });

Deno.test("resolveAll() refuses what needs no code while wev is locked, and holds no lock then", async () => {
  const runs = new Runs({ a: codeless });
  lock(runs);
  for (let run = 0; run < 2; run++) {
    await assert.rejects(runs.run([step("a")]), { name: "LockedError" });
  }
});

Deno.test("resolveAll() resolves what needs no code once a code for another variable was accepted", async () => {
  const runs = new Runs({ a: codeless, b: good(), c: codeless });
  lock(runs);
  assert.deepEqual(await runs.run([step("a"), step("b"), step("c")]), [["free"], ["1"], ["free"]]);
  assert.equal(runs.answers, 1);
  assert.equal(runs.files.content.has(`${CACHE}/lockout.json`), false);
});

Deno.test("resolveAll() tells the failure of another variable rather than that wev is locked", async () => {
  const runs = new Runs({ a: codeless, b: bad(GAVE_UP) });
  lock(runs);
  await assert.rejects(runs.run([step("a"), step("b")]), GAVE_UP);
  await assert.rejects(runs.run([step("a")]), { name: "LockedError" });
});

Deno.test("resolveAll() lets nothing out without a code that does not expire while wev is locked", async () => {
  const runs = new Runs({ a: () => Promise.resolve({ values: ["1"] }) });
  lock(runs);
  await assert.rejects(runs.run([step("a")]), { name: "LockedError" });
});

Deno.test("resolveAll() asks in the order of the variables, whichever is ready first", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const behaviours = names.map((name, index): [string, Behaviour] => [
    name,
    async (context) => {
      await new Promise((resolve) => setTimeout(resolve, 10 - 2 * index));
      return await good()(context);
    },
  ]);
  const runs = new Runs(Object.fromEntries(behaviours));
  const resolutions = await runs.run(names.map((name) => step(name)));
  assert.deepEqual(resolutions.map(([text]) => text), ["1", "2", "3", "4", "5"]);
});

Deno.test("resolveAll() does not cache values that do not expire", async () => {
  const runs = new Runs({ a: () => Promise.resolve({ values: ["1"] }) });
  await runs.run([step("a")]);
  await runs.run([step("a")]);
  assert.equal(runs.resolved.length, 2);
});

Deno.test("resolveAll() resolves again if less lifetime is left than requested", async () => {
  const runs = new Runs({ a: good() });
  await runs.run([step("a")]);
  runs.now = after(2000);
  await runs.run([step("a")], { minRemaining: 1500 });
  assert.equal(runs.answers, 1);
  await runs.run([step("a", { minRemaining: 1700 })]);
  assert.equal(runs.answers, 2);
  assert.deepEqual(runs.said.messages.filter((message) => message.startsWith("warning")), []);
});

Deno.test("resolveAll() warns if values can't last as long as requested, and does not resolve them again", async () => {
  const runs = new Runs({ a: good(900) });
  await runs.run([step("a", { minRemaining: 3600 })]);
  await runs.run([step("a", { minRemaining: 3600 })]);
  await runs.run([step("a")], { minRemaining: 880 });
  assert.equal(runs.answers, 1);
  const warning = (seconds: number) =>
    `warning: You asked for at least ${seconds} seconds, but A lasts only 900 seconds; using it ` +
    "until it expires";
  assert.deepEqual(
    runs.said.messages.filter((message) => message.startsWith("warning")),
    [warning(3600), warning(880)],
  );
});

for (
  const [what, values, says] of [
    ["too few values", [], /fake returned 0 values for 1 names$/],
    ["a value with a NUL", ["a\0b"], /fake returned a value that contains a NUL character$/],
  ] as const
) {
  Deno.test(`resolveAll() refuses ${what}`, async () => {
    const runs = new Runs({ a: () => Promise.resolve({ values }) });
    await assert.rejects(runs.run([step("a")]), says);
  });
}

/** Returns the kept value, or a value made from it. */
const kept =
  (hand: (values: readonly string[]) => readonly string[]): Behaviour => async (context) => {
    const lease = await context.keep({ what: "session" }, "command");
    const { values, expiresAt } = await keptOr(lease, async () => ({
      values: [await context.question(QUESTION)],
      expiresAt: new Date(context.now().getTime() + 3_600_000),
    }));
    return { values: hand(values), expiresAt: expiresAt! };
  };

Deno.test("resolveAll() notes the kept entry that values were made from, and its time for copies", async () => {
  const runs = new Runs({
    same: kept((values) => values),
    other: kept(([value]) => [`from ${value}`]),
  });
  const all = await runs.run([step("same"), step("other")]);
  assert.deepEqual(all, [["1"], ["from 1"]]);
  runs.now = after(60);
  await runs.run([step("same", { version: "2.0.0" })], { refresh: true, at: after(30) });
  runs.now = after(100);
  await runs.run([
    step("same", { options: { what: "same", more: 1 } }),
    step("other", { options: { what: "other", more: 1 } }),
  ]);
  const entries = [...runs.files.content].filter(([path]) => /wev\/[0-9a-f]{64}\.json$/.test(path))
    .map(([, text]) => JSON.parse(text));
  const sources = entries.filter(({ madeFrom }) => madeFrom === undefined).map(({ key }) => key);
  assert.equal(sources.length, 2);
  const made = entries.filter(({ madeFrom }) => madeFrom !== undefined).map((entry) => [
    sources.includes(entry.madeFrom[0]),
    entry.resolution.values[0],
    (Date.parse(entry.resolvedAt) - NOW.getTime()) / 1000,
  ]);
  assert.deepEqual(made.sort(), [
    [true, "1", 0],
    [true, "1", 0],
    [true, "2", 60],
    [true, "from 1", 0],
    [true, "from 1", 100],
  ]);
});
