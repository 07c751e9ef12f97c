/**
 * What the parts of one run of wev share.
 *
 * @module
 */

import { LockDirectory } from "../cache/lock.ts";
import { KeyringSealer, noSealer } from "../cache/seal.ts";
import { CacheStore, type ValueSealer } from "../cache/store.ts";
import { joinPath } from "../directories.ts";
import { platformKeyring, wantsKeyring } from "../keyring/choose.ts";
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

/**
 * Returns the cache of a run.
 *
 * @throws {WevError} where `WEV_KEYRING` is wrong.
 */
export function storeOf(session: Session, logger: Logger): CacheStore {
  const { files, user } = session.runtime;
  const { system, cacheDirectory: directory } = session.place;
  const sealer = sealerOf(session, logger);
  return new CacheStore({ files, system, user, directory, logger, sealer });
}

function sealerOf(session: Session, logger: Logger): ValueSealer {
  const { runtime, place } = session;
  if (!wantsKeyring(runtime)) return noSealer(logger);
  const keyring = platformKeyring(runtime, place.cacheDirectory);
  return new KeyringSealer({ keyring, locks: locksOf(session, logger), logger });
}

/**
 * Returns the locks between this run and others. It shares the failures since `startedAt`: its start,
 * or when it was continued after it had been stopped.
 */
export function locksOf(
  { runtime, place }: Session,
  logger: Logger,
  startedAt: Date = runtime.startedAt,
): LockDirectory {
  const { files, process, clock } = runtime;
  const { system, cacheDirectory } = place;
  return new LockDirectory({ files, system, cacheDirectory, process, startedAt, clock, logger });
}

/** Returns what a run remembers until it is told to forget it, kept apart from what expires. */
export function factsOf({ runtime, place }: Session, logger: Logger): CacheStore {
  const { files, user } = runtime;
  const { system, cacheDirectory } = place;
  const directory = cacheDirectory === undefined
    ? undefined
    : joinPath(cacheDirectory, "facts", system);
  // Without it a device is looked up again: nothing that the user could mind.
  const quiet = { ...logger, warning: logger.debug };
  // A device's number is no secret.
  const sealer = noSealer(quiet);
  return new CacheStore({ files, system, user, directory, logger: quiet, sealer });
}

/** Returns what speaks on standard error, in colour where that is welcome. */
export function loggerOf({ environment, stderr }: Runtime, level: LogLevel = "info"): Logger {
  // https://no-color.org and https://force-color.org: set and not empty.
  const color = !environment.get("NO_COLOR") &&
    (Boolean(environment.get("FORCE_COLOR")) ||
      (stderr.isTerminal() && environment.get("TERM") !== "dumb"));
  return createLogger(stderr, { level, color });
}
