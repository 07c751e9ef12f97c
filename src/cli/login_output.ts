/**
 * The output of `wev --login`, as text and as JSON: identities and expiry, no values.
 *
 * @module
 */

import type { Resolved } from "../engine/resolved.ts";
import { escapeControls } from "../errors.ts";
import type { Times } from "../times.ts";
import { jsonText } from "./json_text.ts";

/** Returns the output of `wev --login --json`. */
export function loginAsJson(resolved: readonly Resolved[]): string {
  const variables = resolved.map(({ step, identity, expiresAt, origin }) => ({
    names: step.names,
    identity: identity || null,
    expiresAt: expiresAt ?? null,
    origin,
  }));
  return jsonText({ wev: 1, variables });
}

/** Returns the output of `wev --login`: a line for each variable. */
export function loginAsText(resolved: readonly Resolved[], times: Times): string {
  if (resolved.length === 0) return "No variable is configured here.\n";
  return resolved.map((one) =>
    `${one.step.names.map(escapeControls).join(", ")}: ${statusOf(one, times)}\n`
  ).join("");
}

function statusOf({ identity, expiresAt, origin }: Resolved, times: Times): string {
  if (origin === "constant") return "from the configuration";
  return [
    ...(identity ? [escapeControls(identity)] : []),
    expiresAt === undefined ? "no expiry is known" : `until ${times.until(expiresAt)}`,
  ].join(", ");
}
