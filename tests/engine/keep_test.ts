import assert from "node:assert/strict";
import type { CacheEntry } from "../../src/cache/entry.ts";
import { LockDirectory } from "../../src/cache/lock.ts";
import { noSealer } from "../../src/cache/store.ts";
import { CacheStore } from "../../src/cache/store.ts";
import { WevError } from "../../src/errors.ts";
import { Keep, keptKey, type TaskKeep } from "../../src/engine/keep.ts";
import { keptState } from "../../src/engine/kept.ts";
import { plainRequest } from "../../src/engine/resolve.ts";
import type { Request } from "../../src/engine/resolved.ts";
import type { Step } from "../../src/plan/plan.ts";
import { type KeepPurpose, type Kept, keptOr } from "../../src/plugin/keep.ts";
import { PromptQueue } from "../../src/questions/queue.ts";
import { TaskPrompt } from "../../src/questions/task_prompt.ts";
import { after, NOW } from "../support/cached_session.ts";
import { FakeFiles } from "../support/fake_runtime.ts";
import { Spoken } from "../support/spoken.ts";

const CACHE = "/home/ann/.cache/wev";
const PARTS = { what: "session" };

const STEP: Step = {
  names: ["A"],
  location: { file: "/home/ann/wev.yml", line: 1, column: 1 },
  plugin: "fake",
  version: "1.0.0",
  reads: [],
  readsSecret: [],
  consumes: [],
  options: {},
  unset: [],
};

/** Runs of wev that share files. */
class Runs {
  readonly files = new FakeFiles({}, "linux");
  readonly said = new Spoken();
  readonly store = this.#storeIn(CACHE);
  readonly remembered = this.#storeIn(`${CACHE}/facts`);
  now: Date = NOW;
  /** Whether a person had given a code, for each lock that was taken. */
  readonly hadCode: boolean[] = [];
  readonly #clock = { now: () => this.now };
  #lastRun: Keep | undefined;

  /** Starts a run of `tasks` tasks. */
  run(tasks: number = 1, asked: Partial<Request> = {}): TaskKeep[] {
    return this.runWithPrompts(tasks, asked).map(([task]) => task);
  }

  /** Starts a run of `tasks` tasks; returns the prompts too, at which `code` is typed. */
  runWithPrompts(
    tasks: number,
    asked: Partial<Request> = {},
    code?: string,
  ): [TaskKeep, TaskPrompt][] {
    const locks = new LockDirectory({
      ...this.#owner,
      cacheDirectory: CACHE,
      process: 1,
      startedAt: this.now,
      clock: this.#clock,
      logger: this.said,
    });
    const queue = new PromptQueue(tasks);
    const { store, remembered, said: logger } = this;
    const keep = this.#lastRun = new Keep({
      store,
      remembered,
      clock: this.#clock,
      request: { ...plainRequest(this.now), ...asked },
      queue,
      logger,
      takeLock: (name, _step, { hasCode }) => {
        this.hadCode.push(hasCode);
        return locks.take(name, "A");
      },
    });
    return Array.from({ length: tasks }, (_, number) => {
      const { signal } = new AbortController();
      const prompt = new TaskPrompt({
        prompt: {
          askCode: () =>
            code === undefined
              ? Promise.reject(new Error("Nobody is to be asked"))
              : Promise.resolve(code),
          choose: () => Promise.reject(new Error("Nobody is to be asked")),
        },
        queue,
        number,
        signal,
        lock: () => locks.take("prompt", "A"),
        whileAsking: (ask) => ask(signal, () => {}),
      });
      const admit = (save: () => void) => Promise.resolve(save());
      return [keep.of({ step: STEP, prompt, signal, admit }), prompt];
    });
  }

  /** Waits until `count` tasks of the last run wait for another task. */
  async waiting(count: number): Promise<void> {
    const key = await keptKey(STEP, PARTS);
    while (this.#lastRun!.pending.get(key)?.waiting !== count) {
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  /** The entry that is kept as `PARTS`. */
  async entry(): Promise<CacheEntry | undefined> {
    return this.store.read(await keptKey(STEP, PARTS)) as CacheEntry | undefined;
  }

  /** The state of `PARTS` without a lease. */
  async state() {
    return await keptState(STEP, PARTS, { ...this, clock: this.#clock });
  }

  get #owner() {
    return { files: this.files, system: "linux", user: 1000, home: undefined } as const;
  }

  #storeIn(directory: string): CacheStore {
    const { said: logger } = this;
    return new CacheStore({ ...this.#owner, directory, logger, sealer: noSealer(logger) });
  }
}

/** A session with `id` that lives for `life` seconds. */
function session(id: string, life = 3600): Kept {
  return { values: [id], expiresAt: after(life), identity: "ann" };
}

/** Returns the value that `task` gets: `value` if nothing is kept. */
async function get(task: TaskKeep, value: Kept, purpose: KeepPurpose = "command"): Promise<Kept> {
  return await keptOr(await task.lease(PARTS, purpose), () => Promise.resolve(value));
}

Deno.test("a lease is first a duty and then a value, in other runs too", async () => {
  const runs = new Runs();
  const [task] = runs.run();
  const lease = await task!.lease(PARTS, "command");
  assert.equal(lease.kept, undefined);
  await lease.provide(session("1"));
  assert.deepEqual(lease.kept, session("1"));
  const [other] = runs.run();
  assert.deepEqual((await other!.lease(PARTS, "command")).kept, session("1"));
  assert.deepEqual(await runs.state(), { identity: "ann", expiresAt: after(3600) });
});

Deno.test("a task waits for another task of its run that provides the same value", async () => {
  const runs = new Runs();
  const [first, second] = runs.run(2);
  const lease = await first!.lease(PARTS, "command");
  let other: Kept | undefined;
  const waiting = get(second!, session("2")).then((kept) => other = kept);
  await runs.waiting(1);
  assert.equal(other, undefined);
  await lease.provide(session("1"));
  await waiting;
  assert.deepEqual(other, session("1"));
});

Deno.test("a task gets the value of another task even if nothing can be saved", async () => {
  const runs = new Runs();
  const [first, second] = runs.run(2);
  const lease = await first!.lease(PARTS, "command");
  const waiting = get(second!, session("2"));
  await runs.waiting(1);
  runs.files.refusesToWrite = new Error("No space left on device");
  await lease.provide(session("1"));
  assert.deepEqual(await waiting, session("1"));
  assert.equal(await runs.entry(), undefined);
});

Deno.test("another run waits for the lock and shares the value", async () => {
  const runs = new Runs();
  const lease = await runs.run()[0]!.lease(PARTS, "command");
  const waiting = get(runs.run()[0]!, session("2"));
  await lease.provide(session("1"));
  assert.deepEqual(await waiting, session("1"));
});

Deno.test("waiting tasks share the failure, in this run and in others", async () => {
  const runs = new Runs();
  const failure = new WevError("No code was given");
  const [other] = runs.run();
  const [first, second] = runs.run(2);
  const lease = await first!.lease(PARTS, "command");
  const waiting = Promise.allSettled([second!, other!].map((task) => get(task, session("2"))));
  await runs.waiting(1);
  lease.release(failure);
  const [ofThisRun, ofAnother] = await waiting;
  assert.equal(ofThisRun?.status === "rejected" && ofThisRun.reason, failure);
  assert.match(`${ofAnother?.status === "rejected" && ofAnother.reason}`, /No code was given/);
});

Deno.test("the next task gets a duty that was given up without a failure", async () => {
  const runs = new Runs();
  const [first, second, third] = runs.run(3);
  const lease = await first!.lease(PARTS, "command");
  const waiting = [second!, third!].map((task, at) => get(task, session(`${at + 2}`)));
  await runs.waiting(2);
  lease.release();
  const [one, other] = await Promise.all(waiting);
  assert.deepEqual(one, other);
  assert.deepEqual((await runs.entry())?.resolution.values, one!.values);
});

Deno.test("a lease ends with its task, whatever the task did with it", async () => {
  const runs = new Runs();
  const failure = new Error("The plugin has a mistake");
  const [first, second] = runs.run(2);
  let waiting: Promise<Kept> | undefined;
  await assert.rejects(
    first!.during(async () => {
      await first!.lease(PARTS, "command");
      waiting = get(second!, session("2"));
      waiting.catch(() => {});
      await runs.waiting(1);
      throw failure;
    }),
    failure,
  );
  await assert.rejects(waiting!, failure);
  const [third, fourth] = runs.run(2);
  await third!.during(async () => void await third!.lease(PARTS, "command"));
  assert.deepEqual(await get(fourth!, session("4")), session("4"));
});

Deno.test("an ended lease can't provide a value", async () => {
  const runs = new Runs();
  const [task] = runs.run();
  const lease = await task!.lease(PARTS, "command");
  lease.release();
  await assert.rejects(lease.provide(session("1")), TypeError);
  assert.equal(await runs.entry(), undefined);
});

Deno.test("a task can have one duty at a time", async () => {
  const [task] = new Runs().run();
  const lease = await task!.lease(PARTS, "command");
  await assert.rejects(task!.lease({ what: "other" }, "choice"), TypeError);
  await lease.provide(session("1"));
  assert.equal((await task!.lease({ what: "other" }, "choice")).kept, undefined);
});

Deno.test("an invalid value is forgotten, but not the one that replaced it", async () => {
  const runs = new Runs();
  const [first] = runs.run();
  await get(first!, session("1"));
  const [one, other] = runs.run(2);
  const leases = await Promise.all([one!, other!].map((task) => task.lease(PARTS, "source")));
  await leases[0]!.forget();
  assert.equal(await runs.entry(), undefined);
  assert.deepEqual(one!.madeFrom, []);
  assert.deepEqual(await get(one!, session("2"), "source"), session("2"));
  await leases[1]!.forget();
  assert.deepEqual(await get(other!, session("3"), "source"), session("2"));
});

Deno.test("an invalid value is not used again, even if it can't be removed", async () => {
  const runs = new Runs();
  await get(runs.run()[0]!, session("1"));
  const [task] = runs.run();
  const lease = await task!.lease(PARTS, "source");
  runs.files.refusesToWrite = new Error("Read-only file system");
  await lease.forget();
  assert.deepEqual(await get(task!, session("2"), "source"), session("2"));
});

Deno.test("a choice that was forgotten can be made again", async () => {
  const runs = new Runs();
  const [first, second] = runs.run(2);
  const lease = await first!.lease(PARTS, "choice");
  await lease.provide({ values: ["phone"] });
  await lease.forget();
  assert.equal(await runs.state(), undefined);
  const again = await first!.lease(PARTS, "choice");
  assert.equal(again.kept, undefined);
  await again.provide({ values: ["phone"] });
  assert.deepEqual((await second!.lease(PARTS, "choice")).kept?.values, ["phone"]);
});

Deno.test("a value for the command must have the requested remaining lifetime, a source need not", async () => {
  const runs = new Runs();
  await get(runs.run()[0]!, session("1"));
  runs.now = after(2000);
  const asked = { minRemaining: 1800 };
  assert.deepEqual(await get(runs.run(1, asked)[0]!, session("2"), "source"), session("1"));
  assert.deepEqual(
    await get(runs.run(1, asked)[0]!, session("2", 5600), "command"),
    session("2", 5600),
  );
  runs.now = after(5599);
  assert.deepEqual(await get(runs.run()[0]!, session("3", 9000), "source"), session("3", 9000));
});

Deno.test("a refresh provides a value again, but only once in a run", async () => {
  const runs = new Runs();
  await get(runs.run()[0]!, session("1"));
  runs.now = after(10);
  const [first, second] = runs.run(2, { refresh: true, at: after(5) });
  assert.deepEqual(await get(first!, session("2")), session("2"));
  assert.deepEqual(await get(second!, session("3")), session("2"));
});

Deno.test("a choice is kept until it expires, or without expiry, and apart from sessions", async () => {
  const runs = new Runs();
  const phone = { values: ["phone"] };
  await get(runs.run()[0]!, { ...phone, expiresAt: after(30) }, "choice");
  assert.equal(await runs.entry(), undefined);
  assert.deepEqual(await runs.state(), phone);
  runs.now = after(29);
  assert.deepEqual((await get(runs.run()[0]!, session("2"), "choice")).values, ["phone"]);
  runs.now = after(30);
  assert.equal(await runs.state(), undefined);
  await get(runs.run()[0]!, phone, "choice");
  runs.now = after(10 ** 9);
  assert.deepEqual(await runs.state(), phone);
});

Deno.test("a value without expiry, or an invalid one, is not kept", async () => {
  const runs = new Runs();
  for (const value of [{ values: ["1"] }, session("a\0b")]) {
    assert.deepEqual(await get(runs.run()[0]!, value), value);
    assert.equal(await runs.entry(), undefined);
  }
  assert.deepEqual(await get(runs.run()[0]!, { values: ["a\nb"] }, "choice"), { values: ["a\nb"] });
  assert.equal(await runs.state(), undefined);
});

Deno.test("a task knows the kept values it used, and when they were resolved", async () => {
  const runs = new Runs();
  await get(runs.run()[0]!, session("1"));
  runs.now = after(10);
  const [task] = runs.run();
  assert.deepEqual(task!.madeFrom, []);
  await task!.lease(PARTS, "command");
  const choice = await task!.lease({ what: "device" }, "choice");
  await choice.provide({ values: ["phone"] });
  assert.deepEqual(task!.madeFrom, [
    await keptKey(STEP, PARTS),
    await keptKey(STEP, { what: "device" }),
  ]);
  assert.deepEqual(task!.resolvedAtOf(["1"]), NOW);
  assert.deepEqual(task!.resolvedAtOf(["2"]), undefined);
});

Deno.test("a task waits for nobody's question from a code that was typed to the next release", async () => {
  const runs = new Runs();
  const [[task, prompt] = assert.fail()] = runs.runWithPrompts(1, {}, "123456");
  await get(task, session("1"));
  await prompt.askCode({
    device: "phone",
    title: "T",
    label: "L",
    check: () => undefined,
    withoutTerminal: "",
  });
  for (const what of ["other", "another"]) {
    const lease = await task.lease({ what }, "command");
    await lease.provide(session(what));
  }
  assert.deepEqual(runs.hadCode, [false, true, false]);
});
