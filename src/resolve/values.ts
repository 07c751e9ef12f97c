/**
 * Whether a command can be given what a plugin resolves.
 *
 * @module
 */

import { ConfigError, escapeControls } from "../errors.ts";
import type { Step } from "../plan/plan.ts";

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
    values.length < names.length ? { hint: `Name ${values.length} variables.` } : {},
  );
}

/** Returns what keeps `values` from a command, or `undefined`. */
export function valuesProblem(
  { names, isCredential = false }: Step,
  values: readonly string[],
): string | undefined {
  if (values.length < names.length) return `${values.length} values for ${names.length} names`;
  if (values.some((value) => value.includes("\0"))) return "a value with a NUL character in it";
  if (values.some((value) => !value.isWellFormed())) return "a value that is not Unicode";
  // A header can't hold them, so every request that is signed with such a credential fails.
  const hasControls = isCredential && values.some((value) => escapeControls(value) !== value);
  return hasControls ? "a credential with a control character in it" : undefined;
}
