import assert from "node:assert/strict";
import { cacheDirectory, NAMES, planPath, UNFINISHED } from "../../src/cache/layout.ts";
import type { System } from "../../src/runtime.ts";

type Variables = Record<string, string>;

const CACHES: Record<string, readonly [System, Variables, string | undefined]> = {
  "HOME/.cache/wev": ["linux", { HOME: "/home/ann" }, "/home/ann/.cache/wev"],
  "XDG_CACHE_HOME/wev": ["linux", { HOME: "/home/ann", XDG_CACHE_HOME: "/c/" }, "/c/wev"],
  "XDG_CACHE_HOME/wev on macOS": ["darwin", { HOME: "/Users/a", XDG_CACHE_HOME: "/c" }, "/c/wev"],
  "HOME/.cache/wev for a relative XDG_CACHE_HOME": [
    "linux",
    { HOME: "/home/ann", XDG_CACHE_HOME: "cache" },
    "/home/ann/.cache/wev",
  ],
  "XDG_CACHE_HOME/wev without HOME": ["linux", { XDG_CACHE_HOME: "/c" }, "/c/wev"],
  "none without HOME": ["linux", {}, undefined],
  "LOCALAPPDATA\\wev\\cache on Windows": [
    "windows",
    { LOCALAPPDATA: "C:\\Users\\ann\\AppData\\Local", XDG_CACHE_HOME: "/c" },
    "C:\\Users\\ann\\AppData\\Local\\wev\\cache",
  ],
};

for (const [what, [system, environment, directory]] of Object.entries(CACHES)) {
  Deno.test(`cacheDirectory() returns ${what}`, () => {
    assert.equal(cacheDirectory({ get: (name) => environment[name] }, system), directory);
  });
}

Deno.test("planPath() differs between working directories and between homes", () => {
  const place = { workingDirectory: "/work", home: "/home/ann", system: "linux" } as const;
  const paths = new Set([
    planPath("/c", place),
    planPath("/c", { ...place, workingDirectory: "/work2" }),
    planPath("/c", { ...place, home: undefined }),
  ]);
  assert.equal(paths.size, 3);
  for (const path of paths) {
    assert.match(path, /^\/c\/plans\/[^/]+$/);
    assert.match(path.slice("/c/plans/".length), NAMES.plan);
  }
});

Deno.test("the names of temporary files differ from those of complete files", () => {
  const [key, plan] = ["a1".repeat(32), "b2".repeat(8)];
  for (const name of [`${key}.json`, `${plan}.json`, key, "lockout.json"]) {
    assert.doesNotMatch(name, UNFINISHED);
    assert.match(`${name}.0c9e-77.tmp`, UNFINISHED);
  }
  assert.doesNotMatch("notes.txt.1.tmp", UNFINISHED);
});
