/**
 * AWS's refusals of AssumeRole in a person's words.
 *
 * @module
 */

import { WevError } from "../../errors.ts";
import { explainFailure, isAccessDenied, quote } from "../../aws/failures.ts";
import type { RoleHop } from "../../aws/profiles/profile_chain.ts";
import type { SourceKeys } from "../../aws/keys/source_keys.ts";

/** Returns an error that tells why `role` can't be assumed with `keys`; else `other`. */
export function explainRoleFailure(
  error: unknown,
  role: RoleHop,
  keys: SourceKeys,
  other?: unknown,
): unknown {
  const message = error instanceof Error ? error.message : "";
  const explain = (text: string, hint: string) => new WevError(text, { hint, cause: error });
  if (/exceeds the MaxSessionDuration/i.test(message)) {
    return explain(
      `A session of ${role.arn} can't last ${role.duration} seconds: that is more than the role's ` +
        "MaxSessionDuration",
      `Set ${durationOption(role)} to what the role allows (3600 always is), or have it changed: ` +
        `aws iam update-role --role-name ${role.arn.split("/").at(-1)} --max-session-duration ` +
        `${role.duration}`,
    );
  }
  if (/session limit for roles assumed by role chaining/i.test(message)) {
    return explain(
      `A session of ${role.arn} can't last ${role.duration} seconds: it is assumed with a session, ` +
        "and AWS limits that to 3600 (role chaining)",
      `Set ${durationOption(role)} to 3600 or less.`,
    );
  }
  if (isAccessDenied(error) && /sts:AssumeRole/.test(message)) {
    return explain(
      `AWS refused: ${quote(error)}`,
      `The trust policy of ${role.arn} must name the caller, the caller's policy must allow ` +
        "sts:AssumeRole, and an external ID that the trust policy wants must be the option " +
        "external_id. That there is no such role is told in the same words.",
    );
  }
  return other ?? explainFailure(error, keys);
}

function durationOption({ profile }: RoleHop): string {
  return profile === undefined
    ? "role_duration"
    : `role_duration, or duration_seconds of "${profile}",`;
}
