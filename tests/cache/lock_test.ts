import assert from "node:assert/strict";
import { LockDirectory, SharedFailure } from "../../src/cache/lock.ts";
import { dataOf, WevError } from "../../src/errors.ts";
import { after, NOW } from "../support/cached_session.ts";
import { FakeFiles } from "../support/fake_runtime.ts";
import { Spoken } from "../support/spoken.ts";

const CACHE = "/home/ann/.cache/wev";
const PATH = `${CACHE}/locks/key.lock`;

/** Runs of wev that share a disk, at a time that the test sets. */
class Runs {
  readonly files = new FakeFiles({}, "linux");
  readonly logger = new Spoken();
  now: Date = NOW;

  /** A run that was started `seconds` after NOW. */
  startedAfter(seconds: number): LockDirectory {
    return new LockDirectory({
      files: this.files,
      system: "linux",
      user: 1000,
      home: undefined,
      cacheDirectory: CACHE,
      process: 100 + seconds,
      startedAt: after(seconds),
      clock: { now: () => this.now },
      logger: this.logger,
    });
  }
}

const GAVE_UP = new WevError("No code was given", {
  exitStatus: 130,
  hint: "Type it.",
  kind: "denied",
  inputs: [{ kind: "code", device: "phone" }],
  next: ["wev --login"],
  location: { file: "/wev.yml", line: 1, column: 2 },
});

Deno.test("LockDirectory gives a lock to one run after the other", async () => {
  const runs = new Runs();
  const first = await runs.startedAfter(0).take("key", "A");
  let taken = false;
  const second = runs.startedAfter(1).take("key", "A").then((lock) => {
    taken = true;
    return lock;
  });
  await Promise.resolve();
  assert.equal(taken, false);
  first.release();
  (await second).release();
  assert.equal(taken, true);
});

Deno.test("LockDirectory returns the holder of a lock", async () => {
  const runs = new Runs();
  const lock = await runs.startedAfter(0).take("key", "A, B");
  const other = runs.startedAfter(1);
  assert.deepEqual(other.holderOf("key"), { process: 100, purpose: "A, B" });
  lock.release();
  assert.equal(other.holderOf("key"), undefined);
});

Deno.test("LockDirectory says whether a holder waits for the user", async () => {
  const runs = new Runs();
  const [run, other] = [runs.startedAfter(0), runs.startedAfter(1)];
  const lock = await run.take("key", "A");
  const answer = Promise.withResolvers<void>();
  const asking = run.whilePersonIsAsked(() => run.whilePersonIsAsked(() => answer.promise));
  assert.equal(other.holderOf("key")?.waitsForPerson, true);
  // A lock that it takes meanwhile says the same.
  const second = await run.take("second", "A");
  assert.equal(other.holderOf("second")?.waitsForPerson, true);
  answer.resolve();
  await asking;
  assert.equal(other.holderOf("key")?.waitsForPerson, undefined);
  lock.release();
  second.release();
  await run.whilePersonIsAsked(() => Promise.resolve());
  assert.equal(other.holderOf("key"), undefined);
});

Deno.test("LockDirectory does not change a lock after an abort", async () => {
  const runs = new Runs();
  runs.now = after(10);
  const first = await runs.startedAfter(0).take("key", "A");
  const given = new AbortController();
  const late = runs.startedAfter(1).take("key", "A", { signal: given.signal });
  given.abort();
  first.release(GAVE_UP);
  (await late).release();
  const third = await runs.startedAfter(2).take("key", "A");
  assert.ok(third.failure instanceof SharedFailure);
});

Deno.test("LockDirectory shares an unchanged failure with the runs that were started before it", async () => {
  const runs = new Runs();
  runs.now = after(10);
  (await runs.startedAfter(0).take("key", "A")).release(GAVE_UP);
  for (const seconds of [1, 2, 10]) {
    runs.now = after(20 + seconds);
    const lock = await runs.startedAfter(seconds).take("key", "A");
    const { failure } = lock;
    assert.ok(failure instanceof SharedFailure);
    assert.equal(
      failure.message,
      "Another run of wev failed to resolve the same values: No code was given",
    );
    assert.equal(failure.hint, "Type it.");
    assert.equal(failure.exitStatus, 130);
    assert.deepEqual(dataOf(failure), dataOf(GAVE_UP));
    lock.release(failure);
  }
  // This run was started later, so it does not share the failure, however often it was passed on.
  const late = await runs.startedAfter(11).take("key", "A");
  assert.equal(late.failure, undefined);
});

Deno.test("LockDirectory shares no failure in the future", async () => {
  const runs = new Runs();
  runs.now = after(86_400);
  (await runs.startedAfter(0).take("key", "A")).release(GAVE_UP);
  runs.now = after(20);
  assert.equal((await runs.startedAfter(19).take("key", "A")).failure, undefined);
});

Deno.test("LockDirectory shares no failure that concerns only the other run", async () => {
  const runs = new Runs();
  const own = new WevError("There is no terminal", { shared: false });
  (await runs.startedAfter(0).take("key", "A")).release(own);
  assert.equal((await runs.startedAfter(0).take("key", "A")).failure, undefined);
});

Deno.test("LockDirectory shares no failure of another lock", async () => {
  const runs = new Runs();
  (await runs.startedAfter(0).take("key", "A")).release(GAVE_UP);
  assert.equal((await runs.startedAfter(0).take("other", "A")).failure, undefined);
});

for (
  const note of [
    "",
    "{",
    "null",
    "[]",
    "\0\0",
    '{"holder":1,"failure":2}',
    '{"holder":{"process":"x"},"failure":{"at":"x"}}',
    `{"failure":{"at":${NOW.getTime()},"message":1,"exitStatus":1,"data":{"kind":"auth"}}}`,
    `{"failure":{"at":${NOW.getTime()},"message":"m","exitStatus":"1","data":{"kind":"auth"}}}`,
    `{"failure":{"at":${NOW.getTime()},"message":"m","exitStatus":1,"hint":1,"data":{"kind":"auth"}}}`,
    `{"failure":{"at":${NOW.getTime()},"message":"m","exitStatus":1}}`,
    `{"failure":{"at":${NOW.getTime()},"message":"m","exitStatus":1,"data":{"kind":"new"}}}`,
  ]
) {
  Deno.test(`LockDirectory takes a lock whose file contains ${JSON.stringify(note)}`, async () => {
    const runs = new Runs();
    runs.files.content.set(PATH, note);
    assert.equal(runs.startedAfter(0).holderOf("key"), undefined);
    const lock = await runs.startedAfter(0).take("key", "A");
    assert.equal(lock.failure, undefined);
  });
}

Deno.test("LockDirectory renames a directory that is in the place of a lock", async () => {
  const runs = new Runs();
  runs.files.content.set(`${PATH}/file`, "");
  (await runs.startedAfter(0).take("key", "A")).release();
  const aside = [...runs.files.content.keys()].find((path) => path.endsWith("/file"));
  assert.match(aside!, /^.*\/key\.lock\.[0-9a-f-]{36}\/file$/);
  assert.equal(runs.files.locks, 1);
});

Deno.test("LockDirectory lets a run continue that can't lock", async () => {
  const runs = new Runs();
  runs.files.refusesToWrite = new Error("read-only file system");
  const lock = await runs.startedAfter(0).take("key", "A");
  lock.release(GAVE_UP);
  assert.equal((await runs.startedAfter(0).take("key", "A")).failure, undefined);
  assert.equal(runs.logger.messages[0], `debug: Cannot lock ${PATH}: read-only file system`);
});

Deno.test("LockDirectory locks nothing without a directory", async () => {
  const runs = new Runs();
  const options = {
    files: runs.files,
    system: "linux",
    process: 1,
    startedAt: NOW,
    user: 1000,
    home: undefined,
  } as const;
  const clock = { now: () => NOW };
  const locks = new LockDirectory({
    ...options,
    cacheDirectory: undefined,
    clock,
    logger: runs.logger,
  });
  await locks.take("key", "A");
  await locks.take("key", "A");
  assert.equal(locks.holderOf("key"), undefined);
  assert.equal(runs.files.locks, 0);
});
