/**
 * Stopping this process as its user wants it to be stopped.
 *
 * @module
 */

import type { Suspension } from "../runtime.ts";
import { openJobControl } from "./job_control.ts";
import { JOB_CONTROL } from "./signals.ts";
import { waitForForeground } from "./terminal.ts";

/** Does what `how` says, and returns, once this process is continued, whether it may ask. */
export function suspend(how: Suspension): boolean {
  switch (how) {
    case "group":
    case "process":
      openJobControl()?.stop(JOB_CONTROL.stop.number, how);
      return true;
    case "background":
      return waitForForeground();
    case "continued":
    case "answered":
      return true;
  }
}
