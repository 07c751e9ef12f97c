/**
 * What the failure of a question that nobody could be asked says to programs.
 *
 * @module
 */

import type { WevErrorOptions } from "../errors.ts";

/** Returns the data of a failure for want of a code that `device` shows. */
export function codeNeeded(device: string): WevErrorOptions {
  return {
    kind: "input-needed",
    inputs: [{ kind: "code", device }],
    next: ["wev --answer", "wev --token CODE …", "wev --login"],
  };
}

/** Returns the data of a failure for want of one of `choices`. */
export function choiceNeeded(choices: readonly string[]): WevErrorOptions {
  return { kind: "input-needed", inputs: [{ kind: "choice", choices }], next: ["wev --login"] };
}
