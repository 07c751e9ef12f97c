import assert from "node:assert/strict";
import { physicalPath } from "../../src/run/physical_path.ts";
import type { FileInfo, Files } from "../../src/runtime.ts";

/** Directories, files and links by their paths; the working directory is `/work`. */
const TREE: Readonly<Record<string, string>> = {
  "/": "directory",
  "/work": "directory",
  "/work/file": "file",
  "/work/link": "/far/deep",
  "/far": "directory",
  "/far/deep": "directory",
  "/far/file": "file",
};

const files: Pick<Files, "stat" | "realPath"> = {
  realPath(path) {
    const absolute = path.startsWith("/") ? path : `/work/${path}`.replaceAll("/.", "");
    const [, start = "", rest = ""] = /^(\/work\/link)?(.*)$/.exec(absolute) ?? [];
    const real = (start === "" ? "" : TREE[start]!) + rest;
    return real in TREE ? real : undefined;
  },
  stat(path) {
    const kind = TREE[path];
    return kind === undefined ? undefined : { kind } as FileInfo;
  },
};

for (
  const [path, expected] of [
    ["tool", "tool"],
    ["/bin/tool", "/bin/tool"],
    ["./tool", "./tool"],
    ["./link/tool", "./link/tool"],
    ["../tool", "/tool"],
    ["../../tool", "/tool"],
    ["link/../file", "/far/file"],
    ["./link/./..//file", "/far/file"],
    ["/work/link/../file", "/far/file"],
    ["/work/link/../../work/file", "/work/file"],
    ["file/../tool", "./file/nowhere"],
    ["absent/../tool", "./absent/nowhere"],
    ["file/", "./file/nowhere"],
    ["file/.", "./file/nowhere"],
    ["link/", "./link"],
    ["link/..", "/far"],
    ["/..", "/"],
  ] as const
) {
  Deno.test(`physicalPath() returns ${expected} for ${path}`, () => {
    assert.equal(physicalPath(path, files), expected);
  });
}

Deno.test("physicalPath() looks at nothing where there is no ..", () => {
  const none = {
    realPath: () => assert.fail(),
    stat: () => assert.fail(),
  };
  for (const path of ["tool", "./tool", "/usr/bin/tool", "..tool", "a/..."]) {
    assert.equal(physicalPath(path, none), path);
  }
});
