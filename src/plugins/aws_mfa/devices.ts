/**
 * Which MFA device a user has.
 *
 * @module
 */

import { escapeControls, WevError } from "../../errors.ts";
import type { IamUser } from "./caller.ts";
import { isFido } from "./limits.ts";
import { consoleOf } from "./partition.ts";

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

/** Returns the error of a user with several devices where nobody can choose. */
export function severalDevices(
  usable: readonly string[],
  user: IamUser,
  location: string,
): WevError {
  return new WevError(`${user.arn} has ${usable.length} MFA devices`, {
    hint: `Choose one: add one of these lines below the plugin's id (${location}):\n` +
      usable.map((serial) => `  ${yamlLine(serial)}`).join("\n"),
  });
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
