/**
 * What is asked for, and what values are once they have been resolved. Plain data: one consumer makes an
 * environment of it, another an export.
 *
 * @module
 */

import type { Step } from "../plan/plan.ts";
import type { DefaultVariable } from "../plugin/context.ts";

/** What is asked for: one run asks once, for all of its plan. */
export interface Request {
  /** When it was made. With `refresh` only what was resolved since then counts. */
  readonly at: Date;
  /** Seconds of life that every value must have left, if its options do not ask for more. */
  readonly minRemaining: number;
  /** Whether what is cached is resolved again. */
  readonly refresh: boolean;
  /** Whether a person may be asked. */
  readonly mayAsk: boolean;
}

/** Where values come from. */
export type Origin = "constant" | "cache" | "fresh";

/** One value. */
interface ResolvedValue {
  /** The value; `undefined` where its variable is to be unset. */
  readonly text: string | undefined;
  /** Whether it must not get into other hands. */
  readonly secret: boolean;
}

/** What one step of a plan resolved to. */
export interface Resolved {
  /** The step. */
  readonly step: Step;
  /** The values, one for each name of the step, in order. */
  readonly values: readonly ResolvedValue[];
  /** When they expire; `undefined` where they do not. */
  readonly expiresAt: Date | undefined;
  /** Whose they are, for people: an ARN. No secret. */
  readonly identity: string | undefined;
  /** Where they come from. */
  readonly origin: Origin;
  /** The key of their entry in the cache; `undefined` for constants. */
  readonly key: string | undefined;
  /** What the command gets too, as far as it has none of it. */
  readonly defaults: readonly DefaultVariable[] | undefined;
}
