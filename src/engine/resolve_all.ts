/**
 * Resolves values that are not cached. Only one run resolves a value; the others wait and share it.
 *
 * @module
 */

import type { Lock } from "../cache/lock.ts";
import { WevError } from "../errors.ts";
import type { Step } from "../plan/plan.ts";
import type { Resolution } from "../plugin/context.ts";
import { SuspendedError } from "../runtime.ts";
import { LockedError } from "./admission.ts";
import { toResolved } from "./cached.ts";
import type { Origin, Resolved } from "./resolved.ts";
import { keyOf } from "./keys.ts";
import { outerEnvironment } from "./nesting.ts";
import { PromptQueue } from "../questions/queue.ts";
import { Keep } from "./keep.ts";
import { takeLock, type TakeLockOptions } from "./take_lock.ts";
import { resolveOne, type TaskOptions, usableEntry } from "./resolve_one.ts";
import type { Prompt } from "../questions/prompt.ts";
import { TaskPrompt } from "../questions/task_prompt.ts";
import { checkValues } from "./values.ts";
import { PROMPT_LOCK } from "./wait.ts";

/** The options of {@linkcode resolveAll}. */
interface ResolveAllOptions extends TaskOptions, TakeLockOptions {
  /** The prompt at the terminal. */
  readonly prompt: Prompt;
}

/** A step to resolve, whose lock this run holds. */
interface LockedStep {
  readonly key: string;
  readonly step: Step;
  readonly lock: Lock;
}

/** The resolution of a key, and whether it was cached. */
interface Found {
  readonly resolution: Resolution;
  readonly origin: Origin;
}

/**
 * Resolves `steps` and returns the results in order. Each result is saved at once, so that a later failure
 * does not cost the user a second code. Steps with the same key share a result.
 *
 * @throws {WevError} if one can't be resolved: the first failure.
 */
export async function resolveAll(
  steps: readonly Step[],
  options: ResolveAllOptions,
): Promise<readonly Resolved[]> {
  const outer = outerEnvironment(options.environment);
  const { home } = options;
  const keys = await Promise.all(steps.map((step) => keyOf(step, { outer, home })));
  const found = await resolveKeys(new Map(keys.map((key, at) => [key, steps[at]!])), options);
  return steps.map((step, index) => {
    const key = keys[index]!;
    const { resolution, origin } = found.get(key)!;
    // A step that shares the key may have fewer names.
    checkValues(step, resolution.values);
    return toResolved(step, resolution, origin, key);
  });
}

async function resolveKeys(
  missing: ReadonlyMap<string, Step>,
  options: ResolveAllOptions,
): Promise<ReadonlyMap<string, Found>> {
  const found = await cachedByNow(missing, options);
  const locked = new Map([...missing].filter(([key]) => !found.has(key)));
  const order = [...locked.keys()];
  // Questions follow the order of the variables, not that of the locks.
  let tasks = (await lockAll(locked, found, options))
    .sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key));
  while (tasks.length > 0) {
    const refused = await resolveTasks(tasks, found, options);
    const wasUnlocked = refused.length < tasks.length && options.lockout.standing() === undefined;
    if (refused[0] !== undefined && !wasUnlocked) throw releaseAll(refused);
    tasks = refused.map(({ task }) => task);
  }
  return found;
}

/** A task that was refused because wev is locked. Its lock is still held. */
interface RefusedTask {
  readonly task: LockedStep;
  readonly error: LockedError;
}

/** Releases the locks of `refused`, and returns the error of the first. */
function releaseAll(refused: readonly RefusedTask[]): LockedError | undefined {
  for (const { task } of refused) task.lock.release();
  return refused[0]?.error;
}

/**
 * Resolves `tasks` concurrently, and adds the results to `found`. Returns the tasks that were refused
 * because wev is locked: the code of another task may have unlocked it.
 */
async function resolveTasks(
  tasks: readonly LockedStep[],
  found: Map<string, Found>,
  options: ResolveAllOptions,
): Promise<readonly RefusedTask[]> {
  const queue = new PromptQueue(tasks.length);
  const keep = new Keep({
    ...options,
    queue,
    takeLock: (name, step, how) => takeLock(name, step, options, how),
  });
  const abort = new AbortController();
  const failures: unknown[] = [];
  const refused: RefusedTask[] = [];
  await Promise.all(tasks.map(async (task, number) => {
    const prompt = new TaskPrompt({
      prompt: options.prompt,
      queue,
      number,
      signal: abort.signal,
      lock: ({ toAsk }) =>
        takeLock(PROMPT_LOCK, task.step, options, toAsk ? { needsAnswer: true } : {}),
      whileAsking: (ask) =>
        options.locks.whilePersonIsAsked(() => untilResolved(task, ask, options)),
    });
    try {
      const { key, step } = task;
      const { signal } = abort;
      const resolution = await resolveOne({ key, step, keep, prompt, signal }, options);
      found.set(key, { resolution, origin: "fresh" });
      task.lock.release();
    } catch (error) {
      if (error instanceof LockedError) {
        refused.push({ task, error });
        return;
      }
      failures.push(error);
      // If this task was aborted because another one failed, there is no failure to share.
      const own = !abort.signal.aborted || error !== abort.signal.reason;
      abort.abort(error);
      task.lock.release(own && error instanceof WevError ? error : undefined);
    } finally {
      prompt.release();
      prompt.leave();
    }
  }));
  if (failures.length > 0) {
    releaseAll(refused);
    throw failures[0];
  }
  return refused;
}

/** Milliseconds between two checks whether another run has resolved the value. */
const LOOK_MS = 1_000;

/** Asks, and stops if another run, which was given a code, has resolved the value. */
async function untilResolved<Answer>(
  { key, step }: LockedStep,
  ask: (signal: AbortSignal, onShown: () => void) => Promise<Answer>,
  options: ResolveAllOptions,
): Promise<Answer> {
  const resolved = new AbortController();
  let timer: ReturnType<typeof setInterval> | undefined;
  const look = async () => {
    const entry = await usableEntry(key, step, options).catch(() => undefined);
    if (entry !== undefined) resolved.abort(new SuspendedError("answered"));
  };
  // Not before the question stands: the first timer loads modules of Node.
  const onShown = () => timer ??= setInterval(look, LOOK_MS);
  return await ask(resolved.signal, onShown).finally(() => clearInterval(timer));
}

/**
 * Returns the values of `missing` that are cached after all, without taking a lock. The warm run can't use
 * values that are encrypted, whose key is not in the plan, or that were resolved since.
 */
async function cachedByNow(
  missing: ReadonlyMap<string, Step>,
  options: ResolveAllOptions,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const [key, step] of missing) {
    const entry = await usableEntry(key, step, options);
    if (entry !== undefined) found.set(key, { resolution: entry.resolution, origin: "cache" });
  }
  return found;
}

/**
 * Takes the locks of `missing`, always in the order of the keys, so that no two runs wait for each
 * other. Adds the values that another run has resolved meanwhile to `found`.
 */
async function lockAll(
  missing: ReadonlyMap<string, Step>,
  found: Map<string, Found>,
  options: ResolveAllOptions,
): Promise<LockedStep[]> {
  const tasks: LockedStep[] = [];
  for (const [key, step] of [...missing].sort(([one], [other]) => one < other ? -1 : 1)) {
    const lock = await takeLock(key, step, options);
    const entry = await usableEntry(key, step, options);
    if (entry !== undefined) {
      options.logger.debug(`Another run has resolved ${step.names.join(", ")} in the meantime`);
      found.set(key, { resolution: entry.resolution, origin: "cache" });
      lock.release();
    } else if (lock.failure !== undefined) {
      // The runs that wait for this one share the failure, too.
      lock.release(lock.failure);
      for (const task of tasks) task.lock.release();
      throw lock.failure;
    } else tasks.push({ key, step, lock });
  }
  return tasks;
}
