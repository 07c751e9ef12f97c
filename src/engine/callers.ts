/**
 * wev below wev, by way of a program that the outer one runs to get a value: the inner one must not wait
 * for what the outer one holds, since that waits for the program.
 *
 * @module
 */

import type { Holder } from "../cache/lock.ts";
import { WevError } from "../errors.ts";
import type { Environment } from "../runtime.ts";

/** The variable with the process IDs of the runs of wev that wait for this one. */
const CALLERS = "WEV_CALLERS";

/** Returns the variable for a program that `process` waits for. */
export function withCaller(environment: Environment, process: number): Record<string, string> {
  return { [CALLERS]: [...callersIn(environment), process].join(" ") };
}

/**
 * Checks that no run that waits for this one holds what this one is about to wait for.
 *
 * @throws {WevError} if one does.
 */
export function checkCallers(environment: Environment, holder: Holder | undefined): void {
  if (holder === undefined || !callersIn(environment).includes(String(holder.process))) return;
  throw new WevError(
    `Another run of wev (process ${holder.process}), which gets ${holder.purpose}, waits for the ` +
      "program that started this one, and this one would wait for it",
    {
      // The run that waits fails by what its program says.
      shared: false,
      hint:
        "Let the program of credential_process or token_command do without wev, or run it in a " +
        "directory whose variables do not need that program.",
    },
  );
}

function callersIn(environment: Environment): string[] {
  return environment.get(CALLERS)?.split(" ") ?? [];
}
