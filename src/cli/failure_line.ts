/**
 * Failures for programs.
 *
 * @module
 */

import { escapeControls } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import { isUnderAgent } from "./agents.ts";
import { asksForJson } from "./arguments.ts";
import type { FailureDescription } from "./failure.ts";
import { jsonLine } from "./json_text.ts";

/** Returns whether a program reads the failures of a call with `args`. */
export function isWanted(
  args: readonly string[],
  { environment }: Pick<Runtime, "environment">,
): boolean {
  return asksForJson(args) || isUnderAgent(environment);
}

/**
 * Returns a failure as one line of JSON. `docs/failures.md` has its schema. The message and the hint are
 * the words that users see. The data is unchanged, and escaped as JSON.
 */
export function failureLine({ message, advice, data }: FailureDescription): string {
  const { kind, ...more } = data;
  return jsonLine({
    wev: 1,
    status: "error",
    kind,
    message,
    hint: advice?.split("\n").map(escapeControls).join("\n"),
    ...more,
  });
}
