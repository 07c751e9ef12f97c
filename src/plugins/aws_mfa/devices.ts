/**
 * MFA devices of a user: named, remembered, or looked up in IAM and, of several, chosen.
 *
 * @module
 */

import type { Clients } from "../../aws/client/clients.ts";
import { sendRequest } from "../../aws/client/requests.ts";
import type { Endpoints } from "../../aws/endpoints.ts";
import { explainFailure, isAccessDenied, notAws } from "../../aws/failures.ts";
import { isFido } from "../../aws/limits.ts";
import { consoleOf } from "../../aws/regions.ts";
import {
  ConfigError,
  escapeControls,
  type Location,
  WevError,
  type WevErrorOptions,
} from "../../errors.ts";
import { keptOr } from "../../plugin/keep.ts";
import type { KeepParts, Lease, ResolveContext, Unavailable } from "../../plugin/mod.ts";
import { deviceParts } from "./kept_values.ts";

/** An IAM user. */
export interface IamUser {
  /** The user's ARN. */
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  /** The name without the path, as UserName of IAM's requests. */
  readonly name: string;
}

/** As the service model has it. */
const SERIAL_NUMBER = /^[\w+=/:,.@-]{9,256}$/;

/** Pages of devices: a user has 8 devices at most, and AWS may give them one by one. */
const MAX_PAGES = 20;

/**
 * Milliseconds for which a choice counts that no code has proved right: other runs that start at the
 * same time use it too.
 */
const UNPROVED_MS = 30_000;

/** A device that is to show a code. */
export interface FoundDevice {
  /** Its serial number, or its ARN. */
  readonly serialNumber: string;
  /** Whether wev knew it from a run before this one. */
  readonly isRemembered: boolean;
  /** Tells that AWS has accepted a code of it: a choice is remembered from now on. */
  accept(): Promise<void>;
  /** Tells that no code of it was accepted: a choice is made again by the next run. */
  reject(): Promise<void>;
  /** Tells that it is not the user's any more: it is not remembered from now on. */
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

/**
 * Returns the device that is remembered for the access key, else the one that IAM tells of. The only
 * device is remembered at once, one of several once it is accepted.
 *
 * @throws {WevError} if it can't be found.
 */
export async function findDevice(
  { clients, endpoints }: { readonly clients: Clients; readonly endpoints: Endpoints },
  user: () => Promise<IamUser>,
  context: ResolveContext,
): Promise<FoundDevice> {
  const parts = deviceParts(clients.keys, endpoints);
  const recall = async () => (await context.kept(parts))?.values?.[0];
  const remember = async (serialNumber: string) => {
    const lease = await context.keep(parts, "choice");
    await keptOr(lease, () => Promise.resolve({ values: [serialNumber] }));
    return lease;
  };
  const known = await recall();
  if (known !== undefined) {
    // The values are made from it now, and it is forgotten with them.
    const lease = await remember(known);
    return { ...namedDevice(known), isRemembered: true, forget: () => lease.forget() };
  }
  let isOnly = false;
  const find = async () => {
    // Another run may have found it while this one waited.
    const proved = await recall();
    if (proved !== undefined) return proved;
    const owner = await user();
    const serials = await listDevices(clients, owner, context);
    const usable = usableDevices(serials, owner, context.location);
    isOnly = usable.length === 1;
    return isOnly ? usable[0]! : await choose(usable, owner, parts, context);
  };
  const choice = await context.keep({ ...parts, state: "unproved" }, "choice");
  const { values: [serialNumber = ""] } = await keptOr(choice, async () => {
    const found = await find();
    return { values: [found], expiresAt: new Date(context.now().getTime() + UNPROVED_MS) };
  });
  let remembered: Lease | undefined;
  const accept = async () => {
    remembered = await remember(serialNumber);
    await choice.forget();
  };
  if (isOnly) await accept();
  return {
    serialNumber,
    isRemembered: false,
    accept,
    reject: () => choice.forget(),
    forget: async () => await remembered?.forget(),
  };
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

async function choose(
  devices: readonly string[],
  user: IamUser,
  parts: KeepParts,
  { question, location }: ResolveContext,
): Promise<string> {
  return await question({
    kind: "choice",
    title: `${user.arn} has ${devices.length} MFA devices. Which one shows the code?`,
    choices: devices,
    // Another run that asks meanwhile may prove its choice.
    answeredBy: parts,
    unavailable: severalDevices(devices, user, location),
  });
}

/** Reads all pages: "might return fewer results, even when there are more results available". */
async function listDevices(
  clients: Clients,
  user: IamUser,
  context: ResolveContext,
): Promise<string[]> {
  const { ListMFADevicesCommand } = await import("@aws-sdk/client-iam");
  const iam = await clients.iam();
  const serials: string[] = [];
  const markers = new Set<string>();
  let Marker: string | undefined;
  for (let count = 0; count < MAX_PAGES; count++) {
    const command = new ListMFADevicesCommand({
      // Always: a user who may see only its own devices is refused without it.
      UserName: user.name,
      ...(Marker === undefined ? {} : { Marker }),
    });
    try {
      const page = await context.waitFor(
        "AWS to list the MFA devices",
        sendRequest(iam, (options) => iam.send(command, options), context),
      );
      serials.push(...(page.MFADevices ?? []).flatMap((device) => device.SerialNumber ?? []));
      Marker = page.IsTruncated ? page.Marker : undefined;
    } catch (error) {
      if (isAccessDenied(error)) throw discoveryDenied(user, context.location, error);
      throw explainFailure(error, clients.keys);
    }
    if (serials.some((serial) => !SERIAL_NUMBER.test(serial))) {
      throw notAws("it names an MFA device that can't be one");
    }
    if (Marker === undefined) return serials;
    if (markers.has(Marker)) throw notAws("its list of MFA devices goes in a circle");
    markers.add(Marker);
  }
  throw notAws(`its list of MFA devices has more than ${MAX_PAGES} pages`);
}

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
      kind: "auth",
      hint: `STS can't use these:\n${
        fido.map((serial) => `  ${escapeControls(serial)}`).join("\n")
      }\n` +
        "Add an authenticator app to the user, or sign in with: aws login\n" +
        `If there is a device that wev did not see, name it (${location}):\n  ${example}`,
    });
  }
  throw new WevError(`${user.arn} has no MFA device`, {
    kind: "auth",
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
    kind: "auth",
    hint: `Name the device below the plugin's id (${location}), most likely:\n` +
      `  ${yamlLine(`arn:${user.partition}:iam::${user.account}:mfa/${user.name}`)}\n` +
      `or have this added to the user's policy, outside of any condition on MFA:\n` +
      `  ${JSON.stringify(statement)}`,
    cause,
  });
}
