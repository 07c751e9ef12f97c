/**
 * The IAM user of the long-term keys, and all checks that come before the question for a code.
 *
 * @module
 */

import { accountOf, nameIn, parseArn } from "../../aws/arn.ts";
import { type Clients, type Connection, createClients } from "../../aws/client/clients.ts";
import { isLoopback } from "../../aws/client/hosts.ts";
import { endpointOf } from "../../aws/contacted_hosts.ts";
import { explainFailure, isUnknownDevice } from "../../aws/failures.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";
import { placeOf } from "../../aws/profiles/shared_config.ts";
import { callerArn } from "../../aws/sts.ts";
import { escapeControls, WevError } from "../../errors.ts";
import type { ResolveContext } from "../../plugin/mod.ts";
import {
  deviceElsewhere,
  deviceRefused,
  findDevice,
  type FoundDevice,
  type IamUser,
  type NamedDevice,
  namedDevice,
} from "./devices.ts";
import type { AwsMfaOptions } from "./options.ts";
import type { MfaSource } from "./source.ts";

/** The inputs of a user's session. */
export interface UserAccess {
  /** The options. */
  readonly options: AwsMfaOptions;
  /** The source of the keys. */
  readonly source: MfaSource;
  /** The long-term keys. */
  readonly keys: SourceKeys;
  /** The connection to AWS. */
  readonly connection: Connection;
}

/** The MFA device of a user, and the user: looked up only if a request needs it. */
export interface UserWithDevice {
  /** The device. */
  readonly device: FoundDevice;
  /** The clients that sign with the user's keys. */
  readonly clients: Clients;
  /**
   * Returns the user, after all checks that need no code.
   *
   * @throws {WevError} if the keys are not an IAM user's, or the device is in another account.
   */
  user(): Promise<IamUser>;
}

/**
 * Returns the MFA device for the keys, and their user.
 *
 * @throws {WevError} if there is no device.
 */
export async function findUser(
  { source, keys, connection }: UserAccess,
  context: ResolveContext,
): Promise<UserWithDevice> {
  const clients = createClients(keys, connection);
  let known: IamUser | undefined;
  const find = async () => known ??= await getUser(clients, { source, connection }, context);
  const device = source.device === undefined
    ? await findDevice({ clients, endpoints: source.endpoints }, find, context)
    : namedDevice(source.device);
  const user = async () => {
    const user = await find();
    const account = accountOf(device.serialNumber);
    if (account !== undefined && account !== user.account) {
      throw deviceElsewhere(namedIn(source, { device, user }, context), account);
    }
    return user;
  };
  return { device, clients, user };
}

/** A user and the device, both found. */
interface Found {
  readonly user: IamUser;
  readonly device: FoundDevice;
}

/** Returns a device that the options or a profile name, for messages. */
function namedIn(
  { deviceSource, profiles, shared }: MfaSource,
  { device: { serialNumber }, user }: Found,
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
  const key = `the access key …${keys.accessKeyId.slice(-4)} (${keys.source})`;
  // A local AWS often has no user but root, and that root's key protects nothing.
  const isLocal = arn.endsWith(":root") && isLoopback(await endpointOf("sts", source, context));
  return iamUser(arn, key, {
    root: !isLocal ? "refused" : source.device === undefined ? "lacks a device" : "accepted",
  });
}

/**
 * Returns the IAM user of `arn`. The root user of a local AWS is `accepted` as one if a device is named.
 *
 * @throws {WevError} if GetSessionToken gives the identity no session with MFA: the root user (whose keys
 * should not exist), a role, a federated user.
 */
export function iamUser(
  arn: string,
  source: string,
  { root = "refused" }: { readonly root?: "accepted" | "lacks a device" | "refused" } = {},
): IamUser {
  const { partition, service, account, resource } = parseArn(arn) ?? {};
  if (partition !== undefined && account !== undefined && service === "iam") {
    if (resource === "root" && root === "accepted") {
      return { arn, partition, account, name: resource };
    }
    if (resource === "root") {
      throw new WevError(`${capitalised(source)} is a key of the root user of account ${account}`, {
        hint: "Use the access key of an IAM user, and delete the root user's: " +
          "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html" +
          (root === "lacks a device"
            ? `\nFor a local AWS, set mfa_device: arn:${partition}:iam::${account}:mfa/any`
            : ""),
      });
    }
    const name = nameIn(arn);
    if (resource?.startsWith("user/") && name !== "") return { arn, partition, account, name };
  }
  throw new WevError(`${capitalised(source)} is not an IAM user's: it belongs to ${arn}`, {
    hint: "Use the long-term access key of an IAM user: only that can get a session with a code.",
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The user, device and keys that a code was sent with. */
type CodeAttempt = Pick<UserAccess, "source" | "keys"> & Found;

/** Returns an error that explains `error`. Forgets a device that wev has found and AWS refuses. */
export async function explainCodeFailure(
  error: unknown,
  { source, keys, user, device }: CodeAttempt,
  context: ResolveContext,
): Promise<unknown> {
  if (error instanceof WevError || context.signal.aborted) return error;
  if (!isUnknownDevice(error)) return explainFailure(error, keys);
  const { serialNumber, isRemembered } = device;
  if (source.device !== undefined) {
    return deviceRefused(namedIn(source, { device, user }, context), error);
  }
  await device.forget();
  const reason = isRemembered
    ? "The MFA device that wev remembered no longer belongs to the user"
    : "The MFA device does not belong to the user";
  return new WevError(
    `${reason}: ${serialNumber} of ${user.arn}`,
    { hint: "wev has forgotten it. Run the command again to look it up.", cause: error },
  );
}
