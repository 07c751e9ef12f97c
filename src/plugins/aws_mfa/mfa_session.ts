/**
 * The MFA session of a user: what GetSessionToken gives for a code. All directories and roles share one,
 * as far as `session_parts.ts` says that it is the same.
 *
 * @module
 */

import { GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { accountOf } from "../../aws/arn.ts";
import { type Clients, type Connection, createClients } from "../../aws/client/clients.ts";
import { isLoopback } from "../../aws/client/hosts.ts";
import { sendRequest } from "../../aws/client/requests.ts";
import { endpointOf } from "../../aws/contacted_hosts.ts";
import { clocksOf } from "../../aws/expiration.ts";
import { explainFailure, isUnknownDevice } from "../../aws/failures.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";
import { MIN_DURATION } from "../../aws/limits.ts";
import { placeOf } from "../../aws/profiles/shared_config.ts";
import { callerArn, sessionOf } from "../../aws/sts.ts";
import { escapeControls, WevError } from "../../errors.ts";
import { keptOr } from "../../plugin/keep.ts";
import type {
  ExpiringResolution,
  KeepPurpose,
  Kept,
  Lease,
  ResolveContext,
} from "../../plugin/mod.ts";
import { checkAccount, type IamUser, iamUser } from "./caller.ts";
import { sendWithCode } from "./send_code.ts";
import { deviceElsewhere, deviceRefused, type NamedDevice } from "./devices.ts";
import { findDevice, type FoundDevice, namedDevice } from "./find_device.ts";
import { tellOfDuration } from "./notes.ts";
import type { AwsMfaOptions } from "./options.ts";
import { sessionParts } from "./session_parts.ts";
import type { MfaSource } from "./source.ts";

/** What a session of a user is made from. */
export interface UserAccess {
  /** The options. */
  readonly options: AwsMfaOptions;
  /** Whose credentials it is. */
  readonly source: MfaSource;
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
  readonly device: FoundDevice;
  /** The clients that sign with the user's keys. */
  readonly clients: Clients;
}

/** An MFA session. */
export interface GotSession {
  /** The session. */
  readonly session: Kept;
  /** Where it is kept. */
  readonly lease: Lease;
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
  purpose: KeepPurpose,
  context: ResolveContext,
): Promise<GotSession> {
  const { options, source, keys } = access;
  let isNew = false;
  // Found at most once, and not at all where there is a session.
  let known: IamUser | undefined;
  const clients = createClients(keys, access.connection);
  const user = async () => known ??= await getUser(clients, access, context);
  const device = await deviceOf(source, { user, clients }, context);
  const { accessKeyId, region } = keys;
  const { serialNumber } = device;
  const { profile } = source.base;
  const { sts: endpoint } = source.endpoints;
  const owner = { accessKeyId, profile, serialNumber, region, endpoint };
  const parts = sessionParts(options, owner, context);
  const get = async () => {
    const checked = await checkUser(source, { user, device, clients }, context);
    if (purpose === "command") {
      checkAccount(options.account, checked.user.account, checked.user.arn);
    }
    isNew = true;
    return await askForSession(access, checked, context);
  };
  const { session, lease } = await proving(device, async () => {
    const lease = await context.keep(parts, purpose);
    return { session: await keptOr(lease, get), lease };
  });
  // Not before the session is provided: a variable has one duty at a time.
  if (isNew) await tellOfDuration(options, keys, context);
  return { session, lease, isNew };
}

/** Returns what `work` does with a code of `device`, and tells the device if it was accepted. */
export async function proving<Result>(
  device: FoundDevice,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work();
    await device.accept();
    return result;
  } catch (error) {
    await device.reject();
    throw error;
  }
}

async function deviceOf(
  { device, endpoints }: MfaSource,
  { user, clients }: Omit<UncheckedUser, "device">,
  context: ResolveContext,
): Promise<FoundDevice> {
  return device === undefined
    ? await findDevice({ clients, endpoints }, user, context)
    : namedDevice(device);
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
  const device = await deviceOf(source, { user, clients }, context);
  return await checkUser(source, { user, device, clients }, context);
}

/** A user of whom nothing is known yet. */
interface UncheckedUser {
  readonly device: FoundDevice;
  readonly clients: Clients;
  user(): Promise<IamUser>;
}

async function checkUser(
  source: MfaSource,
  { user: find, device, clients }: UncheckedUser,
  context: ResolveContext,
): Promise<CheckedUser> {
  const user = await find();
  const account = accountOf(device.serialNumber);
  if (account !== undefined && account !== user.account) {
    throw deviceElsewhere(namedIn(source, { device, user }, context), account);
  }
  return { user, device, clients };
}

/** Returns what messages tell of a device that the options or a profile name. */
function namedIn(
  { deviceSource, profiles, shared }: MfaSource,
  { device: { serialNumber }, user }: Pick<CheckedUser, "device" | "user">,
  context: ResolveContext,
): NamedDevice {
  const profile = deviceSource === "mfa_device"
    ? undefined
    : profiles.find((name) => shared.profiles.get(name)?.mfa_serial);
  if (profile === undefined) {
    const location = context.placeOf("mfa_device");
    return { serialNumber, user, source: "mfa_device", location };
  }
  const source = `mfa_serial of the profile "${escapeControls(profile)}"`;
  const location = placeOf(shared.config.profiles, profile, "mfa_serial");
  return { serialNumber, user, source, location };
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
  const isLocal = arn.endsWith(":root") && isLoopback(await endpointOf("sts", source, context));
  return iamUser(arn, who, {
    root: !isLocal ? "refused" : source.device === undefined ? "lacks a device" : "accepted",
  });
}

async function askForSession(
  { options, source, connection }: UserAccess,
  { user, device, clients }: CheckedUser,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  const { sts, keys } = clients;
  const { serialNumber } = device;
  const use = { serialNumber, keys, tokenCommand: options.token_command };
  const send = async (TokenCode: string) => {
    const command = new GetSessionTokenCommand({
      SerialNumber: serialNumber,
      DurationSeconds: options.duration ?? MIN_DURATION,
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
    return sessionOf(Credentials, user.arn, clocksOf(connection, context));
  } catch (error) {
    throw await explainCodeFailure(error, { source, keys, user, device }, context);
  }
}

/** What a code was sent for. */
type Sent = Pick<UserAccess, "source" | "keys"> & Pick<CheckedUser, "user" | "device">;

/** Returns what a person is told; a device that wev found itself and is not right is forgotten. */
export async function explainCodeFailure(
  error: unknown,
  { source, keys, user, device }: Sent,
  context: ResolveContext,
): Promise<unknown> {
  if (error instanceof WevError || context.signal.aborted) return error;
  if (!isUnknownDevice(error)) return explainFailure(error, keys);
  const { serialNumber, isRemembered } = device;
  if (source.device !== undefined) {
    return deviceRefused(namedIn(source, { device, user }, context), error);
  }
  await device.forget();
  const which = isRemembered ? "The MFA device that wev remembered" : "The MFA device";
  return new WevError(
    `${which} is not this user's any more: ${serialNumber} of ${user.arn}`,
    { hint: "It is forgotten now. Run the command again, and wev looks it up.", cause: error },
  );
}
