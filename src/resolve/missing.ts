/**
 * Resolves what is not cached: one run at a time for each value, whoever else wants it waits and shares
 * the answer.
 *
 * @module
 */

import { type CacheEntry, canLast, holds, isFresh, type KeptEntry } from "../cache/entry.ts";
import type { Lock, LockDirectory } from "../cache/lock.ts";
import type { CacheStore } from "../cache/store.ts";
import type { UsedCodes } from "../cache/used_codes.ts";
import { ConfigError, formatLocation, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Step } from "../plan/plan.ts";
import type { Plugin, ProgramAnswer, Resolution, ResolveContext } from "../plugin/contract.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import type { Prompt } from "../prompt.ts";
import {
  type Clock,
  type Environment,
  ExecutionError,
  type Files,
  type Processes,
} from "../runtime.ts";
import { outerEnvironment } from "./nesting.ts";
import { PromptQueue } from "./prompt_queue.ts";
import {
  asksForTooMuch,
  type Freshness,
  isOfRightIdentity,
  isUsable,
  remainingOf,
  surroundings,
} from "./resolver.ts";
import { declaredEnvironment } from "./declared_environment.ts";
import { keyOf } from "./keys.ts";
import { recallFact, recallShared } from "./recall_shared.ts";
import { shareKey, Sharing } from "./sharing.ts";
import { TaskPrompt } from "./task_prompt.ts";

/** Milliseconds that may pass before wev says what it waits for. */
const PATIENCE_MS = 1_000;

/** What resolving needs. */
export interface MissingOptions {
  /** The plugins. */
  readonly registry: PluginRegistry;
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** The time. */
  readonly clock: Clock;
  /** The file system. */
  readonly files: Files;
  /** The cache. */
  readonly store: CacheStore;
  /** What was found out or chosen and is remembered. */
  readonly facts: CacheStore;
  /** The codes that were used a moment ago. */
  readonly usedCodes: UsedCodes;
  /** The code that the command line gives, if it gives one. */
  readonly code?: string | undefined;
  /** The locks of this user's runs. */
  readonly locks: LockDirectory;
  /** How fresh cached values must be. */
  readonly freshness: Freshness;
  /** Asks the person at the terminal. */
  readonly prompt: Prompt;
  /** Runs a program whose output is wanted. */
  readonly capture: Processes["capture"];
  /** Says things on standard error. */
  readonly logger: Logger;
  /** Says to the person at the terminal, if there is one, what wev waits for. */
  notify(message: string): void;
}

/** One value that has to be resolved, while its lock is held. */
interface Task {
  readonly key: string;
  readonly step: Step;
  readonly lock: Lock;
}

/**
 * Returns the resolutions of `steps`, in order. Each is saved the moment it is there: what fails later
 * must not cost anybody a second code. Steps with the same key share one.
 *
 * @throws {WevError} of the first that can't be resolved.
 */
export async function resolveMissing(
  steps: readonly Step[],
  options: MissingOptions,
): Promise<readonly Resolution[]> {
  const outer = outerEnvironment(options.environment);
  const { home } = options;
  const keys = await Promise.all(steps.map((step) => keyOf(step, { outer, home })));
  const resolutions = await resolveKeys(new Map(keys.map((key, at) => [key, steps[at]!])), options);
  return steps.map((step, index) => {
    const resolution = resolutions.get(keys[index]!)!;
    checkValues(step, resolution);
    return resolution;
  });
}

/** An environment holds a text for each name, without NUL. */
function checkValues({ names, location, plugin }: Step, { values }: Resolution): void {
  if (values.length < names.length) {
    throw new ConfigError(
      location,
      `${plugin} gives ${values.length} values for ${names.length} names`,
      {
        hint: `Name ${values.length} variables.`,
      },
    );
  }
  if (values.some((value) => value.includes("\0"))) {
    throw new ConfigError(location, `${plugin} gives a value with a NUL character in it`);
  }
}

async function resolveKeys(
  missing: ReadonlyMap<string, Step>,
  options: MissingOptions,
): Promise<ReadonlyMap<string, Resolution>> {
  const resolutions = await cachedResolutions(missing, options);
  const locked = new Map([...missing].filter(([key]) => !resolutions.has(key)));
  const order = [...locked.keys()];
  // Questions come in the order of the variables, whatever that of the locks.
  const tasks = (await lockAll(locked, resolutions, options))
    .sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key));
  const queue = new PromptQueue(tasks.length);
  const takeLockFor = (name: string, step: Step) => takeLock(name, step, options);
  const sharing = new Sharing({ ...options, queue, takeLock: takeLockFor });
  const abort = new AbortController();
  const failures: unknown[] = [];
  await Promise.all(tasks.map(async (task, number) => {
    const prompt = new TaskPrompt({
      prompt: options.prompt,
      turn: () => queue.turn(number, abort.signal),
      lock: () => takeLockFor("prompt", task.step),
    });
    try {
      const run = { sharing, prompt, signal: abort.signal };
      resolutions.set(task.key, await resolveTask(task, run, options));
      task.lock.release();
    } catch (error) {
      failures.push(error);
      // What ended this task only since another one failed is no answer to its own question.
      const own = !abort.signal.aborted || error !== abort.signal.reason;
      abort.abort(error);
      task.lock.release(own && error instanceof WevError ? error : undefined);
    } finally {
      prompt.release();
      queue.left();
    }
  }));
  if (failures.length > 0) throw failures[0];
  return resolutions;
}

/**
 * Returns what is cached of `missing` all the same: it was sealed, met other surroundings than the ones
 * that the plan knows the key for, or was resolved a moment ago. No lock for that.
 */
async function cachedResolutions(
  missing: ReadonlyMap<string, Step>,
  options: MissingOptions,
): Promise<Map<string, Resolution>> {
  const resolutions = new Map<string, Resolution>();
  for (const [key, step] of missing) {
    const entry = await usableEntry(key, step, options);
    if (entry !== undefined) resolutions.set(key, entry.resolution);
  }
  return resolutions;
}

async function usableEntry(
  key: string,
  step: Step,
  { store, files, clock, freshness, logger }: MissingOptions,
): Promise<CacheEntry | undefined> {
  const kept = store.read(key);
  if (kept === undefined || !isUsable(kept, step, clock.now(), freshness)) return undefined;
  if (!holds(kept, files)) return undefined;
  const entry = await store.open(key, kept);
  if (entry !== undefined && asksForTooMuch(freshness, entry)) {
    warnOfShortLife(entry, remainingOf(step, freshness), logger);
  }
  return entry;
}

/**
 * Takes the locks of `missing`, always in the order of the keys, so that no two runs wait for each
 * other. What another run has resolved in the meantime goes to `resolutions`.
 */
async function lockAll(
  missing: ReadonlyMap<string, Step>,
  resolutions: Map<string, Resolution>,
  options: MissingOptions,
): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const [key, step] of [...missing].sort(([one], [other]) => one < other ? -1 : 1)) {
    const lock = await takeLock(key, step, options);
    const entry = await usableEntry(key, step, options);
    if (entry !== undefined) {
      resolutions.set(key, entry.resolution);
      lock.release();
    } else if (lock.failure !== undefined) {
      // Whoever waits behind this run for the same shares it too.
      lock.release(lock.failure);
      for (const task of tasks) task.lock.release();
      throw lock.failure;
    } else tasks.push({ key, step, lock });
  }
  return tasks;
}

async function takeLock(name: string, { names }: Step, options: MissingOptions): Promise<Lock> {
  const { locks } = options;
  return await waitFor(
    () => {
      const holder = locks.holderOf(name);
      const who = holder === undefined
        ? ""
        : ` (process ${holder.process}), which gets ${holder.purpose}`;
      return `another run of wev${who}`;
    },
    locks.take(name, names.join(", ")),
    options,
  );
}

async function waitFor<Result>(
  what: () => string,
  work: Promise<Result>,
  { notify }: MissingOptions,
): Promise<Result> {
  const timer = setTimeout(() => notify(`Waiting for ${what()}`), PATIENCE_MS);
  return await work.finally(() => clearTimeout(timer));
}

/** What a task has of its run. */
interface TaskRun {
  readonly sharing: Sharing;
  readonly prompt: TaskPrompt;
  readonly signal: AbortSignal;
}

function contextOf(
  { key, step }: Task,
  { sharing, prompt, signal }: TaskRun,
  options: MissingOptions,
): ResolveContext {
  const { environment, home, clock, logger, usedCodes, code, capture } = options;
  const sharer = { key, step, prompt, signal };
  return {
    environment: declaredEnvironment(outerEnvironment(environment), step),
    home,
    logger,
    prompt,
    signal,
    now: () => clock.now(),
    waitFor: (what, work) => waitFor(() => what, work, options),
    location: formatLocation(step.location),
    code,
    askProgram: (argv, timeout) => capture(argv, { timeout, onTerminal: true }).catch(asExitCode),
    share: (parts, get, how) => sharing.share(sharer, parts, get, how),
    fact: (parts, find) => sharing.fact(sharer, parts, find),
    forgetFact: (parts) => sharing.forgetFact(sharer, parts),
    recallFact: (parts) => recallFact(step, parts, options),
    recallShared: (parts) => recallShared(step, parts, options),
    codeUsedAt: async (parts) => usedCodes.usedAt(await shareKey(step, parts)),
    noteCodeUsed: async (parts) => usedCodes.note(await shareKey(step, parts)),
  };
}

/** Where no shell tells it, as a shell would. */
function asExitCode(error: unknown): ProgramAnswer {
  if (!(error instanceof ExecutionError)) throw error;
  return { stdout: "", code: error.code === "ENOENT" ? 127 : 126 };
}

async function resolveTask(
  task: Task,
  run: TaskRun,
  options: MissingOptions,
): Promise<Resolution> {
  const { key, step } = task;
  const { registry, environment, clock, store, logger, freshness } = options;
  const plugin: Plugin = await registry.get(step.plugin)!();
  const outer = outerEnvironment(environment);
  const context = contextOf(task, run, options);
  const readAt = clock.now();
  const basis = await plugin.basis?.(step.options, context);
  const about = { ...surroundings(outer, step), ...basis?.facts };
  const witnesses = store.witnesses(basis?.files ?? [], readAt);
  const former = freshness.resolvedSince === undefined ? store.read(key) : undefined;
  if (
    former !== undefined && isSame(former.about, about) && isOfRightIdentity(former, step)
  ) {
    // Only the files changed, not what was read in them: no reason to ask again.
    const entry = await reopen(key, { ...former, witnesses }, step, options);
    if (entry !== undefined) {
      await store.write(key, entry, clock.now());
      return entry.resolution;
    }
  }
  failForLostSecrets(step, outer.lost);
  logger.debug(`${step.plugin} resolves ${step.names.join(", ")}`);
  const resolution = await plugin.resolve(step.options, context);
  const { expiresAt } = resolution;
  if (expiresAt !== undefined) {
    const now = clock.now();
    const { share } = resolution;
    const users = share === undefined ? undefined : store.read(share)?.users;
    const resolvedAt = sharedSince(resolution, store) ?? now;
    const entry: CacheEntry = {
      plugin: plugin.id,
      names: step.names,
      about,
      witnesses,
      resolvedAt,
      ...(users === undefined ? {} : { users }),
      resolution: { ...resolution, expiresAt },
    };
    await store.write(key, entry, now);
    // Whoever shares it finds it there, so it need not be kept twice.
    if (share !== undefined && store.read(key) !== undefined) store.remove(share);
    warnOfShortLife(entry, remainingOf(step, freshness), logger);
  }
  return resolution;
}

/** Returns when what is shared was resolved: the margin before its end goes by its whole life. */
function sharedSince({ share, expiresAt }: Resolution, store: CacheStore): Date | undefined {
  if (share === undefined) return undefined;
  const isSame = ({ resolution }: KeptEntry) =>
    resolution.expiresAt.getTime() === expiresAt?.getTime();
  return store.findShared(share, isSame)?.entry.resolvedAt;
}

/** Returns `kept` with its values, if it is fresh. */
async function reopen(
  key: string,
  kept: KeptEntry,
  step: Step,
  { store, clock, freshness }: MissingOptions,
): Promise<CacheEntry | undefined> {
  const fresh = isFresh(kept, clock.now(), remainingOf(step, freshness));
  return fresh ? await store.open(key, kept) : undefined;
}

function isSame(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => one[name] === other[name]);
}

/** What an outer wev replaced can't be had back: it would have had to keep a secret in the open. */
function failForLostSecrets({ readsSecret, names }: Step, lost: readonly string[]): void {
  const needed = readsSecret.filter((name) => lost.includes(name));
  if (needed.length === 0) return;
  throw new WevError(
    `The session of the wev around this one has ended, and ${
      needed.join(", ")
    } is not what it was ` +
      `before that wev set it: ${names.join(", ")} can't be resolved in here`,
    {
      // A run that no wev is around has them.
      shared: false,
      hint:
        "Run the outer command again. Keys in a profile (aws configure) instead of the environment " +
        "can be found from within.",
    },
  );
}

function warnOfShortLife(entry: KeptEntry, remaining: number, logger: Logger): void {
  if (remaining === 0 || canLast(entry, remaining)) return;
  const { resolvedAt, resolution: { expiresAt } } = entry;
  const life = Math.round((expiresAt.getTime() - resolvedAt.getTime()) / 1000);
  logger.warning(
    `At least ${remaining} seconds were asked for, but ${entry.names.join(", ")} lasts ${life} ` +
      "seconds in all: it is used as long as it lasts",
  );
}
