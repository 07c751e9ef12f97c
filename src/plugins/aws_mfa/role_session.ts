/**
 * Sessions of roles, from AssumeRole.
 *
 * @module
 */

import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { nameIn } from "../../aws/arn.ts";
import { type Connection, createClients } from "../../aws/client/clients.ts";
import { sendRequest } from "../../aws/client/requests.ts";
import { clocksOf } from "../../aws/expiration.ts";
import { explainFailure, isAccessDenied, quote } from "../../aws/failures.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";
import { CHAINED_ROLE_DURATION, ROLE_SESSION_NAME } from "../../aws/limits.ts";
import type { RoleHop } from "../../aws/profiles/chain_settings.ts";
import { checkedIdentity, sessionOf } from "../../aws/sts.ts";
import { WevError } from "../../errors.ts";
import type { ExpiringResolution, ResolveContext } from "../../plugin/mod.ts";
import { textProblem } from "../../value_form.ts";
import { proving } from "./devices.ts";
import { sendWithCode } from "./mfa_session.ts";
import { explainCodeFailure, findUser, type UserAccess } from "./user.ts";

/** Returns a RoleSessionName: the name at the end of the caller's ARN. */
export function sessionNameOf(arn: string): string {
  const name = nameIn(arn).replaceAll(/[^\w+=,.@-]/g, "-").slice(0, 64);
  return textProblem(name, ROLE_SESSION_NAME) === undefined ? name : `wev-${name}`;
}

/** A chain of roles. */
export interface RolePath {
  /** The roles. */
  readonly roles: readonly RoleHop[];
  /** The keys that assume the first one. */
  readonly keys: SourceKeys;
  /** The ARN of the owner of those keys. */
  readonly caller: string;
}

/**
 * Assumes the roles one after the other, without a code, and returns the session of the last one.
 *
 * @throws {FirstHopError} if the first role can't be assumed: the keys may have been revoked.
 * @throws {WevError} if another one can't be assumed.
 */
export async function assumeRoles(
  { roles, keys, caller }: RolePath,
  connection: Connection,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  let signer = keys;
  let session: ExpiringResolution | undefined;
  for (const [at, role] of roles.entries()) {
    const isLast = at === roles.length - 1;
    const { sts } = createClients(signer, connection);
    const command = new AssumeRoleCommand(inputOf(role, caller, isLast));
    try {
      const answer = await context.waitFor(
        `AWS to give a session of ${role.arn}`,
        sendRequest(sts, (options) => sts.send(command, options), context),
      );
      connection.clockOffset = sts.config.systemClockOffset;
      const identity = checkedIdentity(answer.AssumedRoleUser?.Arn ?? role.arn);
      session = sessionOf(answer.Credentials, identity, clocksOf(connection, context));
    } catch (error) {
      if (error instanceof WevError || context.signal.aborted) throw error;
      if (at === 0) throw new FirstHopError(error, role);
      throw explainRoleFailure(error, role, signer);
    }
    const [accessKeyId = "", secretAccessKey = "", sessionToken] = session.values;
    const { region } = keys;
    signer = {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      region,
      source: `the role ${role.arn}`,
      remedy: REMEDY,
    };
  }
  return session!;
}

/** The hint if AWS refuses keys that it has just issued. */
const REMEDY = "Run the command again.";

/** AWS's refusal of the first role. The reason may be the session that assumes it. */
export class FirstHopError extends Error {
  /** Keeps the refusal as the cause, and the role. */
  constructor(override readonly cause: unknown, readonly role: RoleHop) {
    super("The first role can't be assumed");
  }
}

/**
 * Assumes a role with a code, directly with a user's long-term keys: the only way to a session of more than
 * an hour.
 *
 * @throws {WevError} if it can't be assumed.
 */
export async function assumeWithCode(
  access: UserAccess,
  role: RoleHop,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  const { options, source, keys, connection } = access;
  const { user: find, device, clients: { sts } } = await findUser(access, context);
  const user = await find();
  const { serialNumber } = device;
  const use = { serialNumber, keys, tokenCommand: options.token_command };
  const send = async (TokenCode: string) => {
    const command = new AssumeRoleCommand({
      ...inputOf(role, user.arn, true),
      SerialNumber: serialNumber,
      TokenCode,
    });
    return await context.waitFor(
      `AWS to give a session of ${role.arn}`,
      sendRequest(sts, (options) => sts.send(command, options), context, "a code"),
    );
  };
  try {
    const { Credentials, AssumedRoleUser } = await proving(
      device,
      () => sendWithCode(use, send, context),
    );
    connection.clockOffset = sts.config.systemClockOffset;
    const identity = checkedIdentity(AssumedRoleUser?.Arn ?? role.arn);
    return sessionOf(Credentials, identity, clocksOf(connection, context));
  } catch (error) {
    const explained = await explainCodeFailure(error, { source, keys, user, device }, context);
    if (error instanceof WevError || explained === error) throw explained;
    throw explainRoleFailure(error, role, keys, explained);
  }
}

function inputOf(role: RoleHop, caller: string, isLast: boolean) {
  return {
    RoleArn: role.arn,
    RoleSessionName: role.sessionName ?? sessionNameOf(caller),
    // An intermediate session is needed only for a moment.
    DurationSeconds: isLast ? role.duration : Math.min(role.duration, CHAINED_ROLE_DURATION),
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
  };
}

/** Returns an error that explains why `role` can't be assumed with `keys`, else `other`. */
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
