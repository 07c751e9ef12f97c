import assert from "node:assert/strict";
import { lookUp, type LookupOptions } from "../../src/run/lookup.ts";
import type { FileInfo, Files } from "../../src/runtime.ts";
import { FakeFiles } from "../support/fake_runtime.ts";

/** A file system that holds nothing but files at `paths`. */
function filesAt(...paths: string[]): Pick<Files, "stat"> {
  return new FakeFiles(Object.fromEntries(paths.map((path) => [path, ""])), "linux");
}

function found(
  name: string,
  files: Pick<Files, "stat">,
  options: Partial<LookupOptions> = {},
): string[] {
  return [...lookUp(name, files, { system: "linux", path: undefined, ...options })];
}

Deno.test("lookUp() yields what is there, in the order of PATH", () => {
  const files = filesAt("/b/tool", "/a/tool", "/d/tool");
  assert.deepEqual(found("tool", files, { path: "/a:/b:/c" }), ["/a/tool", "/b/tool"]);
});

Deno.test("lookUp() stops looking when nobody asks for more", () => {
  const looked: string[] = [];
  const there = filesAt("/a/tool");
  const files = { stat: (path: string) => (looked.push(path), there.stat(path)) };
  const candidates = lookUp("tool", files, { system: "linux", path: "/a:/b" });
  assert.equal(candidates.next().value, "/a/tool");
  assert.deepEqual(looked, ["/a/tool"]);
});

Deno.test("lookUp() takes an empty element of PATH for the current directory", () => {
  const files = filesAt("./tool");
  for (const path of ["", ":/a", "/a:", "/a::/b"]) {
    assert.deepEqual(found("tool", files, { path }), ["./tool"], `PATH=${path}`);
  }
});

Deno.test("lookUp() keeps a relative element of PATH relative", () => {
  assert.deepEqual(found("tool", filesAt("bin/tool"), { path: "bin" }), ["bin/tool"]);
});

Deno.test("lookUp() searches the system's own directories without PATH", () => {
  const files = filesAt("/usr/bin/tool", "/bin/tool", "./tool");
  assert.deepEqual(found("tool", files), ["/bin/tool", "/usr/bin/tool"]);
});

Deno.test("lookUp() does not search for a name with a slash, there or not", () => {
  const files = filesAt("/a/./tool", "/a/b/tool");
  assert.deepEqual(found("./tool", files, { path: "/a" }), ["./tool"]);
  assert.deepEqual(found("b/tool", files, { path: "/a" }), ["b/tool"]);
});

Deno.test("lookUp() finds nothing for an empty name", () => {
  assert.deepEqual(found("", filesAt("/a/", "./", ""), { path: "/a:" }), []);
});

Deno.test("lookUp() yields what it may not look at: the system says why when executing it", () => {
  const files = {
    stat(path: string): FileInfo | undefined {
      if (path.startsWith("/closed/")) throw new Deno.errors.PermissionDenied("closed");
      return undefined;
    },
  };
  assert.deepEqual(found("tool", files, { path: "/a:/closed" }), ["/closed/tool"]);
});

Deno.test("lookUp() adds the endings of PATHEXT on Windows", () => {
  const options = { system: "windows", path: "C:\\a;C:\\b", pathExtensions: ".EXE;.CMD" } as const;
  const files = filesAt("C:\\b\\tool.EXE", "C:\\a\\tool.CMD", "C:\\a\\tool");
  assert.deepEqual(found("tool", files, options), ["C:\\a\\tool.CMD", "C:\\b\\tool.EXE"]);
});

Deno.test("lookUp() tries a name with an ending as it is on Windows, then with PATHEXT's", () => {
  const options = { system: "windows", path: "C:\\a" } as const;
  const files = filesAt("C:\\a\\tool.exe", "C:\\a\\tool.exe.CMD");
  assert.deepEqual(found("tool.exe", files, options), ["C:\\a\\tool.exe", "C:\\a\\tool.exe.CMD"]);
});

Deno.test("lookUp() knows the paths of Windows", () => {
  const options = { system: "windows", path: "C:\\a" } as const;
  const files = filesAt(".\\tool.EXE", "D:tool.EXE", "./tool.EXE", "C:\\a\\tool.EXE");
  assert.deepEqual(found(".\\tool", files, options), [".\\tool.EXE"]);
  assert.deepEqual(found("D:tool", files, options), ["D:tool.EXE"]);
  assert.deepEqual(found("./tool", files, options), ["./tool.EXE"]);
});

Deno.test("lookUp() does not search the current directory on Windows", () => {
  const files = filesAt(".\\tool.EXE", "./tool.EXE", "tool.EXE", "C:\\a b\\tool.EXE");
  const options = { system: "windows", path: ';"C:\\a b\\";' } as const;
  assert.deepEqual(found("tool", files, options), ["C:\\a b\\tool.EXE"]);
});
