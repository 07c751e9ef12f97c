/**
 * What values are resolved, explained and listed with.
 *
 * @module
 */

import type { CacheStore } from "../cache/store.ts";
import type { Times } from "../times.ts";
import type { Clock, Environment, Files, System } from "../runtime.ts";

/** What a run finds when it starts, and what is kept between runs. */
export interface State {
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The operating system. */
  readonly system: System;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** The time. */
  readonly clock: Clock;
  /** Tells instants to people. */
  readonly times: Times;
  /** The file system. */
  readonly files: Files;
  /** The cache. */
  readonly store: CacheStore;
  /** What was found out or chosen, which is no secret. */
  readonly remembered: CacheStore;
}
