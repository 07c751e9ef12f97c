/**
 * Whether a command can be given what a plugin resolves.
 *
 * @module
 */

import { ConfigError, escapeControls } from "../errors.ts";
import type { Step } from "../plan/plan.ts";
import type { Resolution } from "../plugin/context.ts";

/** Returns the values that the names of `step` get: a plugin may give more, which are no secrets. */
export function namedValues({ names }: Step, { values }: Resolution): readonly string[] {
  return values.slice(0, names.length);
}

/**
 * Checks that a command can be given `values`.
 *
 * @throws {ConfigError} that points at the variable where it can't.
 */
export function checkValues(step: Step, values: readonly string[]): void {
  const { names, location, plugin } = step;
  const problem = valuesProblem(step, values);
  if (problem === undefined) return;
  throw new ConfigError(
    location,
    `${plugin} gives ${problem}`,
    values.length < names.length
      ? { hint: `Name ${values.length} variables.` }
      : { kind: "plugin" },
  );
}

/** Returns what keeps `values` from a command, or `undefined`. */
export function valuesProblem(step: Step, values: readonly string[]): string | undefined {
  const { names } = step;
  if (values.length < names.length) return `${values.length} values for ${names.length} names`;
  return textProblem(step, values);
}

/** Returns what keeps `values` from being kept for variables like `step`, or `undefined`. */
export function keptProblem(step: Step, values: readonly string[]): string | undefined {
  const { secret = [] } = step;
  if (values.length < secret.length) return `${values.length} values instead of ${secret.length}`;
  return textProblem(step, values);
}

function textProblem(
  { secret = [] }: Step,
  values: readonly string[],
): string | undefined {
  if (values.some((value) => value.includes("\0"))) return "a value with a NUL character in it";
  if (values.some((value) => !value.isWellFormed())) return "a value that is not Unicode";
  // A header can't hold them, so every request that is signed with such a credential fails.
  const hasControls = secret.length > 0 && values.some((value) => escapeControls(value) !== value);
  return hasControls ? "a credential with a control character in it" : undefined;
}
