/**
 * Failures for programs.
 *
 * @module
 */

import { escapeControls } from "../errors.ts";
import type { FailureDescription } from "./failure.ts";
import { jsonLine } from "./json_text.ts";

/**
 * Returns the line that tells programs of a failure; `docs/failures.md` has its schema. Sentences are as
 * people see them; data is as it is, escaped as JSON.
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
