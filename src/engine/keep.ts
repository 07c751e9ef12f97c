/**
 * What variables, directories and runs share: the session that many roles are assumed from, the device
 * that somebody chose. One run at a time gets each, whoever else wants it waits and shares the answer.
 *
 * **No deadlock.** Locks are taken in this order: those of variables in the order of their keys, then
 * one of something shared, then that of the question, then for a moment that of the used codes. A task
 * holds one of something shared at most, and lets go of the question before it takes another.
 *
 * @module
 */

import { isFresh, type KeptEntry } from "../cache/entry.ts";
import { entryKey } from "../cache/key.ts";
import type { Lock } from "../cache/lock.ts";
import type { CacheStore } from "../cache/store.ts";
import { escapeControls, WevError } from "../errors.ts";
import type {
  ExpiringResolution,
  FactOptions,
  Resolution,
  ShareOptions,
  ShareParts,
} from "../plugin/context.ts";
import type { Step } from "../plan/plan.ts";
import type { Logger } from "../logger.ts";
import type { Clock } from "../runtime.ts";
import type { PromptQueue } from "../questions/queue.ts";
import { isTooOld, remainingOf } from "./cached.ts";
import type { Request } from "./resolved.ts";
import type { TaskPrompt } from "../questions/task_prompt.ts";
import { namedValues, sharedProblem } from "./values.ts";

/** When a fact expires: it is remembered until it is forgotten. */
const NEVER = new Date("9999-12-31T00:00:00Z");

/** Returns the key of something that the plugin of `step` shares. */
export async function shareKey({ plugin, version }: Step, parts: ShareParts): Promise<string> {
  return await entryKey({
    plugin,
    version,
    options: { share: parts },
    variables: {},
    home: undefined,
  });
}

/** What sharing needs. */
interface SharingOptions {
  /** The cache. */
  readonly store: CacheStore;
  /** The facts, which are kept apart from what expires. */
  readonly facts: CacheStore;
  /** The time. */
  readonly clock: Clock;
  /** How fresh cached values must be. */
  readonly request: Request;
  /** The questions of this run. */
  readonly queue: PromptQueue;
  /** Is told secret values the moment they are known. */
  readonly onValues?: ((values: readonly string[]) => void) | undefined;
  /** Says how it works. */
  readonly logger: Pick<Logger, "debug">;
  /** Waits for the lock `name`. */
  takeLock(name: string, step: Step): Promise<Lock>;
}

/** Who shares something. */
interface Sharer {
  /** The key of the variable's entry. */
  readonly key: string;
  /** What is to be done for the variable. */
  readonly step: Step;
  /** How it asks. */
  readonly prompt: TaskPrompt;
  /** Is aborted when the run can't succeed any more. */
  readonly signal: AbortSignal;
}

/** Something shared that a task of this run is getting. */
interface Flight {
  readonly result: Promise<ExpiringResolution>;
  waiting: number;
}

/** What the variables of one run share, with each other and with other runs. */
export class Sharing {
  readonly #options: SharingOptions;
  readonly #flights = new Map<string, Flight>();
  readonly #holders = new Set<Sharer>();

  /** Gets nothing yet. */
  constructor(options: SharingOptions) {
    this.#options = options;
  }

  /** Returns what is shared as `parts`, from the cache if it is there, else from `get`. */
  async share(
    sharer: Sharer,
    parts: ShareParts,
    get: () => Promise<ExpiringResolution>,
    options: ShareOptions,
  ): Promise<ExpiringResolution> {
    const { clock, request } = this.#options;
    const remaining = options.isForCommand ? remainingOf(sharer.step, request) : 0;
    const isUsable = (entry: KeptEntry) =>
      !isTooOld(entry, request) &&
      isFresh(entry, clock.now(), remaining);
    const { store } = this.#options;
    const { rejected } = options;
    const isSound = (values: readonly string[]) => sharedProblem(sharer.step, values) === undefined;
    return await this.#get(sharer, { parts, get, isUsable, isSound, rejected, store });
  }

  /** Returns a fact, remembered or found by `find`. */
  async fact(
    sharer: Sharer,
    parts: ShareParts,
    find: () => Promise<string>,
    { lifetime }: FactOptions = {},
  ): Promise<string> {
    const { clock } = this.#options;
    const get = async () => {
      const value = await find();
      const expiresAt = lifetime === undefined ? NEVER : new Date(clock.now().getTime() + lifetime);
      return { values: [value], expiresAt };
    };
    const isUsable = ({ resolution }: KeptEntry) => clock.now() < resolution.expiresAt;
    const isSound = ([value]: readonly string[]) =>
      value !== undefined && escapeControls(value) === value;
    const store = this.#options.facts;
    const { values } = await this.#get(sharer, { parts, get, isUsable, isSound, store });
    return values[0]!;
  }

  /** Forgets a fact. */
  async forgetFact({ step }: Sharer, parts: ShareParts): Promise<void> {
    this.#options.facts.discard(await shareKey(step, parts));
  }

  async #get(sharer: Sharer, wanted: Wanted): Promise<ExpiringResolution> {
    if (this.#holders.has(sharer)) {
      throw new TypeError("Something shared is asked for while something shared is being got");
    }
    const key = await shareKey(sharer.step, wanted.parts);
    const { queue } = this.#options;
    const known = await this.#known(key, sharer, wanted);
    if (known !== undefined) return known;
    const flight = this.#flights.get(key);
    if (flight === undefined) return await this.#start(key, sharer, wanted);
    // Another task of this run gets it, and may ask: this one is not in its way.
    flight.waiting++;
    queue.left();
    const result = await flight.result;
    return await this.#known(key, sharer, wanted) ?? result;
  }

  async #known(
    key: string,
    { key: user, step }: Sharer,
    { store, isUsable, isSound, rejected }: Wanted,
  ): Promise<ExpiringResolution | undefined> {
    const found = store.findShared(key, isUsable);
    const entry = found && await store.open(found.key, found.entry);
    if (found === undefined || entry === undefined) return undefined;
    if (!isSound(entry.resolution.values)) return undefined;
    this.#tell(store, step, entry.resolution);
    this.#options.logger.debug(
      `${step.names.join(", ")}: uses what is shared as ${found.key.slice(0, 12)}….json`,
    );
    if (rejected !== undefined && entry.resolution.values[0] === rejected.values[0]) {
      return undefined;
    }
    const { users = [] } = entry;
    if (found.key !== user && !users.includes(user)) {
      await store.write(
        found.key,
        { ...entry, users: [...users, user] },
        this.#options.clock.now(),
      );
    }
    return { ...entry.resolution, share: key };
  }

  /** A fact is no secret. */
  #tell(store: CacheStore, step: Step, resolution: Resolution): void {
    if (store === this.#options.store) this.#options.onValues?.(namedValues(step, resolution));
  }

  async #start(key: string, sharer: Sharer, wanted: Wanted): Promise<ExpiringResolution> {
    const { promise: result, resolve, reject } = Promise.withResolvers<ExpiringResolution>();
    // Where nobody waits for it, its failure is the task's alone.
    result.catch(() => {});
    const flight = { result, waiting: 0 };
    this.#flights.set(key, flight);
    this.#holders.add(sharer);
    const land = () => {
      this.#flights.delete(key);
      this.#holders.delete(sharer);
      for (; flight.waiting > 0; flight.waiting--) this.#options.queue.returned();
    };
    try {
      const resolution = await this.#getLocked(key, sharer, wanted);
      land();
      resolve(resolution);
      return resolution;
    } catch (error) {
      land();
      reject(error);
      throw error;
    }
  }

  async #getLocked(key: string, sharer: Sharer, wanted: Wanted): Promise<ExpiringResolution> {
    const { clock, takeLock } = this.#options;
    const { step, prompt } = sharer;
    prompt.release();
    const lock = await takeLock(key, step);
    try {
      const known = await this.#known(key, sharer, wanted);
      if (known === undefined && lock.failure !== undefined) throw lock.failure;
      const resolution = known ?? { ...await wanted.get(), share: key };
      this.#tell(wanted.store, step, resolution);
      if (known === undefined && wanted.isSound(resolution.values)) {
        const resolvedAt = clock.now();
        const about = Object.fromEntries(
          Object.entries(wanted.parts).map(([name, value]) => [name, String(value ?? "")]),
        );
        const entry = { plugin: step.plugin, names: step.names, about, witnesses: {}, resolvedAt };
        await wanted.store.write(key, { ...entry, users: [sharer.key], resolution }, resolvedAt);
      }
      lock.release();
      return resolution;
    } catch (error) {
      // What ended it only since another task failed is no answer to those who want it.
      const own = !sharer.signal.aborted || error !== sharer.signal.reason;
      lock.release(own && error instanceof WevError ? error : undefined);
      throw error;
    } finally {
      prompt.release();
    }
  }
}

/** Something shared that is wanted. */
interface Wanted {
  readonly parts: ShareParts;
  readonly store: CacheStore;
  get(): Promise<ExpiringResolution>;
  isUsable(entry: KeptEntry): boolean;
  /** Whether values make sense: others are neither used nor kept. */
  isSound(values: readonly string[]): boolean;
  readonly rejected?: ExpiringResolution | undefined;
}
