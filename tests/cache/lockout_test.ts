import assert from "node:assert/strict";
import { LockDirectory } from "../../src/cache/lock.ts";
import { Lockout } from "../../src/cache/lockout.ts";
import { WevError } from "../../src/errors.ts";
import { NOW } from "../support/cached_session.ts";
import { FakeFiles } from "../support/fake_runtime.ts";
import { Spoken } from "../support/spoken.ts";

const CACHE = "/home/ann/.cache/wev";
const PATH = `${CACHE}/lockout.json`;

/** A lockout over files that can be looked at. */
class Scene {
  readonly files = new FakeFiles({}, "linux");
  readonly said = new Spoken();
  readonly locks = this.#locksIn(CACHE);
  readonly lockout = this.lockoutIn(CACHE);
  /** How often something was saved. */
  saved = 0;

  /** A lockout in `cacheDirectory`, or none. */
  lockoutIn(cacheDirectory: string | undefined): Lockout {
    const { said: logger } = this;
    const locks = this.#locksIn(cacheDirectory);
    return new Lockout({
      ...this.#owner,
      cacheDirectory,
      locks,
      clock: { now: () => NOW },
      logger,
    });
  }

  #locksIn(cacheDirectory: string | undefined): LockDirectory {
    const clock = { now: () => NOW };
    const { said: logger } = this;
    const run = { process: 1, startedAt: NOW, clock, logger };
    return new LockDirectory({ ...this.#owner, cacheDirectory, ...run });
  }

  get #owner() {
    return { files: this.files, system: "linux", user: 1000, home: undefined } as const;
  }

  /** Saves something, after a code for the lockout `answered`. Returns whether that was refused. */
  async isRefused(answered?: string): Promise<boolean> {
    return await this.lockout.admit(answered, () => void this.saved++) !== undefined;
  }
}

Deno.test("Lockout is not in effect before it begins, and lets everything be saved", async () => {
  const scene = new Scene();
  assert.equal(scene.lockout.standing(), undefined);
  assert.equal(await scene.isRefused(), false);
  assert.equal(await scene.isRefused("another"), false);
  assert.equal(scene.saved, 2);
});

Deno.test("Lockout lets nothing be saved until a code is given for it", async () => {
  const scene = new Scene();
  await scene.lockout.begin();
  const standing = scene.lockout.standing();
  assert.deepEqual(standing?.since, NOW);
  assert.equal(await scene.isRefused(), true);
  assert.equal(await scene.isRefused("another"), true);
  assert.equal(scene.saved, 0);
  assert.deepEqual(scene.lockout.standing(), standing);
  assert.equal(await scene.isRefused(standing.id), false);
  assert.equal(scene.saved, 1);
  assert.equal(scene.lockout.standing(), undefined);
});

Deno.test("Lockout begins after a run that saves, and a run saves after it begins", async () => {
  const scene = new Scene();
  const { locks, lockout, files } = scene;
  const saving = await locks.take("lockout", "A");
  const begun = lockout.begin();
  const refused = scene.isRefused();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(files.content.has(PATH), false);
  assert.equal(scene.saved, 0);
  saving.release();
  await begun;
  assert.equal(await refused, true);
  assert.equal(scene.saved, 0);
});

Deno.test("Lockout that begins again, at the same instant, is another", async () => {
  const scene = new Scene();
  await scene.lockout.begin();
  const { id } = scene.lockout.standing()!;
  await scene.lockout.begin();
  assert.equal(await scene.isRefused(id), true);
});

Deno.test("Lockout is in effect while its file is damaged, and ends with a code", async () => {
  for (const damage of ["", "{", "[]", "null", '{"at":"yesterday"}', "x".repeat(10_000)]) {
    const scene = new Scene();
    scene.files.content.set(PATH, damage);
    const standing = scene.lockout.standing();
    assert.ok(standing, damage);
    assert.equal(standing.since, undefined);
    assert.equal(await scene.isRefused(), true);
    assert.equal(await scene.isRefused(standing.id), false);
    assert.equal(scene.lockout.standing(), undefined);
  }
});

Deno.test("Lockout is in effect while its file can't be read", () => {
  const { files, lockout } = new Scene();
  files.content.set(PATH, "{}");
  files.readRegular = () => {
    throw new Error("Input/output error");
  };
  assert.deepEqual(lockout.standing(), { id: "", since: undefined });
});

Deno.test("Lockout that can't end lets values out, saves none, and says so", async () => {
  const { files, lockout, said, ...scene } = new Scene();
  await lockout.begin();
  files.remove = () => {
    throw new Error("Read-only file system");
  };
  const { id } = lockout.standing()!;
  let saved = scene.saved;
  assert.equal(await lockout.admit(id, () => void saved++), undefined);
  assert.equal(saved, 0);
  assert.match(
    said.messages.join("\n"),
    /wev stays locked: cannot remove .*lockout\.json: Read-only/,
  );
  assert.notEqual(lockout.standing(), undefined);
});

Deno.test("Lockout that can't be written is an error", async () => {
  const scene = new Scene();
  const isFailure = (error: unknown) =>
    error instanceof WevError && error.exitStatus === 1 &&
    error.message.startsWith("Cannot lock wev: ");
  await assert.rejects(scene.lockoutIn(undefined).begin(), isFailure);
  scene.files.writePrivately = () => {
    throw new Error("No space left on device");
  };
  await assert.rejects(scene.lockout.begin(), isFailure);
  assert.equal(scene.lockout.standing(), undefined);
});
