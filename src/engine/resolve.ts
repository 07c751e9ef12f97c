/**
 * Resolves a plan: cached values from the cache, and the others from the plugins.
 *
 * @module
 */

import type { Plan, Step } from "../plan/plan.ts";
import type { ListedEnvironment } from "../runtime.ts";
import { cached, type CachedOptions } from "./cached.ts";
import { outerEnvironment } from "./nesting.ts";
import type { Request, Resolved } from "./resolved.ts";

/** The options of {@linkcode resolve}. */
export interface Engine extends Omit<CachedOptions, "outer"> {
  /** The environment wev was started with. */
  readonly environment: ListedEnvironment;
  /** Called with the cached values, before anything else happens. */
  readonly onValues?: ((values: readonly string[]) => void) | undefined;
  /** Resolves `steps`, which are not cached, and returns the results in order. */
  resolveUncached(steps: readonly Step[], request: Request): Promise<readonly Resolved[]>;
}

/**
 * Resolves all steps of `plan` and returns the results in order. If everything is cached, it sends no
 * request and writes no file.
 *
 * @throws {WevError} if a step can't be resolved.
 */
export async function resolve(
  plan: Plan,
  request: Request,
  engine: Engine,
): Promise<Resolved[]> {
  const outer = outerEnvironment(engine.environment);
  const known = cached(plan, request, { ...engine, outer });
  for (const one of known) {
    if (one?.origin === "cache") engine.onValues?.(textsOf(one));
  }
  const missing = plan.steps.filter((_, index) => known[index] === undefined);
  const fresh = missing.length === 0 ? [] : [...await engine.resolveUncached(missing, request)];
  return known.map((one) => one ?? fresh.shift()!);
}

/** Returns the values that are set. */
export function textsOf({ values }: Resolved): string[] {
  return values.flatMap(({ text }) => text === undefined ? [] : [text]);
}

/** Returns the request of a run without options. */
export function plainRequest(at: Date): Request {
  return { at, minRemaining: 0, refresh: false, mayAsk: true };
}
