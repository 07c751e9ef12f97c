/**
 * What the parts of one run of wev share.
 *
 * @module
 */

import { CacheStore } from "../cache/store.ts";
import { joinPath } from "../directories.ts";
import { createLogger, type Logger, type LogLevel } from "../logger.ts";
import type { Place } from "../plan/recall.ts";
import type { Freshness } from "../resolve/resolver.ts";
import type { Runtime } from "../runtime.ts";
import type { Arguments } from "./arguments.ts";

/** What the parts of one run of wev share. */
export interface Session {
  /** What the command line asks for. */
  readonly options: Arguments;
  /** What wev needs from outside. */
  readonly runtime: Runtime;
  /** Where the plan counts, and where the cache is. */
  readonly place: Place;
  /** How fresh cached values must be. */
  readonly freshness: Freshness;
}

/** Returns the cache of a run. */
export function storeOf({ runtime, place }: Session, logger: Logger): CacheStore {
  const { system, cacheDirectory } = place;
  return new CacheStore({ files: runtime.files, system, directory: cacheDirectory, logger });
}

/** Returns what a run remembers until it is told to forget it, kept apart from what expires. */
export function factsOf({ runtime, place }: Session, logger: Logger): CacheStore {
  const { system, cacheDirectory } = place;
  const directory = cacheDirectory === undefined
    ? undefined
    : joinPath(cacheDirectory, "facts", system);
  return new CacheStore({ files: runtime.files, system, directory, logger });
}

/** Returns what speaks on standard error, in colour where that is welcome. */
export function loggerOf({ environment, stderr }: Runtime, level: LogLevel = "info"): Logger {
  // https://no-color.org and https://force-color.org: set and not empty.
  const color = !environment.get("NO_COLOR") &&
    (Boolean(environment.get("FORCE_COLOR")) ||
      (stderr.isTerminal() && environment.get("TERM") !== "dumb"));
  return createLogger(stderr, { level, color });
}
