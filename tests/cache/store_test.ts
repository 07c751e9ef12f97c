import assert from "node:assert/strict";
import { formatEntry } from "../../src/cache/entry.ts";
import { noSealer } from "../../src/cache/store.ts";
import { CacheStore } from "../../src/cache/store.ts";
import { WevError } from "../../src/errors.ts";
import { after, KEY, NOW, session } from "../support/cached_session.ts";
import { FakeFiles } from "../support/fake_runtime.ts";
import { Spoken } from "../support/spoken.ts";

const CACHE = "/home/ann/.cache/wev";
const PATH = `${CACHE}/${KEY}.json`;
const OTHER_KEY = "b".repeat(64);
const OTHER_PATH = `${CACHE}/${OTHER_KEY}.json`;
const USER = 1000;

/** A store over files that a test can inspect. */
class Scene {
  readonly files = new FakeFiles({}, "linux");
  readonly said = new Spoken();
  readonly store = this.storeIn(CACHE);

  /** A store in `directory`, or none. */
  storeIn(directory: string | undefined): CacheStore {
    const { files, said: logger } = this;
    const sealer = noSealer(logger);
    const owner = { files, system: "linux", user: USER, home: undefined } as const;
    return new CacheStore({ ...owner, directory, logger, sealer });
  }

  /** Creates a file with these attributes. */
  put(path: string, content: string, attributes = {}): void {
    this.files.content.set(path, content);
    this.files.attributes.set(path, { mode: 0o100600, uid: USER, ...attributes });
  }

  /** The paths of the files, relative to the directory. */
  get names(): string[] {
    return this.files.list(CACHE).map((name) => name.replace(/(?<=^[0-9a-f])[0-9a-f]{63}/, "…"))
      .sort();
  }
}

Deno.test("CacheStore returns the entry that it was given", async () => {
  const { store, said } = new Scene();
  await store.write(KEY, session(), NOW);
  const kept = store.read(KEY);
  assert.deepEqual(kept, session());
  assert.deepEqual(await store.open(KEY, kept!), session());
  assert.deepEqual(said.messages, []);
});

Deno.test("CacheStore returns undefined for an unknown key, without a warning", () => {
  const { store, said } = new Scene();
  assert.equal(store.read(KEY), undefined);
  assert.deepEqual(said.messages, []);
});

/** Files in the place of an entry, and the warnings. */
const BAD: Record<string, [put: (scene: Scene) => void, says: RegExp]> = {
  "damaged": [(scene) => scene.put(PATH, "{"), /is damaged: it is ignored$/],
  "another key's": [
    (scene) => scene.put(PATH, formatEntry(session(), OTHER_KEY)),
    /is damaged: it is ignored$/,
  ],
  "huge": [(scene) => scene.put(PATH, "x", { size: 2 ** 40 }), /is damaged: it is ignored$/],
  "a directory": [
    (scene) => scene.files.attributes.set(PATH, { mode: 0o40700, uid: USER }),
    /is ignored: it is not a file$/,
  ],
  "a pipe": [(scene) => scene.put(PATH, "", { kind: "other" }), /is ignored: it is not a file$/],
  "another user's": [
    (scene) => scene.put(PATH, formatEntry(session(), KEY), { uid: 1001 }),
    /is ignored: another user may have written it$/,
  ],
  "one that others may write": [
    (scene) => scene.put(PATH, formatEntry(session(), KEY), { mode: 0o100620 }),
    /is ignored: another user may have written it$/,
  ],
  "one that can't be read": [
    (scene) => {
      scene.put(PATH, formatEntry(session(), KEY));
      scene.files.refusesToRead = new Error("Input/output error");
    },
    /^warning: Cannot read the cache entry .*: Input\/output error$/,
  ],
};

for (const [what, [put, says]] of Object.entries(BAD)) {
  Deno.test(`CacheStore ignores an entry that is ${what}, warns once, and replaces it`, async () => {
    const scene = new Scene();
    put(scene);
    assert.equal(scene.store.read(KEY), undefined);
    assert.equal(scene.store.read(KEY), undefined);
    assert.equal(scene.said.messages.length, 1);
    assert.match(scene.said.messages[0]!, says);
    scene.files.refusesToRead = undefined;
    await scene.store.write(KEY, session(), NOW);
    scene.files.attributes.delete(PATH);
    assert.deepEqual(scene.store.read(KEY), session());
  });
}

Deno.test("CacheStore ignores an entry in another format without a warning", async () => {
  const { store, files, said } = new Scene();
  await store.write(KEY, session(), NOW);
  files.content.set(PATH, files.content.get(PATH)!.replaceAll('"format":2', '"format":1'));
  assert.equal(store.read(KEY), undefined);
  assert.deepEqual([store.entries(), said.messages], [[], []]);
  files.content.set(PATH, files.content.get(PATH)!.slice(1));
  assert.equal(store.read(KEY), undefined);
  assert.match(said.messages[0]!, /is damaged/);
});

Deno.test("CacheStore makes an entry private if others could read it", () => {
  const { store, files, said } = new Scene();
  files.content.set(PATH, formatEntry(session(), KEY));
  files.attributes.set(PATH, { mode: 0o100644, uid: USER });
  assert.deepEqual(store.read(KEY), session());
  assert.equal(files.stat(PATH)?.mode, 0o600);
  assert.deepEqual(said.messages, [
    `warning: The cache entry ${PATH} was open to other users: now it is not`,
  ]);
});

Deno.test("CacheStore renames a directory that is in the place of an entry", async () => {
  const scene = new Scene();
  scene.put(`${PATH}/file`, "somebody's");
  await scene.store.write(KEY, session(), NOW);
  const [path] = [...scene.files.content].find(([, content]) => content === "somebody's")!;
  assert.match(path.slice(PATH.length), /^\.[0-9a-f-]{36}\/file$/);
});

Deno.test("CacheStore warns once and continues if it can't write", async () => {
  const { store, files, said } = new Scene();
  files.refusesToWrite = new Error("No space left on device");
  await store.write(KEY, session(), NOW);
  await store.write(OTHER_KEY, session(), NOW);
  assert.deepEqual(said.messages, [
    "warning: Cannot write to the cache, so the next run asks again: No space left on device",
  ]);
});

Deno.test("CacheStore keeps nothing without a directory", async () => {
  const scene = new Scene();
  const store = scene.storeIn(undefined);
  await store.write(KEY, session(), NOW);
  assert.equal(store.read(KEY), undefined);
  assert.deepEqual(store.entries(), []);
  store.clear();
  store.remove(KEY);
  assert.deepEqual(scene.said.messages, []);
});

Deno.test("CacheStore removes expired entries, and nothing else", async () => {
  const scene = new Scene();
  scene.put(OTHER_PATH, formatEntry(session(60), OTHER_KEY));
  const lasting = "c".repeat(64);
  scene.put(`${CACHE}/${lasting}.json`, formatEntry(session(3600), lasting));
  // Another version may have written it.
  scene.put(`${CACHE}/${"d".repeat(64)}.json`, "{}");
  scene.put(`${CACHE}/notes.json`, "{}");
  scene.put(`${CACHE}/locks/x.lock`, "");
  await scene.store.write(KEY, session(7200), after(60));
  assert.deepEqual(scene.names, ["a….json", "c….json", "d….json", "locks", "notes.json"]);
});

Deno.test("CacheStore removes stale temporary files, but not new ones", async () => {
  const scene = new Scene();
  scene.put(`${OTHER_PATH}.1.tmp`, "secret", { modified: after(-3601) });
  scene.put(`${OTHER_PATH}.2.tmp`, "secret", { modified: after(-3599) });
  scene.files.attributes.set(PATH, { mode: 0o100600, uid: USER, modified: NOW });
  scene.files.content.set(PATH, "");
  await scene.store.write(KEY, session(), NOW);
  assert.deepEqual(scene.names, ["a….json", "b….json.2.tmp"]);
});

Deno.test("CacheStore lists valid entries", () => {
  const scene = new Scene();
  scene.put(PATH, formatEntry(session(), KEY));
  scene.put(OTHER_PATH, "damaged");
  scene.put(`${OTHER_PATH}.1.tmp`, formatEntry(session(), OTHER_KEY));
  assert.deepEqual(scene.store.entries(), [{ key: KEY, entry: session() }]);
});

Deno.test("CacheStore clears entries, damaged and incomplete ones too, and plans, but not locks", () => {
  const scene = new Scene();
  scene.put(PATH, formatEntry(session(), KEY));
  scene.put(OTHER_PATH, "damaged");
  scene.put(`${OTHER_PATH}.1.tmp`, "half");
  scene.put(`${CACHE}/plans/${"0".repeat(16)}.json`, "{}");
  scene.put(`${CACHE}/locks/x.lock`, "");
  scene.put(`${CACHE}/${"e".repeat(64)}.json/file`, "somebody's");
  scene.store.clear();
  assert.deepEqual(scene.names, ["e….json", "locks"]);
});

Deno.test("CacheStore says which entry it can't remove", async () => {
  const { store, files } = new Scene();
  await store.write(KEY, session(), NOW);
  files.refusesToWrite = new Error("Read-only file system");
  assert.throws(() => store.remove(KEY), (error) => {
    assert.ok(error instanceof WevError);
    assert.equal(error.message, `Cannot remove ${PATH}: Read-only file system`);
    return true;
  });
});

Deno.test("CacheStore has no stamp of a file that it can't read", () => {
  const { store, files } = new Scene();
  files.stat = () => {
    throw new Error("Permission denied");
  };
  assert.deepEqual(store.stamps(["/a"], NOW), { "/a": "" });
});
