import assert from "node:assert/strict";
import { openWithoutWaiting } from "../../src/deno/descriptor.ts";

const linux = { ignore: Deno.build.os !== "linux" };

Deno.test("openWithoutWaiting() tells of a file what stat() tells", linux, () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, "text");
    using file = openWithoutWaiting(path)!;
    const { dev, ino, uid, gid, mode, size, mtime, ctime } = Deno.statSync(path);
    const { changed, ...info } = file.info;
    // Deno cuts it to whole seconds in some versions.
    assert.equal(Math.floor(changed!.getTime() / 1000), Math.floor(ctime!.getTime() / 1000));
    assert.deepEqual(info, {
      kind: "file",
      device: dev,
      inode: ino,
      uid,
      gid,
      mode,
      size,
      modified: mtime,
    });
    const buffer = new Uint8Array(16);
    assert.equal(file.readSync(buffer), 4);
    assert.equal(new TextDecoder().decode(buffer.subarray(0, 4)), "text");
    assert.equal(file.readSync(buffer), null);
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test(
  "openWithoutWaiting() waits for nobody who writes to a pipe, and follows no link",
  linux,
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
