/**
 * Resolves what is not cached: one run at a time for each value, whoever else wants it waits and shares
 * the answer.
 *
 * @module
 */

import type { Lock } from "../cache/lock.ts";
import { WevError } from "../errors.ts";
import type { Step } from "../plan/plan.ts";
import type { Resolution } from "../plugin/context.ts";
import { SuspendedError } from "../runtime.ts";
import { keyOf } from "./keys.ts";
import { outerEnvironment } from "./nesting.ts";
import { PromptQueue } from "../questions/queue.ts";
import { Keep } from "./keep.ts";
import { takeLock, type TakeLockOptions } from "./take_lock.ts";
import { resolveTask, type TaskOptions, usableEntry } from "./resolve_one.ts";
import type { Prompt } from "../questions/prompt.ts";
import { TaskPrompt } from "../questions/task_prompt.ts";
import { checkValues } from "./values.ts";
import { PROMPT_LOCK } from "./wait.ts";

/** What resolving needs. */
export interface MissingOptions extends TaskOptions, TakeLockOptions {
  /** Asks the person at the terminal. */
  readonly prompt: Prompt;
}

/** One value that has to be resolved, whose lock is held. */
interface LockedStep {
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
    // One that has the key in common may have fewer names.
    checkValues(step, resolution.values);
    return resolution;
  });
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
  const keep = new Keep({ ...options, queue, takeLock: takeLockFor });
  const abort = new AbortController();
  const failures: unknown[] = [];
  await Promise.all(tasks.map(async (task, number) => {
    const prompt = new TaskPrompt({
      prompt: options.prompt,
      turn: () => queue.turn(number, abort.signal),
      lock: ({ toAsk }) =>
        takeLock(PROMPT_LOCK, task.step, options, toAsk ? { needsAnswer: true } : {}),
      whileAsking: (ask) =>
        options.locks.whilePersonIsAsked(() => untilResolved(task, ask, options)),
    });
    try {
      const { key, step } = task;
      const { signal } = abort;
      resolutions.set(key, await resolveTask({ key, step, keep, prompt, signal }, options));
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

/** Milliseconds between two looks whether another run has resolved what is asked for. */
const LOOK_MS = 1_000;

/** Asks, until another run that brought its own code has resolved the same. */
async function untilResolved<Answer>(
  { key, step }: LockedStep,
  ask: (signal: AbortSignal) => Promise<Answer>,
  options: MissingOptions,
): Promise<Answer> {
  const resolved = new AbortController();
  const timer = setInterval(async () => {
    const entry = await usableEntry(key, step, options).catch(() => undefined);
    if (entry !== undefined) resolved.abort(new SuspendedError("answered"));
  }, LOOK_MS);
  return await ask(resolved.signal).finally(() => clearInterval(timer));
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

/**
 * Takes the locks of `missing`, always in the order of the keys, so that no two runs wait for each
 * other. What another run has resolved in the meantime goes to `resolutions`.
 */
async function lockAll(
  missing: ReadonlyMap<string, Step>,
  resolutions: Map<string, Resolution>,
  options: MissingOptions,
): Promise<LockedStep[]> {
  const tasks: LockedStep[] = [];
  for (const [key, step] of [...missing].sort(([one], [other]) => one < other ? -1 : 1)) {
    const lock = await takeLock(key, step, options);
    const entry = await usableEntry(key, step, options);
    if (entry !== undefined) {
      options.logger.debug(`Another run has resolved ${step.names.join(", ")} in the meantime`);
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
