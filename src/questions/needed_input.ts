/**
 * The data of failures because nobody could be asked.
 *
 * @module
 */

import type { WevErrorOptions } from "../errors.ts";

/** Returns the data of a failure that needs a code of `device`, if that is known. */
export function codeNeeded(device: string | undefined): WevErrorOptions {
  return {
    kind: "input-needed",
    inputs: [{ kind: "code", ...(device === undefined ? {} : { device }) }],
    next: ["wev --answer", "wev --token CODE …", "wev --login"],
  };
}

/** Returns the data of a failure that needs one of `choices`. */
export function choiceNeeded(choices: readonly string[]): WevErrorOptions {
  return { kind: "input-needed", inputs: [{ kind: "choice", choices }], next: ["wev --login"] };
}
