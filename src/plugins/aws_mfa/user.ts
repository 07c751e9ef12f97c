/**
 * The IAM user of the long-term keys, and all checks that come before a code is sent.
 *
 * @module
 */

import { accountOf, nameIn, parseArn } from "../../aws/arn.ts";
import { explainFailure, isUnknownDevice } from "../../aws/failures.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";
import { placeOf } from "../../aws/profiles/shared_config.ts";
import { escapeControls, WevError } from "../../errors.ts";
import type { ResolveContext } from "../../plugin/context.ts";
import {
  deviceElsewhere,
  deviceRefused,
  type DeviceSearch,
  type FoundDevice,
  type IamUser,
  type NamedDevice,
} from "./devices.ts";
import type { AwsMfaOptions } from "./options.ts";
import type { UserRequests } from "./requests.ts";
import type { MfaSource } from "./source.ts";

/** Loads the AWS SDK and all that makes requests. */
export function loadRequests(): Promise<typeof import("./requests.ts")> {
  return import(["./requests.ts"].join());
}

/** What a session of a user is made from. The user is looked up once, and only if that is needed. */
export class UserAccess {
  #requests: Promise<UserRequests> | undefined;
  #user: Promise<IamUser> | undefined;

  /** Loads nothing and sends nothing yet. */
  constructor(
    /** The options. */
    readonly options: AwsMfaOptions,
    /** Whose credentials it is. */
    readonly source: MfaSource,
    /** The long-term keys. */
    readonly keys: SourceKeys,
    /** What the plugin may use. */
    readonly context: ResolveContext,
  ) {}

  /** Returns what makes requests with the keys. */
  requests(): Promise<UserRequests> {
    return this.#requests ??= loadRequests()
      .then(({ UserRequests }) => new UserRequests(this.source, this.keys, this.context));
  }

  /**
   * Returns the user.
   *
   * @throws {WevError} if the keys are not those of an IAM user.
   */
  user(): Promise<IamUser> {
    return this.#user ??= this.#findUser();
  }

  async #findUser(): Promise<IamUser> {
    const { keys: { accessKeyId, source: name }, source } = this;
    const requests = await this.requests();
    const arn = await requests.caller();
    const who = `the access key …${accessKeyId.slice(-4)} (${name})`;
    // What plays AWS on this computer knows no other user, often; and its root user's key opens nothing.
    const isLocal = arn.endsWith(":root") && await requests.isLocal();
    return iamUser(arn, who, {
      root: !isLocal ? "refused" : source.device === undefined ? "lacks a device" : "accepted",
    });
  }

  /** Where the devices of the user are listed. */
  get devices(): DeviceSearch {
    return {
      user: () => this.user(),
      list: async (userName) => (await this.requests()).devices(userName),
    };
  }

  /**
   * Returns the user, who may have the `device`. Nothing else can be checked before a code is sent.
   *
   * @throws {WevError} if the device is in another account.
   */
  async ownerOf(device: Pick<FoundDevice, "serialNumber">): Promise<IamUser> {
    const user = await this.user();
    const account = accountOf(device.serialNumber);
    if (account !== undefined && account !== user.account) {
      throw deviceElsewhere(namedIn(this.source, { device, user }, this.context), account);
    }
    return user;
  }
}

/** A user and the device, both found. */
interface Found {
  readonly user: IamUser;
  readonly device: FoundDevice;
}

/** Returns a device that the options or a profile name, for messages. */
function namedIn(
  { deviceSource, profiles, shared }: MfaSource,
  { device: { serialNumber }, user }: {
    readonly user: IamUser;
    readonly device: Pick<FoundDevice, "serialNumber">;
  },
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
        kind: "auth",
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
    kind: "auth",
    hint: "Use the long-term access key of an IAM user: only that can get a session with a code.",
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns what a person is told of a refusal by AWS; a device that wev found itself and is not right is forgotten. */
export async function explainCodeFailure(
  error: unknown,
  { source, keys, context }: UserAccess,
  { user, device }: Found,
): Promise<unknown> {
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
    {
      kind: "auth",
      hint: "wev has forgotten it. Run the command again to look it up.",
      cause: error,
    },
  );
}
