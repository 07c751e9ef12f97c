/**
 * The MFA session of a user: what GetSessionToken gives for a code. All directories and roles share one,
 * as far as `session_parts.ts` says that it is the same.
 *
 * @module
 */

import { GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { WevError } from "../../errors.ts";
import type { ExpiringResolution, ResolveContext, ShareOptions } from "../../plugin/mod.ts";
import { checkAccount } from "./account_guard.ts";
import { callerArn, type IamUser, iamUser } from "./caller.ts";
import {
  type Clients,
  type Connection,
  createClients,
  endpointOf,
  sendRequest,
} from "./clients.ts";
import { sendWithCode } from "./codes.ts";
import { deviceParts } from "./device_parts.ts";
import { findDevice } from "./find_device.ts";
import { explainFailure, isUnknownDevice } from "./failures.ts";
import { isLoopback } from "./hosts.ts";
import type { IdentitySource } from "./identity_source.ts";
import type { AwsMfaOptions } from "./options.ts";
import { sessionParts } from "./session_parts.ts";
import type { SourceKeys } from "./source_keys.ts";
import { clocksOf, toResolution } from "./sts_credentials.ts";

/** What a session of a user is made from. */
export interface UserAccess {
  /** The options. */
  readonly options: AwsMfaOptions;
  /** Whose credentials it is. */
  readonly source: IdentitySource;
  /** The long-term keys. */
  readonly keys: SourceKeys;
  /** How AWS is reached. */
  readonly connection: Connection;
}

/** A user who is ready to be asked for a code: everything else has been checked. */
export interface CheckedUser {
  /** The user. */
  readonly user: IamUser;
  /** The device. */
  readonly serialNumber: string;
  /** The clients that sign with the user's keys. */
  readonly clients: Clients;
}

/** An MFA session. */
export interface GotSession {
  /** The session. */
  readonly session: ExpiringResolution;
  /** Whether somebody was asked for it just now. */
  readonly isNew: boolean;
}

/**
 * Returns the MFA session, asking for a code where there is none. Whatever can be known to be wrong is
 * found before the question.
 *
 * @throws {WevError} where there is no session to be had.
 */
export async function mfaSession(
  access: UserAccess,
  how: ShareOptions,
  context: ResolveContext,
): Promise<GotSession> {
  const { options, source, keys } = access;
  let isNew = false;
  // Found at most once, and not at all where there is a session.
  let known: IamUser | undefined;
  const clients = createClients(keys, access.connection);
  const user = async () => known ??= await getUser(clients, access, context);
  const serialNumber = source.device ??
    await findDevice({ clients, endpoints: source.endpoints }, user, context);
  const { accessKeyId, source: keySource, region } = keys;
  const owner = {
    accessKeyId,
    source: keySource,
    serialNumber,
    region,
    endpoint: source.endpoints.sts,
  };
  const parts = sessionParts(options, owner, context);
  const get = async () => {
    const checked = await checkUser(access, { user, serialNumber, clients });
    if (how.isForCommand) checkAccount(options.account, checked.user.account, checked.user.arn);
    isNew = true;
    return await askForSession(access, checked, context);
  };
  return { session: await context.share(parts, get, how), isNew };
}

/**
 * Returns the user whose keys they are, with everything checked that can be before a code is asked for.
 *
 * @throws {WevError} where something is wrong.
 */
export async function checkedUser(
  { source, keys, connection }: UserAccess,
  context: ResolveContext,
): Promise<CheckedUser> {
  const clients = createClients(keys, connection);
  let known: IamUser | undefined;
  const user = async () => known ??= await getUser(clients, { source, connection }, context);
  const serialNumber = source.device ??
    await findDevice({ clients, endpoints: source.endpoints }, user, context);
  return await checkUser({ source }, { user, serialNumber, clients });
}

/** A user of whom nothing is known yet. */
interface UncheckedUser {
  readonly serialNumber: string;
  readonly clients: Clients;
  user(): Promise<IamUser>;
}

async function checkUser(
  { source }: Pick<UserAccess, "source">,
  { user: find, serialNumber, clients }: UncheckedUser,
): Promise<CheckedUser> {
  const user = await find();
  const account = /^arn:[\w-]+:iam::(\d{12}):/.exec(serialNumber)?.[1];
  if (account !== undefined && account !== user.account) {
    throw new WevError(
      `The MFA device is in account ${account}, the access key in account ${user.account}`,
      {
        hint: `Check ${source.deviceSource ?? "mfa_device"} and AWS_PROFILE: both must be of one ` +
          "account.",
      },
    );
  }
  return { user, serialNumber, clients };
}

async function getUser(
  clients: Clients,
  { source, connection }: Pick<UserAccess, "source" | "connection">,
  context: ResolveContext,
): Promise<IamUser> {
  const arn = await callerArn(clients, connection, context);
  const { keys } = clients;
  const who = `the access key …${keys.accessKeyId.slice(-4)} (${keys.source})`;
  // What plays AWS on this computer knows no other user, often; and its root user's key opens nothing.
  const takesRoot = source.device !== undefined &&
    isLoopback(await endpointOf("sts", source, context));
  return iamUser(arn, who, { takesRoot });
}

async function askForSession(
  { options, source, connection }: UserAccess,
  { user, serialNumber, clients }: CheckedUser,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  const { sts, keys } = clients;
  const use = { serialNumber, keys, tokenCommand: options.tokenCommand };
  const send = async (TokenCode: string) => {
    const command = new GetSessionTokenCommand({
      SerialNumber: serialNumber,
      DurationSeconds: options.duration,
      TokenCode,
    });
    return await context.waitFor(
      "AWS to check the code",
      sendRequest(sts, (options) => sts.send(command, options), context, "a code"),
    );
  };
  try {
    const { Credentials } = await sendWithCode(use, send, context);
    connection.clockOffset = sts.config.systemClockOffset;
    return toResolution(Credentials, user.arn, clocksOf(connection, context));
  } catch (error) {
    throw await explainCodeFailure(error, { source, keys }, context);
  }
}

/** Returns what a person is told; a device that was remembered and is not right is forgotten. */
export async function explainCodeFailure(
  error: unknown,
  { source, keys }: Pick<UserAccess, "source" | "keys">,
  context: ResolveContext,
): Promise<unknown> {
  if (error instanceof WevError || context.signal.aborted) return error;
  if (isUnknownDevice(error) && source.device === undefined) {
    await context.forgetFact(deviceParts(keys, source.endpoints));
    return new WevError("The MFA device that wev remembered is not this user's any more", {
      hint: "It is forgotten now. Run the command again, and wev looks the device up.",
      cause: error,
    });
  }
  return explainFailure(error, keys);
}
