/**
 * From a plan to values: what is cached, and the rest from the plugins.
 *
 * @module
 */

import type { Plan, Step } from "../plan/plan.ts";
import type { ListedEnvironment } from "../runtime.ts";
import { cached, type CachedOptions } from "./cached.ts";
import { outerEnvironment } from "./nesting.ts";
import type { Request, Resolved } from "./resolved.ts";

/** What resolving needs. */
export interface Engine extends Omit<CachedOptions, "outer"> {
  /** The environment wev was started with. */
  readonly environment: ListedEnvironment;
  /** Is told the values that are cached, before anything else happens. */
  readonly onValues?: ((values: readonly string[]) => void) | undefined;
  /** Returns what `steps`, which are not cached, resolve to, in order. */
  resolveUncached(steps: readonly Step[], request: Request): Promise<readonly Resolved[]>;
}

/**
 * Returns what each step of `plan` resolves to, in order: every one, or an error. Where everything is
 * cached, it contacts nothing and writes nothing.
 *
 * @throws {WevError} of the first step that can't be resolved.
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
