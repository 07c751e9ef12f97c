import assert from "node:assert/strict";
import { homeDirectory, joinPath } from "../src/paths.ts";
import type { System } from "../src/runtime.ts";

type Variables = Record<string, string>;

const HOMES: Record<string, readonly [System, Variables, string | undefined]> = {
  "HOME on Linux": ["linux", { HOME: "/home/ann" }, "/home/ann"],
  "HOME on macOS": ["darwin", { HOME: "/Users/ann" }, "/Users/ann"],
  "HOME without its last slash": ["linux", { HOME: "/home/ann/" }, "/home/ann"],
  "HOME that is the root": ["linux", { HOME: "/" }, "/"],
  "none without HOME": ["linux", { USERPROFILE: "C:\\Users\\ann" }, undefined],
  "none for an empty HOME": ["linux", { HOME: "" }, undefined],
  "none for a relative HOME": ["linux", { HOME: "home" }, undefined],
  "USERPROFILE on Windows": ["windows", { USERPROFILE: "C:\\Users\\ann" }, "C:\\Users\\ann"],
  "HOME before USERPROFILE": ["windows", { HOME: "D:\\h", USERPROFILE: "C:\\u" }, "D:\\h"],
  "USERPROFILE where HOME is of Git Bash": [
    "windows",
    { HOME: "/c/Users/ann", USERPROFILE: "C:\\Users\\ann" },
    "C:\\Users\\ann",
  ],
  "a share on Windows": [
    "windows",
    { USERPROFILE: "\\\\host\\home\\ann\\" },
    "\\\\host\\home\\ann",
  ],
  "the root of a drive": ["windows", { USERPROFILE: "C:\\" }, "C:\\"],
};

for (const [what, [system, environment, home]] of Object.entries(HOMES)) {
  Deno.test(`homeDirectory() returns ${what}`, () => {
    assert.equal(homeDirectory({ get: (name) => environment[name] }, system), home);
  });
}

Deno.test("joinPath() joins with one separator of the system", () => {
  assert.equal(joinPath("/a", "b", "linux"), "/a/b");
  assert.equal(joinPath("/", "b", "darwin"), "/b");
  assert.equal(joinPath("C:\\", "b", "windows"), "C:\\b");
  assert.equal(joinPath("C:/a/", "b", "windows"), "C:/a/b");
  assert.equal(joinPath("C:\\a", "b", "windows"), "C:\\a\\b");
});
