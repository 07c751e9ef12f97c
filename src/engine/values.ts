/**
 * Checks whether a command can get the values that a plugin returns.
 *
 * @module
 */

import { ConfigError, escapeControls } from "../errors.ts";
import type { Step } from "../plan/plan.ts";
import type { Resolution } from "../plugin/context.ts";

/** Returns the values for the names of `step`. A plugin may return more values, which are not secret. */
export function namedValues({ names }: Step, { values }: Resolution): readonly string[] {
  return values.slice(0, names.length);
}

/**
 * Checks that a command can get `values`.
 *
 * @throws {ConfigError} if it can't; it points at the variable.
 */
export function checkValues(step: Step, values: readonly string[]): void {
  const { names, location, plugin } = step;
  const problem = valuesProblem(step, values);
  if (problem === undefined) return;
  throw new ConfigError(
    location,
    `${plugin} returned ${problem}`,
    values.length < names.length
      ? { hint: `Name ${values.length} variables.` }
      : { kind: "plugin" },
  );
}

/** Returns why a command can't get `values`, or `undefined`. */
export function valuesProblem(step: Step, values: readonly string[]): string | undefined {
  const { names } = step;
  if (values.length < names.length) return `${values.length} values for ${names.length} names`;
  return textProblem(step, values);
}

/** Returns why `values` can't be kept for variables such as `step`, or `undefined`. */
export function keptProblem(step: Step, values: readonly string[]): string | undefined {
  const { secret = [] } = step;
  if (values.length < secret.length) return `${values.length} values instead of ${secret.length}`;
  return textProblem(step, values);
}

function textProblem(
  { secret = [] }: Step,
  values: readonly string[],
): string | undefined {
  if (values.some((value) => value.includes("\0"))) return "a value that contains a NUL character";
  if (values.some((value) => !value.isWellFormed())) return "a value that is not Unicode";
  // A header can't contain them, so every request signed with such a credential fails.
  const hasControls = secret.length > 0 && values.some((value) => escapeControls(value) !== value);
  return hasControls ? "a credential that contains a control character" : undefined;
}
