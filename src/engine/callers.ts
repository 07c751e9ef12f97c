/**
 * Prevents a deadlock between nested runs. A run may start a program to get a value, and that program may
 * start wev. The inner run must not wait for a lock of the outer one, which waits for the program.
 *
 * @module
 */

import type { Holder } from "../cache/lock.ts";
import { WevError } from "../errors.ts";
import type { Environment } from "../runtime.ts";

/** The variable with the process IDs of the runs that wait for this one. */
const CALLERS = "WEV_CALLERS";

/** Returns the variable for a program that the run `process` starts and waits for. */
export function withCaller(environment: Environment, process: number): Record<string, string> {
  return { [CALLERS]: [...callersIn(environment), process].join(" ") };
}

/**
 * Checks that `holder`, which this run is about to wait for, does not wait for this run.
 *
 * @throws {WevError} if it does.
 */
export function checkCallers(environment: Environment, holder: Holder | undefined): void {
  if (holder === undefined || !callersIn(environment).includes(String(holder.process))) return;
  throw new WevError(
    `Can't wait for another run of wev (process ${holder.process}), which gets ${holder.purpose}: ` +
      "it waits for the program that started this one",
    {
      // The other run fails with the failure of its program.
      shared: false,
      hint:
        "Don't use wev in the program of credential_process or token_command, or run that program " +
        "in a directory whose variables do not need it.",
    },
  );
}

function callersIn(environment: Environment): string[] {
  return environment.get(CALLERS)?.split(" ") ?? [];
}
