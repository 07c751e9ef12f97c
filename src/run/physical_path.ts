/**
 * Paths as the system follows them: `link/../program` is beside what the link leads to. The runtime
 * shortens such a path as text, to `program`, which is another file.
 *
 * @module
 */

import type { Files } from "../runtime.ts";

/**
 * Returns a path without `..` that leads where `path` leads, for those who use the runtime's functions;
 * where `path` leads nowhere, a path that leads nowhere either. For Unix. Throws what the system says
 * where a part of it may not be looked at.
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

/** A name below a file, or below what is not there: the system says what is wrong with such a path. */
const NOWHERE = "nowhere";

function realDirectory(
  path: string,
  files: Pick<Files, "stat" | "realPath">,
): string | undefined {
  const real = files.realPath(path);
  return real !== undefined && files.stat(real)?.kind === "directory" ? real : undefined;
}
