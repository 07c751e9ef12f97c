/**
 * The output of `wev --check`, as text and as JSON.
 *
 * @module
 */

import type { CheckedVariable } from "../engine/check.ts";
import type { Times } from "../times.ts";
import { jsonText } from "./json_text.ts";

/** Returns the output of `wev --check --json`. */
export function checkedAsJson(variables: readonly CheckedVariable[]): string {
  return jsonText({ wev: 1, ok: variables.every(({ ok }) => ok), variables });
}

/** Returns the message of `wev --check` about `missing`, the variables that a run would resolve. */
export function checkedAsText(missing: readonly CheckedVariable[], times: Times): string {
  return missing.map(({ names, expiresAt, reason }) =>
    expiresAt === null
      ? `${names.join(", ")}: ${reason}`
      : `${names.join(", ")}: ${reason}, expires ${times.until(expiresAt)}`
  ).join("; ");
}
