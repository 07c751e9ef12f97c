/**
 * How roles are assumed, and why they can't be.
 *
 * @module
 */

import { nameIn } from "../../aws/arn.ts";
import { explainFailure, isAccessDenied, quote } from "../../aws/failures.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";
import { CHAINED_ROLE_DURATION, ROLE_SESSION_NAME } from "../../aws/limits.ts";
import type { RoleHop } from "../../aws/profiles/chain_settings.ts";
import { WevError } from "../../errors.ts";
import type { Resolution } from "../../plugin/context.ts";
import { textProblem } from "../../value_form.ts";

/** Returns a RoleSessionName: the name at the end of the caller's ARN. */
export function sessionNameOf(arn: string): string {
  const name = nameIn(arn).replaceAll(/[^\w+=,.@-]/g, "-").slice(0, 64);
  return textProblem(name, ROLE_SESSION_NAME) === undefined ? name : `wev-${name}`;
}

/** Returns the input of AssumeRole for `role`, which `caller` assumes. */
export function inputOf(role: RoleHop, caller: string, isLast: boolean) {
  return {
    RoleArn: role.arn,
    RoleSessionName: role.sessionName ?? sessionNameOf(caller),
    // A session in the middle of the chain is needed for a moment only.
    DurationSeconds: isLast ? role.duration : Math.min(role.duration, CHAINED_ROLE_DURATION),
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
  };
}

/** Returns the keys in the values of a session that AWS has issued to wev. */
export function sessionKeys(
  { values }: Pick<Resolution, "values">,
  region: string | undefined,
  source: string,
): SourceKeys {
  const [accessKeyId = "", secretAccessKey = "", sessionToken] = values;
  const remedy = "Run the command again.";
  return { accessKeyId, secretAccessKey, sessionToken, region, source, remedy };
}

/** AWS's refusal of the first role. The session that it was to be assumed with may be the reason. */
export class FirstHopError extends Error {
  /** Keeps the refusal as the cause. */
  constructor(override readonly cause: unknown, readonly role: RoleHop) {
    super("The first role can't be assumed");
  }
}

/** Returns an error that explains why `role` can't be assumed with `keys`, else `other`. */
export function explainRoleFailure(
  error: unknown,
  role: RoleHop,
  keys: SourceKeys,
  other?: unknown,
): unknown {
  const message = error instanceof Error ? error.message : "";
  const explain = (text: string, hint: string) =>
    new WevError(text, { kind: "auth", hint, cause: error });
  if (/exceeds the MaxSessionDuration/i.test(message)) {
    return explain(
      `A session of ${role.arn} can't last ${role.duration} seconds: that is more than the role's ` +
        "MaxSessionDuration",
      `Set ${
        durationOption(role)
      } to what the role allows (3600 is always allowed), or raise its ` +
        `limit: aws iam update-role --role-name ${nameIn(role.arn)} --max-session-duration ` +
        `${role.duration}`,
    );
  }
  if (/session limit for roles assumed by role chaining/i.test(message)) {
    return explain(
      `A session of ${role.arn} can't last ${role.duration} seconds: it is assumed with a session, ` +
        "and AWS limits that to 3600 seconds (role chaining)",
      `Set ${durationOption(role)} to 3600 or less.`,
    );
  }
  if (isAccessDenied(error) && /sts:AssumeRole/.test(message)) {
    return explain(
      `AWS refused: ${quote(error)}`,
      `Check that the trust policy of ${role.arn} names the caller, that the caller's policy allows ` +
        "sts:AssumeRole, and that external_id is the external ID in the trust policy, if it has one. " +
        "AWS gives the same answer if there is no such role.",
    );
  }
  return other ?? explainFailure(error, keys);
}

function durationOption({ profile }: RoleHop): string {
  return profile === undefined
    ? "role_duration"
    : `role_duration, or duration_seconds of "${profile}",`;
}
