import assert from "node:assert/strict";
import { programPath } from "../src/programs.ts";
import type { System } from "../src/runtime.ts";
import { FakeFiles } from "./support/fake_runtime.ts";

/** Returns where `name` is, with programs at `there`. */
function find(name: string, path: string | undefined, there: string[], system: System = "linux") {
  const files = new FakeFiles({}, system);
  for (const path of there) {
    if (!path.endsWith("directory")) files.content.set(path, "");
    const mode = path.endsWith("data") ? 0o644 : 0o755;
    files.attributes.set(path, system === "windows" ? {} : { mode });
  }
  const environment = { get: (name: string) => name === "PATH" ? path : undefined };
  return programPath(name, { files, environment, system });
}

Deno.test("programPath() takes an absolute path as it is", () => {
  assert.equal(find("/opt/code", "", []), "/opt/code");
  assert.equal(find("C:\\code.exe", "", [], "windows"), "C:\\code.exe");
  assert.equal(find("\\\\host\\code.exe", "", [], "windows"), "\\\\host\\code.exe");
});

Deno.test("programPath() looks into the absolute elements of PATH, in order", () => {
  assert.equal(find("code", "/a:/b:/c", ["/b/code", "/c/code"]), "/b/code");
  assert.equal(
    find("code", ":.:bin:./bin:../bin:~/bin", ["./code", "bin/code", "code"]),
    undefined,
  );
  assert.equal(find("code", undefined, ["/usr/bin/code"]), "/usr/bin/code");
  assert.equal(find("code", "", ["/usr/bin/code"]), undefined);
});

Deno.test("programPath() passes over what can't be executed", () => {
  assert.equal(find("data", "/a:/b", ["/a/data"]), undefined);
  assert.equal(find("directory", "/a", ["/a/directory"]), undefined);
});

Deno.test("programPath() takes no relative path", () => {
  for (const name of ["./code", "bin/code", "../code", ""]) {
    assert.equal(find(name, "/a", [name, `/a/${name}`]), undefined);
  }
  for (const name of [".\\code", "bin\\code", "C:code", "C:/x:y", "\\code"]) {
    assert.equal(find(name, "C:\\a", [name], "windows"), name === "C:/x:y" ? name : undefined);
  }
});

Deno.test("programPath() knows the endings of programs on Windows", () => {
  const path = '.;bin;"C:\\a b"';
  assert.equal(find("code", path, ["C:\\a b\\code.EXE"], "windows"), "C:\\a b\\code.EXE");
  assert.equal(find("code", path, ["bin\\code.EXE", ".\\code.EXE"], "windows"), undefined);
});
