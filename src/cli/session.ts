/**
 * What all parts of one run of wev share.
 *
 * @module
 */

import { CacheStore } from "../cache/store.ts";
import { cacheDirectory, homeDirectory } from "../directories.ts";
import { createLogger, type Logger, type LogLevel } from "../logger.ts";
import type { Place } from "../plan/memo.ts";
import type { Freshness } from "../resolve/resolver.ts";
import type { Runtime } from "../runtime.ts";
import type { Arguments } from "./arguments.ts";

/** What all parts of one run of wev share. */
export interface Session {
  /** What the command line asks for. */
  readonly options: Arguments;
  /** What wev needs from outside. */
  readonly runtime: Runtime;
  /** Says things on standard error. */
  readonly logger: Logger;
  /** Where the plan counts. */
  readonly place: Place;
  /** The cache. */
  readonly store: CacheStore;
  /** How fresh cached values must be. */
  readonly freshness: Freshness;
}

/** Returns the session of a run; touches no file. */
export function createSession(options: Arguments, runtime: Runtime): Session {
  const { environment, system, files, workingDirectory, clock } = runtime;
  const logger = createSessionLogger(runtime, options.logLevel);
  const home = homeDirectory(environment, system);
  const directory = cacheDirectory(environment, system);
  return {
    options,
    runtime,
    logger,
    place: { workingDirectory, home, system, cacheDirectory: directory },
    store: new CacheStore({ files, system, directory, logger }),
    freshness: {
      ...(options.refresh ? { resolvedSince: clock.now() } : {}),
      ...(options.minRemaining === undefined ? {} : { minRemaining: options.minRemaining }),
    },
  };
}

/** Returns what speaks on standard error, in colour where that is welcome. */
export function createSessionLogger({ environment, stderr }: Runtime, level: LogLevel): Logger {
  // https://no-color.org and https://force-color.org: set and not empty.
  const color = () =>
    !environment.get("NO_COLOR") &&
    (Boolean(environment.get("FORCE_COLOR")) ||
      (stderr.isTerminal() && environment.get("TERM") !== "dumb"));
  return createLogger(stderr, { level, color });
}
