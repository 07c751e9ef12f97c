import assert from "node:assert/strict";
import { makePrivate } from "../../src/cache/private_directory.ts";
import { FakeFiles } from "../support/fake_runtime.ts";
import { Spoken } from "../support/spoken.ts";

const CACHE = "/home/ann/.cache/wev";
const USER = 1000;

/** Returns files in a cache whose directory has `mode`, and what becomes of it. */
function scene(mode: number, uid: number = USER) {
  const files = new FakeFiles({}, "linux");
  files.attributes.set(CACHE, { mode, uid });
  const said = new Spoken();
  return {
    files,
    said,
    put(name: string, attributes: { mode?: number; uid?: number; kind?: "other" }) {
      files.content.set(`${CACHE}/${name}`, name);
      files.attributes.set(`${CACHE}/${name}`, { uid: USER, ...attributes });
    },
    close: () => makePrivate(CACHE, { files, system: "linux", user: USER }, said),
    names: () => [...files.content.keys()].map((path) => path.slice(CACHE.length + 1)).sort(),
  };
}

Deno.test("makePrivate() does nothing to a directory that is private", () => {
  const { files, close, said } = scene(0o40700);
  assert.equal(close(), true);
  assert.equal(files.changes, 0);
  assert.deepEqual(said.messages, []);
});

Deno.test("makePrivate() does nothing where there is no directory", () => {
  const files = new FakeFiles({}, "linux");
  assert.equal(makePrivate(CACHE, { files, system: "linux", user: USER }, new Spoken()), true);
});

Deno.test("makePrivate() closes what others could read, and says so", () => {
  const { files, put, close, said, names } = scene(0o40755);
  put("entry.json", { mode: 0o100644 });
  put("closed.json", { mode: 0o100600 });
  files.attributes.set(`${CACHE}/locks`, { mode: 0o40755, uid: USER });
  put("locks/a.lock", { mode: 0o100644 });
  assert.equal(close(), true);
  assert.deepEqual(names(), ["closed.json", "entry.json", "locks/a.lock"]);
  for (const [name, mode] of [["", 0o700], ["/entry.json", 0o600], ["/locks/a.lock", 0o600]]) {
    assert.equal(files.stat(`${CACHE}${name}`)?.mode, mode, `${name}`);
  }
  assert.equal(files.stat(`${CACHE}/locks`)?.mode, 0o700);
  assert.deepEqual(said.messages, [
    `warning: The cache was open to other users (${CACHE}): now it is not`,
  ]);
});

Deno.test("makePrivate() removes what others can have written, and links", () => {
  const { files, put, close, names } = scene(0o40777);
  put("planted.json", { mode: 0o100600, uid: 1001 });
  put("writable.json", { mode: 0o100620 });
  put("own.json", { mode: 0o100600 });
  put("link.json", { mode: 0o100600 });
  files.links.add(`${CACHE}/link.json`);
  put("pipe", { mode: 0o10666, uid: 1001, kind: "other" });
  assert.equal(close(), true);
  assert.deepEqual(
    names().map((name) => name.replace(/-[0-9a-f-]{36}$/, "-…")),
    ["own.json", "pipe.untrusted-…"],
  );
});

Deno.test("makePrivate() leaves the directory open until all is looked through", () => {
  const { files, put, close } = scene(0o40777);
  put("planted.json", { mode: 0o100600, uid: 1001 });
  const { remove } = files;
  let between: number | undefined;
  files.remove = (path) => {
    between = files.stat(CACHE)?.mode;
    remove.call(files, path);
  };
  close();
  // Others can write nothing there any more, and a run that finds it so looks through it again.
  assert.equal(between! & 0o022, 0);
  assert.notEqual(between! & 0o077, 0);
});

Deno.test("makePrivate() refuses another user's directory, and leaves it as it is", () => {
  const { files, close, said } = scene(0o40700, 1001);
  assert.equal(close(), false);
  assert.equal(files.changes, 0);
  assert.deepEqual(said.messages, [
    `warning: Nothing is cached: ${CACHE} belongs to another user`,
  ]);
});

Deno.test("makePrivate() refuses what is no directory", () => {
  const files = new FakeFiles({ [CACHE]: "" }, "linux");
  files.attributes.set(CACHE, { mode: 0o100644, uid: USER });
  const said = new Spoken();
  assert.equal(makePrivate(CACHE, { files, system: "linux", user: USER }, said), false);
  assert.match(said.messages[0]!, /is not a directory\nRemove it\.$/);
});

Deno.test("makePrivate() refuses a directory that can't be looked at", () => {
  const { files, close, said } = scene(0o40700);
  files.stat = () => {
    throw new Error("Permission denied");
  };
  assert.equal(close(), false);
  assert.match(said.messages[0]!, /: Permission denied$/);
});

Deno.test("makePrivate() looks through a directory that others could write to", () => {
  const { files, put, close, names } = scene(0o40777);
  files.attributes.set(`${CACHE}/locks`, { mode: 0o40777, uid: USER });
  put("locks/own.lock", { mode: 0o100600 });
  put("locks/planted.lock", { mode: 0o100600, uid: 1001 });
  assert.equal(close(), true);
  assert.deepEqual(names(), ["locks/own.lock"]);
  assert.equal(files.stat(`${CACHE}/locks`)?.mode, 0o700);
});

Deno.test("makePrivate() refuses a directory that can't be closed", () => {
  const { files, close, said } = scene(0o40777);
  files.setMode = () => {
    throw new Error("Operation not permitted");
  };
  assert.equal(close(), false);
  assert.match(
    said.messages[0]!,
    /it can't be made sure that .* is closed to other users: Operation not permitted$/,
  );
});
