/**
 * Which MFA device a user has.
 *
 * @module
 */

import {
  ConfigError,
  escapeControls,
  type Location,
  WevError,
  type WevErrorOptions,
} from "../../errors.ts";
import { isFido } from "../../aws/limits.ts";
import { consoleOf } from "../../aws/regions.ts";
import type { Unavailable } from "../../plugin/mod.ts";
import type { IamUser } from "./caller.ts";

/** What the YAML line says that a user adds to choose a device. */
function yamlLine(serial: string): string {
  return `mfa_device: ${escapeControls(serial)}`;
}

/**
 * Returns those of a user's devices that show codes.
 *
 * @throws {WevError} where there is none.
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
      hint: `STS can't use these:\n${
        fido.map((serial) => `  ${escapeControls(serial)}`).join("\n")
      }\n` +
        "Add an authenticator app to the user, or sign in with: aws login\n" +
        `If there is a device that wev did not see, name it (${location}):\n  ${example}`,
    });
  }
  throw new WevError(`${user.arn} has no MFA device`, {
    hint: "Add an authenticator app to the user, under Security credentials " +
      `in the IAM console: ${consoleOf(user.partition)}\n` +
      `If there is a device that wev did not see, name it (${location}):\n  ${example}`,
  });
}

/** Returns the failure for a user with several devices if nobody can choose. */
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
  /** Whose access key is used with it. */
  readonly user: IamUser;
  /** What names it: `mfa_device`. */
  readonly source: string;
  /** Where it is named, if that can be told. */
  readonly location: Location | undefined;
}

/** Returns the error of a named device that AWS says is not the user's. */
export function deviceRefused(device: NamedDevice, cause: unknown): WevError {
  const { serialNumber, user, source } = device;
  const likely = `arn:${user.partition}:iam::${user.account}:mfa/${user.name}`;
  const check = likely === serialNumber
    ? `Check ${source}.`
    : `Check ${source}. Most likely it must be\n  ${likely}`;
  return atDevice(
    device,
    `The MFA device ${escapeControls(serialNumber)} is not one of this user's: ${user.arn}`,
    { hint: `${check}\nWithout it, wev looks the device up.`, cause },
  );
}

/** Returns the error of a named device that is in another account than the user. */
export function deviceElsewhere(device: NamedDevice, account: string): WevError {
  const { user, source } = device;
  return atDevice(
    device,
    `The MFA device is in account ${account}, the access key in account ${user.account}`,
    { hint: `Check ${source} and AWS_PROFILE: both must be of one account.` },
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

/** Returns the error of a user who may not look up its own devices, with what would permit it. */
export function discoveryDenied(user: IamUser, location: string, cause: unknown): WevError {
  const statement = {
    Effect: "Allow",
    Action: "iam:ListMFADevices",
    Resource: `arn:${user.partition}:iam::*:user/\${aws:username}`,
  };
  return new WevError(`${user.arn} may not look up its own MFA device (iam:ListMFADevices)`, {
    hint: `Name the device below the plugin's id (${location}), most likely:\n` +
      `  ${yamlLine(`arn:${user.partition}:iam::${user.account}:mfa/${user.name}`)}\n` +
      `or have this added to the user's policy, outside of any condition on MFA:\n` +
      `  ${JSON.stringify(statement)}`,
    cause,
  });
}
