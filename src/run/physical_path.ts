/**
 * Paths as the system follows them: `link/../program` is beside the target of the link. The runtime
 * shortens such a path as text, to `program`, which is another file.
 *
 * @module
 */

import type { Files } from "../runtime.ts";

/**
 * Returns a path without `..` to the same file as `path`, for the runtime's functions. If `path` leads
 * nowhere, so does the result. For Unix.
 *
 * @throws the system's error if a part of the path may not be examined.
 */
export function physicalPath(path: string, files: Pick<Files, "stat" | "realPath">): string {
  const names = path.split("/");
  const last = names.at(-1)!;
  const isDirectoryMeant = last === "" || last === "." || last === "..";
  if (!isDirectoryMeant && !names.includes("..")) return path;
  let at = path.startsWith("/") ? "/" : ".";
  for (const name of names) {
    if (name === "" || name === ".") continue;
    if (name !== "..") {
      at = at.endsWith("/") ? at + name : `${at}/${name}`;
      continue;
    }
    const directory = realDirectory(at, files);
    if (directory === undefined) return `${at}/${NOWHERE}`;
    at = directory.slice(0, directory.lastIndexOf("/")) || "/";
  }
  return isDirectoryMeant && realDirectory(at, files) === undefined ? `${at}/${NOWHERE}` : at;
}

/** A name below a file or a missing directory: the system gives the error for such a path. */
const NOWHERE = "nowhere";

function realDirectory(
  path: string,
  files: Pick<Files, "stat" | "realPath">,
): string | undefined {
  const real = files.realPath(path);
  return real !== undefined && files.stat(real)?.kind === "directory" ? real : undefined;
}
