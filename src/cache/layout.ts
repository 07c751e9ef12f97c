/**
 * The layout of the cache directory:
 *
 * ```
 * ~/.cache/wev/            0700, as all below
 *   KEY.json               an entry: the values of a variable, or a session that several share
 *   facts/KEY.json         a remembered choice: which MFA device
 *   plans/NAME.json        the plan of a working directory
 *   codes/DIGEST           an empty file: a recently used one-time code
 *   locks/NAME.lock        empty, or the holder of the lock
 *   lockout.json           wev is locked (`wev --lock`): since when
 *   questions/ID           the socket of a run that waits for an answer
 *   key.dpapi              Windows: the key that encrypts the values, for WEV_KEYRING
 * ```
 *
 * A file is written as `FILE.UUID.tmp` in the same directory, and then renamed.
 *
 * @module
 */

import { absolutePath, homeDirectory, joinPath } from "../paths.ts";
import type { Environment, System } from "../runtime.ts";

/**
 * Returns the cache directory: `$XDG_CACHE_HOME/wev`, or `$HOME/.cache/wev` if that is not set; on Windows
 * `%LOCALAPPDATA%\wev\cache`. Returns `undefined` if there is no home directory. A relative
 * `XDG_CACHE_HOME` is ignored, as the XDG Base Directory Specification requires.
 */
export function cacheDirectory(environment: Environment, system: System): string | undefined {
  if (system === "windows") {
    const local = absolutePath(environment.get("LOCALAPPDATA"), system);
    return local === undefined ? undefined : joinPath(local, "wev\\cache", system);
  }
  const caches = absolutePath(environment.get("XDG_CACHE_HOME"), system);
  if (caches !== undefined) return joinPath(caches, "wev", system);
  const home = homeDirectory(environment, system);
  return home === undefined ? undefined : joinPath(home, ".cache/wev", system);
}

/** Returns the path of the entry of `key` in `directory`. */
export function entryPath(directory: string, key: string, system: System): string {
  return joinPath(directory, `${key}.json`, system);
}

/** Returns the key of the entry in the file `name`. */
export function keyIn(name: string): string {
  return name.slice(0, -".json".length);
}

/** Returns the directory of the remembered choices. Its files are entries, too. */
export function rememberedDirectory(cache: string, system: System): string {
  return joinPath(cache, "facts", system);
}

/** Returns the directory of the kept plans. */
export function planDirectory(cache: string, system: System): string {
  return joinPath(cache, "plans", system);
}

/** Returns the path of the kept plan for a working directory and a home directory. */
export function planPath(
  cache: string,
  { workingDirectory, home, system }: {
    readonly workingDirectory: string;
    readonly home: string | undefined;
    readonly system: System;
  },
): string {
  const name = hash(`${workingDirectory}\0${home ?? ""}`);
  return joinPath(planDirectory(cache, system), `${name}.json`, system);
}

/**
 * Returns a 64-bit hash for a file name. A collision does no harm, because the file says which directory
 * it is for. SHA-256 is asynchronous, and waiting for it takes time.
 */
function hash(text: string): string {
  let one = 0x811c9dc5;
  let other = 0xdeadbeef;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b) + 1;
  }
  return hex(one) + hex(other);
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, "0");
}

/** Returns the directory of the used codes. */
export function codesDirectory(cache: string, system: System): string {
  return joinPath(cache, "codes", system);
}

/** Returns the path of the lock `name`. */
export function lockPath(cache: string, name: string, system: System): string {
  return joinPath(joinPath(cache, "locks", system), `${name}.lock`, system);
}

/** Returns the path of the file that exists while wev is locked. */
export function lockoutPath(cache: string, system: System): string {
  return joinPath(cache, "lockout.json", system);
}

/** Returns the directory of the sockets of runs that wait for an answer. */
export function questionsDirectory(cache: string, system: System): string {
  return joinPath(cache, "questions", system);
}

/** Returns the path of the key that encrypts values on Windows. */
export function sealingKeyPath(cache: string): string {
  return joinPath(cache, "key.dpapi", "windows");
}

/** The file names of each kind. wev owns no other files in the directories of the cache. */
export const NAMES = {
  entry: /^[0-9a-f]{64}\.json$/,
  plan: /^[0-9a-f]{16}\.json$/,
  usedCode: /^[0-9a-f]{64}$/,
  question: /^[0-9a-f]{16}$/,
} as const;

/** The names of temporary files: still being written, or left by a killed run. */
export const UNFINISHED =
  /^(?:[0-9a-f]{64}(?:\.json)?|[0-9a-f]{16}\.json|lockout\.json)\.[\w-]+\.tmp$/;
