import assert from "node:assert/strict";
import { denoFiles, openWithoutWaiting } from "../../src/deno/files.ts";
import type { FileInfo } from "../../src/runtime.ts";
import { hasProgram } from "../support/has_program.ts";

/** A directory for one test. */
class Directory implements Disposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "wev-test-" });

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);
const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;

Deno.test("makeDirectory() and writePrivately() let nobody else in, whatever the umask", {
  ignore: Deno.build.os === "windows",
}, () => {
  using directory = new Directory();
  const umask = Deno.umask(0);
  try {
    const path = `${directory.path}/one/file`;
    denoFiles.makeDirectory(`${directory.path}/one`);
    denoFiles.writePrivately(path, bytes("secret"));
    assert.equal(Deno.readTextFileSync(path), "secret");
    assert.equal(mode(path), 0o600);
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
  assert.equal(denoFiles.lstat(path)?.kind, "file");
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
    assert.equal(denoFiles.read(`${directory.path}/${absent}`, 9), undefined);
    assert.equal(denoFiles.readRegular(`${directory.path}/${absent}`, 9), undefined);
  }
  assert.throws(() => denoFiles.read(directory.path, 9));
  assert.equal(denoFiles.stat(`${directory.path}/file`)?.kind, "file");
  assert.equal(denoFiles.stat(directory.path)?.kind, "directory");
  assert.deepEqual(denoFiles.list(`${directory.path}/absent`), []);
  denoFiles.remove(`${directory.path}/absent`);
});

Deno.test("read() reads one byte beyond its limit and no more", () => {
  using directory = new Directory();
  const path = `${directory.path}/file`;
  Deno.writeTextFileSync(path, "0123456789");
  const read = (limit: number) => new TextDecoder().decode(denoFiles.read(path, limit));
  assert.equal(read(20), "0123456789");
  assert.equal(read(10), "0123456789");
  assert.equal(read(4), "01234");
});

Deno.test("readRegular() returns the content of the file whose attributes it returns", {
  ignore: Deno.build.os === "windows" || !hasProgram("perl"),
}, async () => {
  using directory = new Directory();
  const { path } = directory;
  Deno.writeTextFileSync(`${path}/one`, "private");
  Deno.chmodSync(`${path}/one`, 0o600);
  Deno.writeTextFileSync(`${path}/other`, "open");
  Deno.chmodSync(`${path}/other`, 0o644);
  Deno.symlinkSync("other", `${path}/link`);
  // One after the other has the name that is read.
  const script = `my ($dir) = @ARGV; $| = 1; print "x";
    while (1) { for (qw(one other link)) { link("$dir/$_", "$dir/new"); rename("$dir/new", "$dir/file") } }`;
  const child = new Deno.Command("perl", { args: ["-e", script, path], stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  let found = 0;
  for (let attempt = 0; attempt < 3000; attempt++) {
    try {
      const { info, bytes } = denoFiles.readRegular(`${path}/file`, 100) ?? {};
      if (info === undefined) continue;
      found++;
      const expected = info.kind === "link"
        ? undefined
        : (info.mode! & 0o777) === 0o600
        ? "private"
        : "open";
      assert.equal(bytes && new TextDecoder().decode(bytes), expected);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
    }
  }
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  assert.ok(found > 0);
});

Deno.test("readRegular() reads what a file system tells no size of, and no more than its limit", {
  ignore: Deno.build.os !== "linux",
}, () => {
  using directory = new Directory();
  const path = `${directory.path}/file`;
  Deno.writeTextFileSync(path, "0123456789");
  const length = (limit: number) => denoFiles.readRegular(path, limit)?.bytes?.length;
  assert.equal(length(10), 10);
  assert.equal(length(9), undefined);
  // sysfs says 4096, procfs 0.
  const version = denoFiles.readRegular("/proc/sys/kernel/ostype", 100);
  assert.equal(new TextDecoder().decode(version?.bytes), "Linux\n");
  assert.equal(denoFiles.readRegular("/proc/sys/kernel/ostype", 3)?.bytes, undefined);
});

Deno.test("stat() and lstat() tell what Deno tells, of whatever there is", async () => {
  using directory = new Directory();
  const { path } = directory;
  Deno.writeTextFileSync(`${path}/file`, "content");
  Deno.chmodSync(`${path}/file`, 0o640);
  Deno.symlinkSync("file", `${path}/link`);
  Deno.mkdirSync(`${path}/é`);
  if (hasProgram("mkfifo")) await new Deno.Command("mkfifo", { args: [`${path}/pipe`] }).output();
  const places = ["", "/file", "/link", "/é", "/é/../file", "/pipe", "/link/", "/é/."].map((name) =>
    path + name
  );
  for (const place of [...places, ...Deno.build.os === "windows" ? [] : ["/", "/dev/null"]]) {
    assert.deepEqual(told(denoFiles.stat(place)), tellOf(() => Deno.statSync(place)), place);
    assert.deepEqual(told(denoFiles.lstat(place)), tellOf(() => Deno.lstatSync(place)), place);
  }
  Deno.symlinkSync("link-to-itself", `${path}/link-to-itself`);
  assert.throws(() => denoFiles.stat(`${path}/link-to-itself`));
  assert.throws(() => denoFiles.stat(`${path}/a\0b`));
});

/** Deno cuts the time of a change to whole seconds in some versions. */
function told(info: FileInfo | undefined): unknown {
  if (info === undefined) return undefined;
  return { ...info, changed: info.changed && Math.floor(info.changed.getTime() / 1000) };
}

function tellOf(look: () => Deno.FileInfo): unknown {
  try {
    const info = look();
    return told({
      kind: info.isFile
        ? "file"
        : info.isDirectory
        ? "directory"
        : info.isSymlink
        ? "link"
        : "other",
      size: info.size,
      device: info.dev,
      inode: info.ino ?? 0,
      mode: info.mode ?? undefined,
      uid: info.uid ?? undefined,
      gid: info.gid ?? undefined,
      modified: info.mtime ?? undefined,
      ...(info.ctime === null ? {} : { changed: info.ctime }),
    });
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return undefined;
    throw error;
  }
}

Deno.test(
  "openWithoutWaiting() waits for nobody who writes to a pipe, and follows no link",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    const directory = Deno.makeTempDirSync();
    try {
      const pipe = `${directory}/pipe`;
      assert.ok((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
      {
        using opened = openWithoutWaiting(pipe)!;
        assert.equal(opened.info.kind, "other");
      }
      Deno.writeTextFileSync(`${directory}/file`, "");
      Deno.symlinkSync("file", `${directory}/link`);
      assert.equal(openWithoutWaiting(`${directory}/link`), undefined);
      assert.equal(openWithoutWaiting(`${directory}/absent`), undefined);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
);
