import assert from "node:assert/strict";
import { denoFiles } from "../../src/deno/files.ts";

/** A directory for one test. */
class Directory implements Disposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "wev-test-" });

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);
const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;

Deno.test("writePrivately() makes a private file in private directories, whatever the umask", {
  ignore: Deno.build.os === "windows",
}, () => {
  using directory = new Directory();
  const umask = Deno.umask(0);
  try {
    const path = `${directory.path}/one/two/file`;
    denoFiles.writePrivately(path, bytes("secret"));
    assert.equal(Deno.readTextFileSync(path), "secret");
    assert.equal(mode(path), 0o600);
    assert.equal(mode(`${directory.path}/one/two`), 0o700);
    assert.equal(mode(`${directory.path}/one`), 0o700);
  } finally {
    Deno.umask(umask);
  }
});

Deno.test("writePrivately() replaces a file at once: who reads the old one reads it to its end", () => {
  using directory = new Directory();
  const path = `${directory.path}/file`;
  denoFiles.writePrivately(path, bytes("old content"));
  using reader = Deno.openSync(path);
  denoFiles.writePrivately(path, bytes("new"));
  const buffer = new Uint8Array(64);
  const count = reader.readSync(buffer) ?? 0;
  assert.equal(new TextDecoder().decode(buffer.subarray(0, count)), "old content");
  assert.equal(Deno.readTextFileSync(path), "new");
  assert.deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name), ["file"]);
});

Deno.test("writePrivately() makes a file private that was not, and follows no link", {
  ignore: Deno.build.os === "windows",
}, () => {
  using directory = new Directory();
  const target = `${directory.path}/target`;
  Deno.writeTextFileSync(target, "untouched", { mode: 0o644 });
  const path = `${directory.path}/file`;
  Deno.symlinkSync(target, path);
  denoFiles.writePrivately(path, bytes("secret"));
  assert.equal(Deno.readTextFileSync(target), "untouched");
  assert.equal(mode(path), 0o600);
  assert.equal(denoFiles.isLink(path), false);
});

Deno.test("writePrivately() leaves nothing behind where it fails", () => {
  using directory = new Directory();
  const path = `${directory.path}/directory`;
  Deno.mkdirSync(`${path}/full`, { recursive: true });
  assert.throws(() => denoFiles.writePrivately(path, bytes("secret")));
  assert.deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name), ["directory"]);
});

Deno.test("stat() and read() know an absent file from one that can't be read", () => {
  using directory = new Directory();
  Deno.writeTextFileSync(`${directory.path}/file`, "content");
  for (const absent of ["absent", "absent/file", "file/below"]) {
    assert.equal(denoFiles.stat(`${directory.path}/${absent}`), undefined);
    assert.equal(denoFiles.read(`${directory.path}/${absent}`), undefined);
    assert.equal(denoFiles.readText(`${directory.path}/${absent}`), undefined);
  }
  assert.throws(() => denoFiles.read(directory.path));
  assert.equal(denoFiles.stat(`${directory.path}/file`)?.kind, "file");
  assert.equal(denoFiles.stat(directory.path)?.kind, "directory");
  assert.deepEqual(denoFiles.list(`${directory.path}/absent`), []);
  denoFiles.remove(`${directory.path}/absent`);
});

Deno.test("read() reads one byte beyond its limit and no more", () => {
  using directory = new Directory();
  const path = `${directory.path}/file`;
  Deno.writeTextFileSync(path, "0123456789");
  const read = (limit?: number) => new TextDecoder().decode(denoFiles.read(path, limit));
  assert.equal(read(), "0123456789");
  assert.equal(read(20), "0123456789");
  assert.equal(read(10), "0123456789");
  assert.equal(read(4), "01234");
});
