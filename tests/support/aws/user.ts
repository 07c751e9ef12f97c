import { type ArnAccount, iamArn } from "./arn.ts";
import type { AccessKey } from "./credential.ts";
import { type DeviceOptions, MfaDevice } from "./device.ts";

/**
 * What a user's policies let them do in IAM: `own` only with themselves, named in the request;
 * `all` with any user; `mfa` the same as `own`, but denied without MFA; `none`: no policy allows it.
 */
export type IamPermission = "own" | "all" | "mfa" | "none";

/** What a user is to be. */
export interface UserOptions {
  /** The name without the path. */
  readonly name: string;
  /**
   * The path between `user` and the name in the ARN; begins and ends with a slash.
   *
   * @default {"/"}
   */
  readonly path?: string;
  /**
   * The MFA devices.
   *
   * @default one virtual device
   */
  readonly devices?: readonly DeviceOptions[];
  /**
   * Whether the user may call ListMFADevices.
   *
   * @default {"own"}
   */
  readonly listMfaDevices?: IamPermission;
  /**
   * Whether the user may call GetUser.
   *
   * @default {"own"}
   */
  readonly getUser?: IamPermission;
  /** The access key, instead of a random one. */
  readonly accessKey?: AccessKey;
}

/** An IAM user, or the account's root. */
export interface LocalUser {
  /** The name without the path. */
  readonly name: string;
  /** The path between `user` and the name in the ARN. */
  readonly path: string;
  /** What GetCallerIdentity tells. */
  readonly arn: string;
  /** What GetCallerIdentity calls UserId. */
  readonly id: string;
  /** Whether it is the account's root. */
  readonly root: boolean;
  /** The MFA devices, in the order in which ListMFADevices tells them. */
  readonly devices: readonly MfaDevice[];
  /** The first device: what most tests need. Throws where the user has none. */
  readonly device: MfaDevice;
  /** Whether the user may call ListMFADevices. */
  readonly listMfaDevices: IamPermission;
  /** Whether the user may call GetUser. */
  readonly getUser: IamPermission;
  /** The long-term access key. */
  readonly accessKey: AccessKey;
}

/** What {@linkcode makeUser} needs beside the options. */
export interface UserParts {
  /** The account that the ARNs name. */
  readonly account: ArnAccount;
  /** What GetCallerIdentity calls UserId. */
  readonly id: string;
  /** Whether it is the account's root. */
  readonly root: boolean;
  /** The long-term access key. */
  readonly accessKey: AccessKey;
  /** The time that the user's phone shows. */
  readonly now: () => number;
}

/** Makes a user with their devices. */
export function makeUser(options: UserOptions, parts: UserParts): LocalUser {
  const { account, id, root, accessKey, now } = parts;
  const path = options.path ?? "/";
  const devices = (options.devices ?? [{}]).map((device) =>
    new MfaDevice({
      serialNumber: device.serialNumber ?? serialNumber(device, account, options.name),
      kind: device.kind ?? "virtual",
      secret: device.secret,
      enableDate: device.enableDate ?? "2020-01-01T00:00:00Z",
      now,
    })
  );
  return {
    name: options.name,
    path,
    arn: iamArn(account, root ? "root" : `user${path}${options.name}`),
    id,
    root,
    devices,
    get device(): MfaDevice {
      const [first] = devices;
      if (first === undefined) throw new Error(`Cannot use a device of "${options.name}": none`);
      return first;
    },
    listMfaDevices: options.listMfaDevices ?? "own",
    getUser: options.getUser ?? "own",
    accessKey,
  };
}

function serialNumber(device: DeviceOptions, account: ArnAccount, userName: string): string {
  const name = device.name ?? userName;
  const kind = device.kind ?? "virtual";
  if (kind === "virtual") return iamArn(account, `mfa/${name}`);
  if (kind === "fido") return iamArn(account, `u2f/user/${userName}/${name}`);
  return `GAHT${String(crypto.getRandomValues(new Uint32Array(1))[0]).padStart(10, "0")}`;
}
