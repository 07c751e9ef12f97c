/**
 * Kept values, which variables, directories and runs share: the session that many roles are assumed from,
 * the device that the user chose. One task of one run provides each; the others wait for it.
 *
 * **No deadlock.** Every run takes locks in this order: the locks of variables in the order of their keys,
 * locks of kept values (a choice before the session that proves it), the lock of the prompt, and briefly the
 * lock of the used codes. A task releases the prompt before it takes a lease. Its question stands while
 * other tasks of the run still take leases; so one that waits for another run holds up no code of this run.
 *
 * @module
 */

import { isFresh, type KeptEntry } from "../cache/entry.ts";
import { entryKey } from "../cache/key.ts";
import type { Lock } from "../cache/lock.ts";
import type { Admit, CacheStore } from "../cache/store.ts";
import { escapeControls, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Step } from "../plan/plan.ts";
import type { KeepParts, KeepPurpose, Kept, Lease } from "../plugin/keep.ts";
import type { PromptQueue } from "../questions/queue.ts";
import type { TaskPrompt } from "../questions/task_prompt.ts";
import type { Clock } from "../runtime.ts";
import { isTooOld, remainingOf } from "./cached.ts";
import type { Request } from "./resolved.ts";
import { keptProblem, namedValues } from "./values.ts";

/** The expiry of a choice that is kept until it is forgotten. */
const NEVER = new Date("9999-12-31T00:00:00Z");

/** Returns the key of the value that the plugin of `step` keeps as `parts`. */
export async function keptKey({ plugin, version }: Step, parts: KeepParts): Promise<string> {
  return await entryKey({
    plugin,
    version,
    options: { kept: parts },
    variables: {},
    home: undefined,
  });
}

/** The options of {@linkcode Keep}. */
interface KeepOptions {
  /** The cache. */
  readonly store: CacheStore;
  /** The remembered choices: no secrets. */
  readonly remembered: CacheStore;
  /** The current time. */
  readonly clock: Clock;
  /** The request of this run. */
  readonly request: Request;
  /** The questions of this run. */
  readonly queue: PromptQueue;
  /** Called with secret values as soon as they are known. */
  readonly onValues?: ((values: readonly string[]) => void) | undefined;
  /** Logs which values are used. */
  readonly logger: Pick<Logger, "debug">;
  /**
   * Waits for the lock `name`; `hasCode` if the task was given a code, and waits for nobody's answer. Calls
   * `onWait` if another run holds it.
   */
  takeLock(
    name: string,
    step: Step,
    how: { readonly hasCode: boolean; readonly onWait: () => void },
  ): Promise<Lock>;
}

/** A task that uses kept values. */
interface KeepingTask {
  /** The step of the variable. */
  readonly step: Step;
  /** The prompt of the task. */
  readonly prompt: TaskPrompt;
  /** Aborted as soon as the run can't succeed any more. */
  readonly signal: AbortSignal;
  /** Lets the task use values, or throws. */
  readonly admit: Admit;
}

/** A kept value, and when it was resolved. */
interface DatedValue {
  readonly kept: Kept;
  readonly resolvedAt: Date;
}

/** A lease whose value a task of this run has to provide. */
interface Pending {
  /** The value; `undefined` if the task gave up. */
  readonly result: Promise<DatedValue | undefined>;
  /** How many tasks of this run wait for it. */
  waiting: number;
}

/** The duty to provide a value. */
interface Duty {
  readonly purpose: KeepPurpose;
  /** Ends it without a value. */
  giveUp(error?: unknown): void;
}

/** The leases of one run. */
export class Keep {
  /** Its options. */
  readonly options: KeepOptions;
  /** The leases whose values tasks have to provide, by key. */
  readonly pending: Map<string, Pending> = new Map();
  /** Values that turned out to be invalid, by key. They are not used again, even if they can't be removed. */
  readonly forgotten: Map<string, string> = new Map();

  /** Creates the leases of one run; there are none yet. */
  constructor(options: KeepOptions) {
    this.options = options;
  }

  /** Returns the leases of one task. */
  of(task: KeepingTask): TaskKeep {
    return new TaskKeep(this, task);
  }
}

/** The leases of one task of a run. */
export class TaskKeep {
  readonly #run: Keep;
  readonly #task: KeepingTask;
  /** The values that it got, by key. */
  readonly #used = new Map<string, DatedValue>();
  /** Give up the leases whose values it still has to provide, the last one first. */
  #duties: Duty[] = [];

  /** Creates the leases of one task; it has none yet. */
  constructor(run: Keep, task: KeepingTask) {
    this.#run = run;
    this.#task = task;
  }

  /** The keys of the kept values that it got. */
  get madeFrom(): readonly string[] {
    return [...this.#used.keys()];
  }

  /** Returns when the kept value with `values` was resolved, or `undefined` if the task did not get it. */
  resolvedAtOf(values: readonly string[]): Date | undefined {
    return [...this.#used.values()].find(({ kept }) => isSame(kept.values, values))?.resolvedAt;
  }

  /** Does `work`, then gives up a lease that is left. Those that wait for it share the failure of `work`. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      for (const { giveUp } of [...this.#duties]) giveUp(error);
      throw error;
    } finally {
      for (const { giveUp } of [...this.#duties]) giveUp();
    }
  }

  /** Returns a lease on the kept value of `parts`; see `keep` in {@linkcode ResolveContext}. */
  async lease(parts: KeepParts, purpose: KeepPurpose): Promise<Lease> {
    // A session may be made while its device is still to be proved; no other order, or two would block.
    const isInOrder = this.#duties.every((duty) => duty.purpose === "choice") &&
      (this.#duties.length === 0 || purpose !== "choice");
    if (!isInOrder) {
      throw new TypeError("A plugin can't get another lease before it ends the last one");
    }
    const { pending: all } = this.#run;
    const key = await keptKey(this.#task.step, parts);
    const kept = new KeptValue(key, { parts, purpose, run: this.#run });
    while (true) {
      const known = await kept.read(this.#task.step);
      if (known !== undefined) return this.#leaseOn(kept, known);
      const pending = all.get(key);
      if (pending === undefined) return await this.#start(kept);
      // Another task of this run provides it and may ask. This task must not hold up its question, neither
      // by its turn nor by the lock of the prompt.
      pending.waiting++;
      this.#task.prompt.release();
      this.#task.prompt.leave();
      const result = await pending.result;
      if (result === undefined) continue;
      return this.#leaseOn(kept, await kept.read(this.#task.step) ?? result);
    }
  }

  /** Returns whether the value of `parts` is there, or another task of this run provides it. */
  async isProvided(parts: KeepParts, purpose: KeepPurpose): Promise<boolean> {
    const key = await keptKey(this.#task.step, parts);
    if (this.#run.pending.has(key)) return true;
    const kept = new KeptValue(key, { parts, purpose, run: this.#run });
    return await kept.read(this.#task.step) !== undefined;
  }

  async #start(kept: KeptValue): Promise<Lease> {
    const { pending: all, options: { queue, takeLock } } = this.#run;
    const { step, prompt, signal, admit } = this.#task;
    const { promise, resolve, reject } = Promise.withResolvers<DatedValue | undefined>();
    // If nothing waits for it, this is not an unhandled rejection: the task itself fails.
    promise.catch(() => {});
    const pending: Pending = { result: promise, waiting: 0 };
    all.set(kept.key, pending);
    let lock: Lock | undefined;
    /** Ends the lease: other runs continue, then the tasks of this run. */
    const end = (failure?: unknown) => {
      this.#duties = this.#duties.filter((duty) => duty.giveUp !== giveUp);
      // Don't share the failure of another task with those that wait for this value.
      const own = !signal.aborted || failure !== signal.reason;
      lock?.release(own && failure instanceof WevError ? failure : undefined);
      prompt.release();
      all.delete(kept.key);
      for (; pending.waiting > 0; pending.waiting--) queue.returned();
    };
    const fulfil = (value: DatedValue): Lease => {
      end();
      resolve(value);
      return this.#leaseOn(kept, value);
    };
    const giveUp = (failure?: unknown) => {
      end(failure);
      if (failure === undefined) resolve(undefined);
      else reject(failure);
    };
    this.#duties.unshift({ purpose: kept.purpose, giveUp });
    const hasCode = prompt.isAnswered;
    prompt.release();
    let isAway = false;
    // The other run may wait for the question of another task of this one, which must not wait for this task.
    const onWait = () => {
      isAway = true;
      prompt.leave();
    };
    try {
      lock = await takeLock(kept.key, step, { hasCode, onWait }).finally(() => {
        if (isAway) queue.returned();
      });
      const known = await kept.read(step);
      if (known !== undefined) return fulfil(known);
      if (lock.failure !== undefined) throw lock.failure;
    } catch (error) {
      giveUp(error);
      throw error;
    }
    const isHeld = () => this.#duties.some((duty) => duty.giveUp === giveUp);
    let fulfilled: Lease | undefined;
    return {
      get kept() {
        return fulfilled?.kept;
      },
      async provide(value) {
        if (!isHeld()) throw new TypeError("The lease has ended");
        const written = await kept.write(step, value, admit);
        if (isHeld()) fulfilled = fulfil(written);
      },
      release(error) {
        if (isHeld()) giveUp(error);
      },
      forget: async () => await fulfilled?.forget(),
    };
  }

  #leaseOn(kept: KeptValue, value: DatedValue): Lease {
    this.#used.set(kept.key, value);
    return {
      kept: value.kept,
      provide: () => Promise.reject(new TypeError("The lease already has a value")),
      release() {},
      forget: async () => {
        this.#used.delete(kept.key);
        await kept.forget(value.kept);
      },
    };
  }
}

/** One kept value. A choice is in the store of remembered choices, any other in the cache. */
class KeptValue {
  readonly #run: Keep;
  readonly #parts: KeepParts;
  /** What it is for. */
  readonly purpose: KeepPurpose;
  readonly #store: CacheStore;

  constructor(
    /** The key of its entry. */
    readonly key: string,
    { parts, purpose, run }: {
      readonly parts: KeepParts;
      readonly purpose: KeepPurpose;
      readonly run: Keep;
    },
  ) {
    this.#run = run;
    this.#parts = parts;
    this.purpose = purpose;
    this.#store = purpose === "choice" ? run.options.remembered : run.options.store;
  }

  /** Returns the value if `step` may use it. */
  async read(step: Step): Promise<DatedValue | undefined> {
    const found = this.#store.read(this.key);
    if (found === undefined || !this.#isUsable(found, step)) return undefined;
    const entry = await this.#store.open(this.key, found);
    if (entry === undefined || !this.#isValid(entry.resolution.values, step)) return undefined;
    const { values, expiresAt, identity } = entry.resolution;
    this.#reportSecrets(values, step);
    if (this.#run.forgotten.get(this.key) === JSON.stringify(values)) return undefined;
    this.#run.options.logger.debug(
      `${step.names.join(", ")}: uses the kept value ${this.key.slice(0, 12)}….json`,
    );
    const kept = { values, expiresAt, ...(identity === undefined ? {} : { identity }) };
    return { kept, resolvedAt: entry.resolvedAt };
  }

  /** Keeps `value` if it is valid. */
  async write(step: Step, value: Kept, admit: Admit): Promise<DatedValue> {
    const { values, identity, expiresAt = this.purpose === "choice" ? NEVER : undefined } = value;
    const resolvedAt = this.#run.options.clock.now();
    this.#run.forgotten.delete(this.key);
    this.#reportSecrets(values, step);
    if (expiresAt !== undefined && this.#isValid(values, step)) {
      const { plugin, names } = step;
      const inputs = Object.fromEntries(
        Object.entries(this.#parts).map(([name, part]) => [name, String(part ?? "")]),
      );
      const resolution = { values, expiresAt, ...(identity === undefined ? {} : { identity }) };
      const entry = { plugin, names, inputs, stamps: {}, resolvedAt, resolution };
      // A choice is no session.
      const how = this.purpose === "choice" ? [] : [admit] as const;
      await this.#store.write(this.key, entry, resolvedAt, ...how);
    }
    return { kept: value, resolvedAt };
  }

  /** Forgets `value`, unless it was replaced. */
  async forget({ values }: Kept): Promise<void> {
    this.#run.forgotten.set(this.key, JSON.stringify(values));
    const found = this.#store.read(this.key);
    const entry = found && await this.#store.open(this.key, found);
    if (entry !== undefined && isSame(entry.resolution.values, values)) {
      this.#store.discard(this.key);
    }
  }

  #isUsable(entry: KeptEntry, step: Step): boolean {
    const { clock, request } = this.#run.options;
    const now = clock.now();
    if (this.purpose === "choice") return now < entry.resolution.expiresAt;
    if (isTooOld(entry, request)) return false;
    return isFresh(entry, now, this.purpose === "command" ? remainingOf(step, request) : 0);
  }

  /** Returns whether values are valid. Others are neither used nor kept. */
  #isValid(values: readonly string[], step: Step): boolean {
    return this.purpose === "choice"
      ? values.length > 0 && values.every((value) => escapeControls(value) === value)
      : keptProblem(step, values) === undefined;
  }

  #reportSecrets(values: readonly string[], step: Step): void {
    if (this.purpose !== "choice") this.#run.options.onValues?.(namedValues(step, { values }));
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
