import assert from "node:assert/strict";
import { isHomeFile } from "../../src/config/home_file.ts";
import type { FileInfo, System } from "../../src/runtime.ts";
import { FakeFiles } from "../support/fake_runtime.ts";

/** A file or directory by its number, and that of its device. */
const at = (inode: number, device = 1): Partial<FileInfo> => ({ inode, device });

function check(
  path: string,
  home: string | undefined,
  there: Readonly<Record<string, Partial<FileInfo>>> = {},
  system: System = "linux",
): boolean {
  const files = new FakeFiles({}, system);
  for (const [path, info] of Object.entries(there)) files.attributes.set(path, info);
  return isHomeFile(files, path, { home, system });
}

Deno.test("isHomeFile() knows a file in the home directory, and none above, below or beside it", () => {
  assert.ok(check("/home/ann/.wev.yml", "/home/ann"));
  for (const other of ["/home/wev.yml", "/home/ann/p/wev.yml", "/home/anna/wev.yml", "/wev.yml"]) {
    assert.ok(!check(other, "/home/ann"), other);
  }
});

Deno.test("isHomeFile() knows no file where there is no home", () => {
  assert.ok(!check("/wev.yml", undefined));
});

Deno.test("isHomeFile() knows the home directory by another path", () => {
  assert.ok(check("/link/wev.yml", "/home/ann", { "/link": at(7), "/home/ann": at(7) }));
  assert.ok(check("/wev.yml", "/home/ann", { "/": at(7), "/home/ann": at(7) }));
});

Deno.test("isHomeFile() knows a link to a file of the home directory", () => {
  for (const name of [".wev.yml", "wev.yml", ".wev.user.yml", "wev.user.yml"]) {
    const there = { "/p/wev.yml": at(7), [`/home/ann/${name}`]: at(7) };
    assert.ok(check("/p/wev.yml", "/home/ann", there), name);
  }
  const other = { "/p/wev.yml": at(7), "/home/ann/other.yml": at(7) };
  assert.ok(!check("/p/wev.yml", "/home/ann", other));
});

Deno.test("isHomeFile() takes a number for a file only on the same device, and if it is one", () => {
  const on = (device: number, inode: number) => ({
    "/p/wev.yml": at(inode),
    "/home/ann/wev.yml": at(inode, device),
  });
  assert.ok(!check("/p/wev.yml", "/home/ann", on(2, 7)));
  // Some file systems number nothing.
  assert.ok(!check("/p/wev.yml", "/home/ann", on(1, 0)));
});

Deno.test("isHomeFile() takes what can't be looked at for another file", () => {
  const files = new FakeFiles({}, "linux");
  files.stat = () => {
    throw new Error("Permission denied");
  };
  const place = { home: "/home/ann", system: "linux" } as const;
  assert.ok(!isHomeFile(files, "/p/wev.yml", place));
  assert.ok(isHomeFile(files, "/home/ann/wev.yml", place));
});

Deno.test("isHomeFile() knows the home directory on Windows in any case, by either separator", () => {
  for (
    const path of ["C:\\Users\\Ann\\wev.yml", "c:\\users\\ANN\\wev.yml", "C:\\Users\\Ann/wev.yml"]
  ) {
    assert.ok(check(path, "C:\\Users\\Ann", {}, "windows"), path);
  }
  assert.ok(!check("C:\\Users\\Ann\\p\\wev.yml", "C:\\Users\\Ann", {}, "windows"));
  assert.ok(!check("/home/ANN/wev.yml", "/home/ann"));
  assert.ok(!check("/home\\ann/wev.yml", "/home"));
});
