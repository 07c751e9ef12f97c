/**
 * Requests and resolved values, as plain data. A run makes the command's environment from the values, and
 * an export passes them on.
 *
 * @module
 */

import type { Step } from "../plan/plan.ts";
import type { DefaultVariable } from "../plugin/context.ts";

/** The request of a run, for all variables of its plan. */
export interface Request {
  /** When it was made. With `refresh`, only values that were resolved since then are used. */
  readonly at: Date;
  /** The minimum remaining lifetime of every value in seconds; options can ask for more. */
  readonly minRemaining: number;
  /** Whether to ignore cached values and resolve them again. */
  readonly refresh: boolean;
  /** Whether wev may ask the user. */
  readonly mayAsk: boolean;
}

/** The origin of values. */
export type Origin = "constant" | "cache" | "fresh";

/** One value. */
interface ResolvedValue {
  /** The value; `undefined` to unset its variable. */
  readonly text: string | undefined;
  /** Whether it is secret. */
  readonly secret: boolean;
}

/** The resolved values of one step of a plan. */
export interface Resolved {
  /** The step. */
  readonly step: Step;
  /** The values, one for each name of the step, in order. */
  readonly values: readonly ResolvedValue[];
  /** When they expire; `undefined` if they do not. */
  readonly expiresAt: Date | undefined;
  /** The identity that they belong to, for people: an ARN. No secret. */
  readonly identity: string | undefined;
  /** Their origin. */
  readonly origin: Origin;
  /** The key of their entry in the cache; `undefined` for constants. */
  readonly key: string | undefined;
  /** Default variables, which the command gets if it has no value for them. */
  readonly defaults: readonly DefaultVariable[] | undefined;
}
