/**
 * The state that resolving, explaining and listing share.
 *
 * @module
 */

import type { CacheStore } from "../cache/store.ts";
import type { Times } from "../times.ts";
import type { Clock, Environment, Files, System } from "../runtime.ts";

/** The surrounding system of a run, and its stores. */
export interface State {
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The operating system. */
  readonly system: System;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** The current time. */
  readonly clock: Clock;
  /** Formats instants. */
  readonly times: Times;
  /** The file system. */
  readonly files: Files;
  /** The cache. */
  readonly store: CacheStore;
  /** The remembered choices: no secrets. */
  readonly remembered: CacheStore;
}
