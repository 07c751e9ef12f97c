import assert from "node:assert/strict";
import { candidatePaths, configDirectories } from "../../src/config/discover.ts";
import { CONFIG_FILE_NAMES } from "../../src/paths.ts";
import type { System } from "../../src/runtime.ts";

function directories(workingDirectory: string, home?: string, system: System = "linux") {
  const { home: weak, ancestors } = candidatePaths({ workingDirectory, home, system });
  const name = /[\\/]?\.wev\.yml$/;
  const firsts = (paths: readonly string[]) => paths.filter((path) => name.test(path));
  return [firsts(weak), firsts(ancestors)];
}

Deno.test("candidatePaths() goes from the root down to the working directory", () => {
  assert.deepEqual(directories("/a/b"), [[], ["/.wev.yml", "/a/.wev.yml", "/a/b/.wev.yml"]]);
});

Deno.test("candidatePaths() has the four names in each directory, the weakest first", () => {
  assert.deepEqual(CONFIG_FILE_NAMES, [".wev.yml", "wev.yml", ".wev.user.yml", "wev.user.yml"]);
  assert.deepEqual(candidatePaths({ workingDirectory: "/", home: "/h", system: "linux" }), {
    home: ["/h/.wev.yml", "/h/wev.yml", "/h/.wev.user.yml", "/h/wev.user.yml"],
    ancestors: ["/.wev.yml", "/wev.yml", "/.wev.user.yml", "/wev.user.yml"],
  });
});

Deno.test("candidatePaths() does not name home's files twice where home is an ancestor", () => {
  const ancestors = ["/.wev.yml", "/h/.wev.yml", "/h/a/.wev.yml"];
  assert.deepEqual(directories("/h/a", "/h"), [[], ancestors]);
  assert.deepEqual(directories("/h", "/h")[0], []);
  assert.deepEqual(directories("/ha", "/h")[0], ["/h/.wev.yml"]);
});

Deno.test("candidatePaths() names the files of a home below the working directory", () => {
  assert.deepEqual(directories("/a", "/a/h"), [["/a/h/.wev.yml"], ["/.wev.yml", "/a/.wev.yml"]]);
});

Deno.test("candidatePaths() goes from the drive down on Windows", () => {
  assert.deepEqual(directories("C:\\a\\b", "C:\\a", "windows"), [[], [
    "C:\\.wev.yml",
    "C:\\a\\.wev.yml",
    "C:\\a\\b\\.wev.yml",
  ]]);
});

Deno.test("candidatePaths() goes from the share down on Windows", () => {
  assert.deepEqual(directories("\\\\host\\share\\a", "C:\\h", "windows"), [
    ["C:\\h\\.wev.yml"],
    ["\\\\host\\share\\.wev.yml", "\\\\host\\share\\a\\.wev.yml"],
  ]);
});

Deno.test("candidatePaths() knows home on Windows in any case", () => {
  assert.deepEqual(directories("C:\\Users\\Ann\\a", "c:\\users\\ann", "windows")[0], []);
});

Deno.test("configDirectories() has each directory once, home first where it is no ancestor", () => {
  const of = (workingDirectory: string, home?: string) =>
    configDirectories({ workingDirectory, home, system: "linux" });
  assert.deepEqual(of("/a/b"), ["/", "/a", "/a/b"]);
  assert.deepEqual(of("/a", "/h"), ["/h", "/", "/a"]);
  assert.deepEqual(of("/a/b", "/a"), ["/", "/a", "/a/b"]);
});
