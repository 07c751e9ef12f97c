import assert from "node:assert/strict";
import {
  faultOf,
  makeOwnDirectory,
  ownFiles,
  Unusable,
} from "../../src/cache/private_directory.ts";
import type { FileInfo } from "../../src/runtime.ts";
import { FakeFiles } from "../support/fake_runtime.ts";

const CACHE = "/home/ann/.cache/wev";
const PARENT = "/home/ann/.cache";
const USER = 1000;

/** Returns the owner of a cache. */
function owner(attributes: Record<string, Partial<FileInfo>> = {}, home?: string) {
  const files = new FakeFiles({}, "linux");
  for (const [path, own] of Object.entries(attributes)) {
    files.attributes.set(path, { uid: USER, gid: USER, ...own });
  }
  const made: string[] = [];
  files.makeDirectory = (path) => {
    made.push(path);
    files.attributes.set(path, { mode: 0o40700, uid: USER, gid: USER });
  };
  return { files, system: "linux", user: USER, home, made } as const;
}

/** The files, and the error. */
const FAULTS: Record<string, [Record<string, Partial<FileInfo>>, RegExp | undefined]> = {
  "private": [{ [PARENT]: { mode: 0o40755 }, [CACHE]: { mode: 0o40700 } }, undefined],
  "missing": [{ [PARENT]: { mode: 0o40755 } }, undefined],
  "in a directory of the user's own group": [
    { [PARENT]: { mode: 0o40775 }, [CACHE]: { mode: 0o40700 } },
    undefined,
  ],
  "in a sticky directory of root's": [
    { [PARENT]: { mode: 0o41777, uid: 0, gid: 0 }, [CACHE]: { mode: 0o40700 } },
    undefined,
  ],
  "readable by others": [
    { [CACHE]: { mode: 0o40755 } },
    /wev is open to other users\n.*chmod 700 /,
  ],
  "writable by its group": [{ [CACHE]: { mode: 0o40770 } }, /wev is open to other users\n/],
  "another user's": [
    { [CACHE]: { mode: 0o40700, uid: 1001 } },
    /wev belongs to another user\nRemove it \(rm -r .*wev\), or set XDG_CACHE_HOME/,
  ],
  "a pipe": [{ [CACHE]: { kind: "other", mode: 0o10600 } }, /wev is not a directory\n.*: rm /],
  "in a directory that everybody may write": [
    { [PARENT]: { mode: 0o40777 }, [CACHE]: { mode: 0o40700 } },
    /wev can be replaced by other users\nRun: chmod go-w \/home\/ann\/\.cache$/,
  ],
  "missing, in a directory that everybody may write": [
    { [PARENT]: { mode: 0o40777 } },
    /wev can be replaced by other users\n/,
  ],
  "in a directory of another group": [
    { [PARENT]: { mode: 0o40775, gid: 100 }, [CACHE]: { mode: 0o40700 } },
    /wev can be replaced by other users\n/,
  ],
  "in another user's directory": [
    { [PARENT]: { mode: 0o41777, uid: 1001 }, [CACHE]: { mode: 0o40700 } },
    /wev can be replaced by other users\nTo cache, set XDG_CACHE_HOME to a directory of yours\.$/,
  ],
  "in an open directory that nobody else can get to": [
    {
      "/home/ann": { mode: 0o40700 },
      [PARENT]: { mode: 0o40777 },
      [CACHE]: { mode: 0o40700 },
    },
    undefined,
  ],
  "in an open directory below a closed one of another user's": [
    {
      "/home/ann": { mode: 0o40700, uid: 1001 },
      [PARENT]: { mode: 0o40777 },
      [CACHE]: { mode: 0o40700 },
    },
    /wev can be replaced by other users\n/,
  ],
};

for (const [what, [attributes, says]] of Object.entries(FAULTS)) {
  Deno.test(`faultOf() ${says === undefined ? "finds none in" : "refuses"} a directory that is ${what}`, () => {
    const options = owner(attributes);
    const fault = faultOf(CACHE, options);
    if (says === undefined) assert.equal(fault, undefined);
    else assert.match(fault!.message, says);
    assert.equal(options.files.changes, 0);
    assert.deepEqual(options.made, []);
  });
}

Deno.test("faultOf() refuses a link, and escapes control characters", () => {
  const path = "/home/ann/\x1b[2J's/wev";
  const options = owner({ [path]: { mode: 0o40700 } });
  options.files.links.add(path);
  const { hint } = faultOf(path, options)!;
  assert.equal(hint, "Remove it: rm '/home/ann/\\x1b[2J'\\''s/wev'");
});

Deno.test("faultOf() ignores owners on Windows", () => {
  const options = owner({ [CACHE]: { mode: 0o40777 } });
  assert.equal(faultOf(CACHE, { ...options, user: undefined }), undefined);
});

Deno.test("makeOwnDirectory() creates missing directories, but not the home directory", () => {
  const root = { mode: 0o40755, uid: 0, gid: 0 };
  const there = owner({ "/": root, "/home": root, "/home/ann": { mode: 0o40755 } }, "/home/ann");
  makeOwnDirectory(`${CACHE}/plans`, there);
  assert.deepEqual(there.made, [PARENT, CACHE, `${CACHE}/plans`]);
  for (const [home, directory] of [["/home/ann", CACHE], ["/home//ann", "/home/./ann"]] as const) {
    const missing = owner({ "/": root, "/home": root }, home);
    assert.throws(() => makeOwnDirectory(directory, missing), /home directory does not exist/);
    assert.deepEqual(missing.made, []);
  }
});

Deno.test("makeOwnDirectory() creates nothing in a directory that others can write to", () => {
  const options = owner({ [PARENT]: { mode: 0o40777 } });
  assert.throws(() => makeOwnDirectory(`${CACHE}/plans`, options), Unusable);
  assert.deepEqual(options.made, []);
});

Deno.test("makeOwnDirectory() refuses a directory that another user created meanwhile", () => {
  const options = owner({ [PARENT]: { mode: 0o41777, uid: 0, gid: 0 } });
  options.files.makeDirectory = (path) =>
    void options.files.attributes.set(path, { mode: 0o40777, uid: 1001, gid: 1001 });
  assert.throws(() => makeOwnDirectory(CACHE, options), /belongs to another user/);
});

Deno.test("ownFiles() returns the user's regular files whose names match", () => {
  const options = owner({ [CACHE]: { mode: 0o40700 } });
  const put = (name: string, attributes: Partial<FileInfo>) => {
    options.files.content.set(`${CACHE}/${name}`, "");
    options.files.attributes.set(`${CACHE}/${name}`, { uid: USER, mode: 0o100600, ...attributes });
  };
  put("1.json", {});
  put("2.json", { uid: 1001 });
  put("3.json", { kind: "other" });
  put("4.json", {});
  options.files.links.add(`${CACHE}/4.json`);
  put("five.json", {});
  const names = () => ownFiles(CACHE, /^\d\.json$/, options).map(({ name }) => name);
  assert.deepEqual(names(), ["1.json"]);
  options.files.links.add(CACHE);
  assert.deepEqual(names(), []);
});
