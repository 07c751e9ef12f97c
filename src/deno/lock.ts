/**
 * Files that one process at a time holds, with flock(2), or LockFileEx on Windows.
 *
 * @module
 */

import type { LockedFile } from "../runtime.ts";

/** Waits until nobody else holds `path`, which is made if it is not there, and holds it. */
export async function lockFile(path: string): Promise<LockedFile> {
  const directory = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")));
  Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  try {
    await file.lock(true);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    content(limit) {
      file.seekSync(0, Deno.SeekMode.Start);
      const buffer = new Uint8Array(Math.min(file.statSync().size, limit));
      const length = file.readSync(buffer) ?? 0;
      return new TextDecoder().decode(buffer.subarray(0, length));
    },
    replace(text) {
      file.truncateSync(0);
      file.seekSync(0, Deno.SeekMode.Start);
      file.writeSync(new TextEncoder().encode(text));
    },
    close: () => file.close(),
  };
}
