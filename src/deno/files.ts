/**
 * The real file system.
 *
 * @module
 */

import type { FileInfo, Files } from "../runtime.ts";

/** The real file system, but for locks. */
export const denoFiles: Omit<Files, "lock"> = {
  stat: (path) => unlessAbsent(() => toFileInfo(Deno.statSync(path))),

  realPath: (path) => unlessAbsent(() => Deno.realPathSync(path)),

  isLink: (path) => unlessAbsent(() => Deno.lstatSync(path).isSymlink) ?? false,

  readText: (path) => unlessAbsent(() => Deno.readTextFileSync(path)),

  read(path, limit) {
    return unlessAbsent(() => {
      using file = Deno.openSync(path, { read: true });
      return limit === undefined ? readAll(file) : readAtMost(file, limit + 1);
    });
  },

  writePrivately(path, content) {
    const directory = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")));
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    const temporary = `${path}.${crypto.randomUUID()}.tmp`;
    try {
      {
        using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
        writeAll(file, content);
      }
      Deno.renameSync(temporary, path);
    } catch (error) {
      unlessAbsent(() => Deno.removeSync(temporary));
      throw error;
    }
  },

  append: (path, text) => Deno.writeTextFileSync(path, text, { append: true, create: false }),

  makePrivateDirectory: (path) => Deno.mkdirSync(path, { recursive: true, mode: 0o700 }),

  list: (path) => unlessAbsent(() => [...Deno.readDirSync(path)].map(({ name }) => name)) ?? [],

  remove: (path) => unlessAbsent(() => Deno.removeSync(path)),

  rename: (path, to) => Deno.renameSync(path, to),

  setMode: (path, mode) => Deno.chmodSync(path, mode),
};

function unlessAbsent<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    // A path that goes through a file leads nowhere either.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}

function toFileInfo(info: Deno.FileInfo): FileInfo {
  return {
    kind: info.isFile ? "file" : info.isDirectory ? "directory" : "other",
    size: info.size,
    device: info.dev,
    inode: info.ino ?? 0,
    mode: info.mode ?? undefined,
    uid: info.uid ?? undefined,
    modified: info.mtime ?? undefined,
    ...(info.ctime === null ? {} : { changed: info.ctime }),
  };
}

function readAll(file: Deno.FsFile): Uint8Array {
  return readAtMost(file, file.statSync().size);
}

function readAtMost(file: Deno.FsFile, limit: number): Uint8Array {
  const buffer = new Uint8Array(Math.min(limit, file.statSync().size + 1));
  let length = 0;
  while (length < buffer.length) {
    const count = file.readSync(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

function writeAll(file: Deno.FsFile, content: Uint8Array): void {
  for (let written = 0; written < content.length;) {
    written += file.writeSync(content.subarray(written));
  }
}
