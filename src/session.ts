/**
 * What the parts of one run of wev share.
 *
 * @module
 */

import { factsDirectory, sealingKeyPath } from "./cache/layout.ts";
import { LockDirectory } from "./cache/lock.ts";
import type { Owner } from "./cache/private_directory.ts";
import { KeyringSealer, noSealer } from "./cache/seal.ts";
import { CacheStore, type ValueSealer } from "./cache/store.ts";
import { platformKeyring, wantsKeyring } from "./keyring/choose.ts";
import { createLogger, type Logger, type LogLevel } from "./logger.ts";
import type { Place } from "./plan/kept_plan.ts";
import type { Freshness } from "./engine/resolve.ts";
import type { Environment, Runtime } from "./runtime.ts";
import type { Arguments } from "./cli/arguments.ts";

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
  /** Is told secret values the moment they are known. */
  readonly onValues?: ((values: readonly string[]) => void) | undefined;
}

/**
 * Returns the cache of a run.
 *
 * @throws {WevError} where `WEV_KEYRING` is wrong.
 */
export function storeOf(session: Session, logger: Logger): CacheStore {
  const { cacheDirectory: directory } = session.place;
  const sealer = sealerOf(session, logger);
  const readOnly = showsOnly(session);
  return new CacheStore({ ...ownerOf(session), directory, readOnly, logger, sealer });
}

/** Returns whose the cache is, and where. */
export function ownerOf({ runtime, place }: Session): Owner {
  return { files: runtime.files, user: runtime.user, system: place.system, home: place.home };
}

/** What runs or hands on variables keeps them, and anything else changes nothing that it looks at. */
function showsOnly({ options: { action } }: Session): boolean {
  return action !== undefined && action !== "export";
}

function sealerOf(session: Session, logger: Logger): ValueSealer {
  const { runtime, place } = session;
  if (!wantsKeyring(runtime)) return noSealer(logger);
  const { cacheDirectory } = place;
  const keyFile = cacheDirectory === undefined ? undefined : sealingKeyPath(cacheDirectory);
  const keyring = platformKeyring(runtime, keyFile);
  return new KeyringSealer({ keyring, locks: locksOf(session, logger), logger });
}

/**
 * Returns the locks between this run and others. It shares the failures since `startedAt`: its start,
 * or when it was continued after it had been stopped.
 */
export function locksOf(
  session: Session,
  logger: Logger,
  startedAt: Date = session.runtime.startedAt,
): LockDirectory {
  const { process, clock } = session.runtime;
  const { cacheDirectory } = session.place;
  const owner = ownerOf(session);
  return new LockDirectory({ ...owner, cacheDirectory, process, startedAt, clock, logger });
}

/** Returns what a run remembers until it is told to forget it, kept apart from what expires. */
export function factsOf(session: Session, logger: Logger): CacheStore {
  const { system, cacheDirectory } = session.place;
  const directory = cacheDirectory === undefined
    ? undefined
    : factsDirectory(cacheDirectory, system);
  // Without it a device is looked up again: nothing that the user could mind.
  const quiet = { ...logger, warning: logger.debug };
  // A device's number is no secret.
  const sealer = noSealer(quiet);
  const readOnly = showsOnly(session);
  return new CacheStore({ ...ownerOf(session), directory, readOnly, logger: quiet, sealer });
}

/** Returns what speaks on standard error, in colour where that is welcome. */
export function loggerOf({ environment, stderr }: Runtime, level: LogLevel = "info"): Logger {
  // https://no-color.org and https://force-color.org: set and not empty.
  const color = !valueOf(environment, "NO_COLOR") &&
    (Boolean(valueOf(environment, "FORCE_COLOR")) ||
      (stderr.isTerminal() && valueOf(environment, "TERM") !== "dumb"));
  return createLogger(stderr, { level, color });
}

/** Returns a variable of which it counts only whether it is set: a failure must not keep one from being told. */
function valueOf(environment: Environment, name: string): string | undefined {
  try {
    return environment.get(name);
  } catch {
    return "not UTF-8";
  }
}
