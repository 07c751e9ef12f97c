/**
 * What people are told once though nothing is wrong: what they may not have meant.
 *
 * @module
 */

import { WevError } from "../../errors.ts";
import { keptOr } from "../../plugin/keep.ts";
import type { ExplainContext, ResolveContext } from "../../plugin/mod.ts";
import { MIN_DURATION } from "../../aws/limits.ts";
import type { AwsMfaOptions } from "./options.ts";

/**
 * Returns a sentence where the configuration names a profile and the environment another one, which
 * is not used.
 */
export function profileNote(
  { profile }: Pick<AwsMfaOptions, "profile">,
  { environment }: ExplainContext,
): string[] {
  if (profile === undefined) return [];
  const variable = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].find((name) => environment.get(name));
  const outside = variable && environment.get(variable);
  return outside === undefined || outside === profile
    ? []
    : [`Uses the profile "${profile}" of the configuration, and not "${outside}" of ${variable}.`];
}

/**
 * Tells, once for an access key, that a session is short since nobody has said how long it should be.
 * Called when a code was accepted.
 */
export async function tellOfDuration(
  { duration }: Pick<AwsMfaOptions, "duration">,
  { accessKeyId }: { readonly accessKeyId: string },
  context: ResolveContext,
): Promise<void> {
  if (duration !== undefined) return;
  let isFirst = false;
  try {
    const parts = { what: "told of the default duration", accessKeyId };
    await keptOr(await context.keep(parts, "choice"), () => {
      isFirst = true;
      return Promise.resolve({ values: ["yes"] });
    });
  } catch (error) {
    // The session is there, and whatever is wrong here is no reason not to use it.
    if (!(error instanceof WevError) || context.signal.aborted) throw error;
  }
  if (!isFirst) return;
  await context.tell(
    `default duration ${accessKeyId}`,
    `This session lasts ${MIN_DURATION / 60} minutes. For one code a day, add "duration: 43200" ` +
      `below "id: wev-awsmfa" (${context.location})`,
  );
}
