/**
 * Logs how a run uses the cache, and why. The log has no values, and only the end of an access key.
 *
 * @module
 */

import { isOpen, type KeptEntry } from "../cache/entry.ts";
import { escapeControls } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { keyOf } from "./keys.ts";
import { type ListOptions, reasonAgainst, REASONS } from "./list.ts";
import { outerEnvironment } from "./nesting.ts";
import type { Request } from "./resolved.ts";

/** Logs for each variable of `plan` its cached entry, and why it is used or not. */
export async function logDecisions(
  { steps }: Plan,
  request: Request,
  options: ListOptions,
  logger: Logger,
): Promise<void> {
  for (const step of steps) {
    logger.debug(`${step.names.join(", ")}: ${await decisionOf(step, request, options)}`);
  }
}

async function decisionOf(
  step: Step,
  request: Request,
  options: ListOptions,
): Promise<string> {
  if (step.constant !== undefined) return "a constant of the configuration";
  const { environment, home, store, times } = options;
  const key = await keyOf(step, { outer: outerEnvironment(environment), home });
  const entry = store.read(key);
  if (entry === undefined) return `not cached (${entryName(key)})`;
  const use = { step, key, kept: new Map() };
  const reason = await reasonAgainst(key, entry, [use], options, request);
  const decision = reason !== undefined
    ? `not used: ${REASONS[reason]}`
    : isOpen(entry)
    ? "used"
    : "used if the keyring has the key";
  const { expiresAt } = entry.resolution;
  return `cached as ${entryName(key)}, until ${times.until(expiresAt)}${
    identityText(entry)
  }: ${decision}`;
}

/** Returns the name of an entry in the log: the start of its file name. */
function entryName(key: string): string {
  return `${key.slice(0, 12)}….json`;
}

function identityText({ resolution: { identity }, inputs }: KeptEntry): string {
  const key = endOfKey(inputs["access key ID"] ?? inputs["AWS_ACCESS_KEY_ID"] ?? "");
  return [
    ...(identity === undefined ? [] : [`, of ${escapeControls(identity)}`]),
    ...(key === undefined ? [] : [`, from the access key ${key}`]),
  ].join("");
}

/** Returns the last four characters of an access key ID; `undefined` if the ID is too short for that. */
export function endOfKey(id: string): string | undefined {
  return id.length < 16 ? undefined : `…${id.slice(-4)}`;
}
