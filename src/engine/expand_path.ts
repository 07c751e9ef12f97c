/**
 * Expands `~` and variables in a path, as Python's `os.path.expandvars` and `os.path.expanduser` do.
 *
 * @module
 */

import type { Environment, Files, System } from "../runtime.ts";

/** The options of {@linkcode expandPath}. */
export interface ExpandOptions {
  /** The variables. */
  readonly environment: Environment;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** The file system, to read `/etc/passwd`. */
  readonly files: Pick<Files, "read">;
  /** The operating system. */
  readonly system: System;
}

/** Returns `path` with variables and `~` expanded. Unknown variables and users stay as they are. */
export function expandPath(path: string, options: ExpandOptions): string {
  return expandHome(expandVariables(path, options), options);
}

function expandVariables(path: string, { environment, system }: ExpandOptions): string {
  const pattern = system === "windows"
    ? /\$(?<name>[A-Za-z0-9_]+)|\$\{(?<braced>[^}]+)\}|%(?<percent>[^%]+)%/g
    : /\$(?<name>[A-Za-z0-9_]+)|\$\{(?<braced>[^}]+)\}/g;
  return path.replace(pattern, (whole, ...rest) => {
    const { name, braced, percent } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    return environment.get(name ?? braced ?? percent ?? "") ?? whole;
  });
}

function expandHome(path: string, { home, files, system }: ExpandOptions): string {
  const [prefix = "", user = ""] = (system === "windows" ? /^~([^\\/]*)/ : /^~([^/]*)/)
    .exec(path) ?? [];
  if (prefix === "") return path;
  const directory = user === "" ? home : system === "windows" ? undefined : homeOf(user, files);
  if (directory === undefined) return path;
  const end = directory.length > 1 ? directory.replace(/\/+$/, "") : "";
  return (end + path.slice(prefix.length)) || "/";
}

/** Most bytes read of the user database; users after that are unknown. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Returns the home directory of another user, if it is in `/etc/passwd`. */
function homeOf(user: string, files: Pick<Files, "read">): string | undefined {
  try {
    const line = new TextDecoder().decode(files.read("/etc/passwd", MAX_BYTES)).split("\n")
      .find((line) => line.startsWith(`${user}:`));
    return line?.split(":")[5] || undefined;
  } catch {
    return undefined;
  }
}
