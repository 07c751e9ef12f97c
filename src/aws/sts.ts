/**
 * Responses of STS, checked: the caller, and credentials. Nothing unchecked leaves this module.
 *
 * @module
 */

import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { isAccount, parseArn } from "./arn.ts";
import type { Clients, Connection } from "./client/clients.ts";
import { request } from "./client/requests.ts";
import type { RequestContext } from "./context.ts";
import { checkedExpiry, type Clocks, withoutMilliseconds } from "./expiration.ts";
import { notAws } from "./failures.ts";
import { foreignCharacter } from "./profiles/static_keys.ts";

/**
 * Returns the ARN of the owner of the clients' keys. `connection` learns AWS's time from the response.
 *
 * @throws {WevError} if AWS refuses the keys, or the response is invalid.
 */
export async function callerArn(
  clients: Clients,
  connection: Connection,
  context: RequestContext,
): Promise<string> {
  const { sts } = clients;
  const { Arn } = await context.waitFor(
    "AWS to identify the access key",
    request(
      clients,
      sts,
      (options) => sts.send(new GetCallerIdentityCommand({}), options),
      context,
    ),
  );
  connection.clockOffset = sts.config.systemClockOffset;
  if (Arn === undefined) throw notAws("it names no caller");
  return checkedIdentity(Arn);
}

/**
 * Returns `arn` if it is that of a user, a role's session, a federated user or the root user. It comes from
 * a response, and wev caches and shows it.
 *
 * @throws {WevError} if it is not.
 */
export function checkedIdentity(arn: string): string {
  const { partition = "", service = "", region, account = "", resource = "" } = parseArn(arn) ?? {};
  const isIdentity = arn.length <= 2048 && /^aws[a-z-]*$/.test(partition) &&
    (service === "iam" || service === "sts") && region === "" && isAccount(account) &&
    /^[\x21-\x7e]+$/.test(resource) && !resource.endsWith("/");
  if (!isIdentity) throw notAws("it names a caller without a valid ARN");
  return arn;
}

/** A session: the values of a variable, their expiration and identity. */
export interface StsSession {
  /** Access key ID, secret access key, session token, expiration. */
  readonly values: readonly string[];
  /** When it expires, by this computer's clock. */
  readonly expiresAt: Date;
  /** The ARN of its user or role. */
  readonly identity: string;
}

/** Credentials in a response of STS. */
export interface StsCredentials {
  /** The access key ID. */
  AccessKeyId?: string | undefined;
  /** The secret. */
  SecretAccessKey?: string | undefined;
  /** The session token. */
  SessionToken?: string | undefined;
  /** When they expire. */
  Expiration?: Date | undefined;
}

/**
 * Returns the session in a response of STS.
 *
 * @throws {WevError} if a part of it is missing or invalid.
 */
export function sessionOf(
  credentials: StsCredentials | undefined,
  identity: string,
  clocks: Clocks,
): StsSession {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw notAws("it has no credentials");
  }
  const keys = [AccessKeyId, SecretAccessKey, SessionToken];
  if (
    keys.some((key) => foreignCharacter(key) !== undefined) || Number.isNaN(Expiration.getTime())
  ) {
    throw notAws("its credentials contain invalid characters");
  }
  const expiresAt = checkedExpiry(Expiration, "AWS's new credentials", clocks);
  return { values: [...keys, withoutMilliseconds(Expiration)], expiresAt, identity };
}
