/**
 * Sessions of roles: what AssumeRole gives.
 *
 * @module
 */

import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { WevError } from "../../errors.ts";
import type { ExpiringResolution, ResolveContext } from "../../plugin/mod.ts";
import { textProblem } from "../../value_form.ts";
import { checkedIdentity } from "./caller.ts";
import { type Connection, createClients, sendRequest } from "./clients.ts";
import { CHAINED_ROLE_DURATION, ROLE_SESSION_NAME } from "./limits.ts";
import { sendWithCode } from "./send_code.ts";
import { checkedUser, explainCodeFailure, proving, type UserAccess } from "./mfa_session.ts";
import type { RoleHop } from "./profile_chain.ts";
import { explainRoleFailure } from "./role_failures.ts";
import type { SourceKeys } from "./source_keys.ts";
import { clocksOf, toResolution } from "./sts_credentials.ts";

/** Returns whether the last role's session is too long for one that is assumed with a session. */
export function isLong(roles: readonly RoleHop[]): boolean {
  return (roles.at(-1)?.duration ?? 0) > CHAINED_ROLE_DURATION;
}

/**
 * Checks, before anybody is asked, that AWS can give a session as long as the last role's is to be.
 * `session` says where the keys come from that the first is assumed with, if they are those of a session.
 *
 * @throws {WevError} where it can't: nothing is shortened without a word.
 */
export function checkDurations(roles: readonly RoleHop[], session: string | undefined): void {
  const last = roles.at(-1);
  if (last === undefined || !isLong(roles)) return;
  const reason = roles.length > 1
    ? `it is assumed from the role ${roles.at(-2)!.arn}`
    : session !== undefined
    ? `it is assumed from the session of ${session}`
    : undefined;
  if (reason === undefined) return;
  throw new WevError(
    `A session of ${last.arn} can't last ${last.duration} seconds: ${reason}, and AWS limits that ` +
      `to ${CHAINED_ROLE_DURATION} (role chaining)`,
    {
      hint:
        `Set ${
          last.profile === undefined ? "role_duration" : "duration_seconds or role_duration"
        } ` +
        `to ${CHAINED_ROLE_DURATION} or less, or let the role be assumed by the user.`,
    },
  );
}

/** Returns a RoleSessionName made of the name at the end of a caller's ARN. */
export function sessionNameOf(arn: string): string {
  const name = arn.slice(arn.search(/[^/:]*$/)).replaceAll(/[^\w+=,.@-]/g, "-").slice(0, 64);
  return textProblem(name, ROLE_SESSION_NAME) === undefined ? name : `wev-${name}`;
}

/** How roles are assumed one from the other. */
export interface RolePath {
  /** The roles. */
  readonly roles: readonly RoleHop[];
  /** The keys that the first is assumed with. */
  readonly keys: SourceKeys;
  /** The ARN that those keys are of. */
  readonly caller: string;
}

/**
 * Assumes the roles one from the other, without a code, and returns the last one's session.
 *
 * @throws what the SDK says of the first role, so that a session that is worth nothing can be told.
 * @throws {WevError} where another one can't be assumed.
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
      session = toResolution(answer.Credentials, identity, clocksOf(connection, context));
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

/** What to do if AWS does not take what it gave a moment ago. */
const REMEDY = "Run the command again.";

/** AWS's refusal of the first role, before it is known whether the session it was asked with is to blame. */
export class FirstHopError extends Error {
  /** Keeps the refusal as the cause. */
  constructor(override readonly cause: unknown, readonly role: RoleHop) {
    super("The first role can't be assumed");
  }
}

/**
 * Assumes a role with a code, straight from a user's long-term keys: the only way to a session of more
 * than an hour.
 *
 * @throws {WevError} where it can't be assumed.
 */
export async function assumeWithCode(
  access: UserAccess,
  role: RoleHop,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  const { options, source, keys, connection } = access;
  const { user, device, clients: { sts } } = await checkedUser(access, context);
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
    return toResolution(Credentials, identity, clocksOf(connection, context));
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
    // A role on the way is needed for a moment only, however long its profile wants it.
    DurationSeconds: isLast ? role.duration : Math.min(role.duration, CHAINED_ROLE_DURATION),
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
  };
}
