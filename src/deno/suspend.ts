/**
 * Stopping this process for a question that is interrupted.
 *
 * @module
 */

import type { Suspension } from "../runtime.ts";
import { openJobControl } from "./job_control.ts";
import { JOB_CONTROL } from "./signals.ts";
import { waitForForeground } from "./terminal.ts";

/** Stops this process as `how` says; returns, once it is continued, whether it may ask. */
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
