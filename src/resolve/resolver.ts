/**
 * The heart of wev: from what is planned to the values of all variables.
 *
 * @module
 */

import { type CacheEntry, isFresh } from "../cache/entry.ts";
import { entryKey } from "../cache/key.ts";
import type { CacheStore } from "../cache/store.ts";
import { ConfigError, formatLocation } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Plugin, Resolution, ResolveContext } from "../plugin/contract.ts";
import type { Prompt } from "../prompt.ts";
import type { Clock, Environment, EnvironmentChanges } from "../runtime.ts";
import { declaredEnvironment, surroundings } from "./declared_environment.ts";
import type { PlannedVariable } from "./plan.ts";
import { PromptQueue } from "./prompt_queue.ts";

/** What resolving needs. */
export interface ResolverOptions {
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** The time. */
  readonly clock: Clock;
  /** The cache. */
  readonly store: CacheStore;
  /** Asks the person at the terminal. */
  readonly prompt: Prompt;
  /** Says things on standard error. */
  readonly logger: Logger;
  /** Says to the person at the terminal, if there is one, what wev waits for. */
  notify(message: string): void;
  /** Whether cached values are passed over. */
  readonly refresh: boolean;
}

/** Milliseconds that may pass before wev says what it waits for. */
const PATIENCE_MS = 1_000;

/** A value that several variables may share, since it is made of the same things. */
interface Task {
  readonly key: string;
  readonly planned: PlannedVariable;
}

/**
 * Returns how the command's environment differs from wev's: every variable, or an error.
 *
 * @throws {WevError} of the first variable that can't be resolved.
 */
export async function resolveAll(
  planned: readonly PlannedVariable[],
  options: ResolverOptions,
): Promise<EnvironmentChanges> {
  const keys = await Promise.all(planned.map((one) => keyOf(one, options.environment)));
  const resolutions = new Map<string, Resolution>();
  const missing: Task[] = [];
  for (const [index, one] of planned.entries()) {
    const key = keys[index]!;
    if (resolutions.has(key) || missing.some((task) => task.key === key)) continue;
    const entry = options.refresh ? undefined : cachedEntry(one.plugin, key, options);
    if (entry === undefined) missing.push({ key, planned: one });
    else resolutions.set(key, entry.resolution);
  }
  if (missing.length > 0) await resolveMissing(missing, resolutions, options);
  return changes(planned, keys.map((key) => resolutions.get(key)!));
}

/** Returns the key of what `planned` resolves to. */
export function keyOf(planned: PlannedVariable, environment: Environment): Promise<string> {
  const { plugin, options } = planned;
  return entryKey({
    plugin: plugin.id,
    version: plugin.version,
    options,
    surroundings: surroundings(environment, plugin),
  });
}

function cachedEntry(
  plugin: Plugin,
  key: string,
  { store, clock }: ResolverOptions,
): CacheEntry | undefined {
  if (plugin.cached === false) return undefined;
  const entry = store.read(key);
  return entry !== undefined && isFresh(entry, clock.now()) ? entry : undefined;
}

/** Resolves the tasks side by side; the first failure ends the others. */
async function resolveMissing(
  tasks: readonly Task[],
  resolutions: Map<string, Resolution>,
  options: ResolverOptions,
): Promise<void> {
  const queue = new PromptQueue(options.prompt, tasks.length);
  const abort = new AbortController();
  const failures: unknown[] = [];
  await Promise.all(tasks.map(async ({ key, planned }, number) => {
    try {
      const prompt = queue.promptOf(number, abort.signal);
      const resolution = await resolveOne(planned, options, prompt, abort.signal);
      // At once: what fails later must not cost anybody a second code.
      save(key, planned, resolution, options);
      resolutions.set(key, resolution);
    } catch (error) {
      failures.push(error);
      abort.abort(error);
    } finally {
      queue.ended();
    }
  }));
  if (failures.length > 0) throw failures[0];
}

async function resolveOne(
  { variable, plugin, options }: PlannedVariable,
  { environment, home, clock, logger, notify }: ResolverOptions,
  prompt: Prompt,
  signal: AbortSignal,
): Promise<Resolution> {
  const context: ResolveContext = {
    environment: declaredEnvironment(environment, plugin),
    home,
    logger,
    prompt,
    signal,
    now: () => clock.now(),
    waitFor: async (what, work) => {
      const timer = setTimeout(() => notify(`Waiting for ${what}`), PATIENCE_MS);
      return await work.finally(() => clearTimeout(timer));
    },
    location: formatLocation(variable.location),
  };
  logger.debug(`${plugin.id} resolves ${variable.names.join(", ")}`);
  return await plugin.resolve(options, context);
}

function save(
  key: string,
  { plugin, variable }: PlannedVariable,
  resolution: Resolution,
  { environment, clock, store }: ResolverOptions,
): void {
  const { expiresAt } = resolution;
  if (expiresAt === undefined) return;
  const about = Object.fromEntries(
    Object.entries(surroundings(environment, plugin)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]]
    ),
  );
  const now = clock.now();
  store.write(key, {
    plugin: plugin.id,
    names: variable.names,
    about,
    resolvedAt: now,
    resolution: { ...resolution, expiresAt },
  }, now);
}

function changes(
  planned: readonly PlannedVariable[],
  resolutions: readonly Resolution[],
): EnvironmentChanges {
  const set = new Map<string, string>();
  for (const [index, { variable, plugin }] of planned.entries()) {
    const { values } = resolutions[index]!;
    for (const [position, name] of variable.names.entries()) {
      const value = values[position];
      if (value === undefined) {
        throw new ConfigError(
          variable.location,
          `${plugin.id} gives ${values.length} values for ${variable.names.length} names`,
          { hint: `Name ${values.length} variables.` },
        );
      }
      set.set(name, value);
    }
  }
  const unset = resolutions.flatMap((resolution) => resolution.unset ?? []);
  return { set, unset: unset.filter((name) => !set.has(name)) };
}
