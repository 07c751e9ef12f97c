/**
 * MFA devices of a user: named, remembered, or looked up in IAM and, of several, chosen.
 *
 * @module
 */

import { isAccessDenied } from "../../aws/failures.ts";
import { isFido } from "../../aws/limits.ts";
import { consoleOf } from "../../aws/regions.ts";
import {
  ConfigError,
  escapeControls,
  type Location,
  WevError,
  type WevErrorOptions,
} from "../../errors.ts";
import type { Lease, ResolveContext, Unavailable } from "../../plugin/mod.ts";

/** An IAM user, the owner of the devices. */
export interface IamUser {
  /** The user's ARN. */
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  /** The name without its path: UserName in requests to IAM. */
  readonly name: string;
}

/** The device that shows the code. */
export interface FoundDevice {
  /** Its serial number, or its ARN. */
  readonly serialNumber: string;
  /** Whether an earlier run has remembered it. */
  readonly isRemembered: boolean;
  /** Call this after AWS has accepted a code of it: wev then remembers a choice. */
  accept(): Promise<void>;
  /** Call this if AWS has accepted no code of it: the next run then asks for a choice again. */
  reject(): Promise<void>;
  /** Call this if it no longer belongs to the user: wev then forgets it. */
  forget(): Promise<void>;
}

/** Returns the device that the options or a profile name. */
export function namedDevice(serialNumber: string): FoundDevice {
  const nothing = () => Promise.resolve();
  return {
    serialNumber,
    isRemembered: false,
    accept: nothing,
    reject: nothing,
    forget: nothing,
  };
}

/** Where a device is looked for. */
export interface DeviceSearch {
  /** Returns the user. */
  user(): Promise<IamUser>;
  /** Returns the serial numbers of a user's devices. */
  list(userName: string): Promise<readonly string[]>;
}

/** A user has several devices, of which one must be chosen. */
export class SeveralDevices extends Error {
  /** Makes an error with the devices of `user`. */
  constructor(readonly user: IamUser, readonly devices: readonly string[]) {
    super("The user has several MFA devices");
  }
}

/**
 * Returns the only device of the user, as IAM lists them.
 *
 * @throws {SeveralDevices} if there are several.
 * @throws {WevError} if there is none.
 */
export async function onlyDevice(
  { user, list }: DeviceSearch,
  context: ResolveContext,
): Promise<string> {
  const owner = await user();
  const usable = usableDevices(await listed(list, owner, context), owner, context.location);
  if (usable.length > 1) throw new SeveralDevices(owner, usable);
  return usable[0]!;
}

/** Asks which of several devices shows the code. */
export async function chooseDevice(
  { user, devices }: SeveralDevices,
  { question, location }: ResolveContext,
): Promise<string> {
  return await question({
    kind: "choice",
    title: `${user.arn} has ${devices.length} MFA devices. Which one shows the code?`,
    choices: devices,
    unavailable: severalDevices(devices, user, location),
  });
}

/** Returns the device of `lease`: remembered, or to be remembered after AWS has accepted a code of it. */
export function keptDevice(lease: Lease, serialNumber: string): FoundDevice {
  return {
    serialNumber,
    isRemembered: lease.kept !== undefined,
    async accept() {
      if (lease.kept === undefined) await lease.provide({ values: [serialNumber] });
    },
    reject() {
      // A code that was refused or not given says nothing of the other runs' codes.
      lease.release();
      return Promise.resolve();
    },
    forget: () => lease.forget(),
  };
}

/** Does `work`, which sends codes of `device`, and tells the device whether AWS has accepted one. */
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

async function listed(
  list: DeviceSearch["list"],
  user: IamUser,
  { location }: ResolveContext,
): Promise<readonly string[]> {
  try {
    return await list(user.name);
  } catch (error) {
    throw isAccessDenied(error) ? discoveryDenied(user, location, error) : error;
  }
}

/** What the YAML line says that a user adds to choose a device. */
function yamlLine(serial: string): string {
  return `mfa_device: ${escapeControls(serial)}`;
}

/**
 * Returns the user's devices that show codes.
 *
 * @throws {WevError} if there is none.
 */
export function usableDevices(
  serials: readonly string[],
  user: IamUser,
  location: string,
): string[] {
  const usable = serials.filter((serial) => !isFido(serial));
  if (usable.length > 0) return usable;
  const fido = serials.filter(isFido);
  const example = yamlLine(`arn:${user.partition}:iam::${user.account}:mfa/${user.name}`);
  if (fido.length > 0) {
    throw new WevError(`${user.arn} has no MFA device that shows codes, only FIDO security keys`, {
      kind: "auth",
      hint: `STS can't use these:\n${
        fido.map((serial) => `  ${escapeControls(serial)}`).join("\n")
      }\n` +
        "Add an authenticator app to the user, or sign in with: aws login\n" +
        `If there is a device that wev did not find, name it (${location}):\n  ${example}`,
    });
  }
  const url = consoleOf(user.partition);
  throw new WevError(`${user.arn} has no MFA device`, {
    kind: "auth",
    hint: "Add an authenticator app to the user, under Security credentials " +
      `in the IAM console${url === undefined ? "." : `: ${url}`}\n` +
      `If there is a device that wev did not find, name it (${location}):\n  ${example}`,
  });
}

/** Returns the failure for a user with several devices if wev can't ask which one. */
export function severalDevices(
  usable: readonly string[],
  user: IamUser,
  location: string,
): Unavailable {
  return {
    message: `${user.arn} has ${usable.length} MFA devices`,
    hint: `Choose one: add one of these lines below the plugin's id (${location}):\n` +
      usable.map((serial) => `  ${yamlLine(serial)}`).join("\n"),
  };
}

/** A device that the options or a profile name, for messages. */
export interface NamedDevice {
  /** Its serial number, or its ARN. */
  readonly serialNumber: string;
  /** The user of the access key. */
  readonly user: IamUser;
  /** The setting that names it: `mfa_device`. */
  readonly source: string;
  /** The place of that setting, if it is known. */
  readonly location: Location | undefined;
}

/** Returns the error of a named device that does not belong to the user, by AWS's word. */
export function deviceRefused(device: NamedDevice, cause: unknown): WevError {
  const { serialNumber, user, source } = device;
  const likely = `arn:${user.partition}:iam::${user.account}:mfa/${user.name}`;
  const check = likely === serialNumber
    ? `Check ${source}.`
    : `Check ${source}. Most likely it should be\n  ${likely}`;
  return atDevice(
    device,
    `The MFA device ${escapeControls(serialNumber)} does not belong to this user: ${user.arn}`,
    { hint: `${check}\nWithout it, wev looks the device up.`, cause },
  );
}

/** Returns the error of a named device in another account than the user's. */
export function deviceElsewhere(device: NamedDevice, account: string): WevError {
  const { user, source } = device;
  return atDevice(
    device,
    `The MFA device is in account ${account}, but the access key is in account ${user.account}`,
    { hint: `Check ${source} and AWS_PROFILE: both must belong to the same account.` },
  );
}

function atDevice(
  { location }: NamedDevice,
  reason: string,
  options: WevErrorOptions,
): WevError {
  return location === undefined
    ? new WevError(reason, options)
    : new ConfigError(location, reason, options);
}

/** Returns the error of a user who may not list its own devices, with a policy that allows it. */
export function discoveryDenied(user: IamUser, location: string, cause: unknown): WevError {
  const statement = {
    Effect: "Allow",
    Action: "iam:ListMFADevices",
    Resource: `arn:${user.partition}:iam::*:user/\${aws:username}`,
  };
  return new WevError(`${user.arn} may not look up its own MFA device (iam:ListMFADevices)`, {
    kind: "auth",
    hint: `Name the device below the plugin's id (${location}), most likely:\n` +
      `  ${yamlLine(`arn:${user.partition}:iam::${user.account}:mfa/${user.name}`)}\n` +
      `or have this statement added to the user's policy, outside of any condition on MFA:\n` +
      `  ${JSON.stringify(statement)}`,
    cause,
  });
}
