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

/** The pattern in IAM's service model. */
const SERIAL_NUMBER = /^[\w+=/:,.@-]{9,256}$/;

/** Pages of devices: a user has 8 devices at most, and AWS may return one a page. */
const MAX_PAGES = 20;

/**
 * Milliseconds that a choice counts before AWS has accepted a code of it: runs that start at the same time
 * use it too.
 */
const UNPROVED_MS = 30_000;

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

/**
 * Returns the device that is remembered for the access key, else the one that IAM lists. wev remembers an
 * only device at once, and one of several after AWS has accepted a code of it.
 *
 * @throws {WevError} if there is none.
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
    // Keeping it notes that the values are made from it: --forget then deletes it with them.
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
    // Another run may ask at the same time: its choice, once proved, answers this question.
    answeredBy: parts,
    unavailable: severalDevices(devices, user, location),
  });
}

/** Reads all pages: IAM "might return fewer results, even when there are more results available". */
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
      // IAM refuses a request without it if the user may list only its own devices.
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
      throw notAws("it names an MFA device with an invalid serial number");
    }
    if (Marker === undefined) return serials;
    if (markers.has(Marker)) throw notAws("its list of MFA devices repeats a page");
    markers.add(Marker);
  }
  throw notAws(`its list of MFA devices has more than ${MAX_PAGES} pages`);
}

/** Returns the line of YAML that names a device. */
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
      hint: `STS can't use these:\n${
        fido.map((serial) => `  ${escapeControls(serial)}`).join("\n")
      }\n` +
        "Add an authenticator app to the user, or sign in with: aws login\n" +
        `If there is a device that wev did not find, name it (${location}):\n  ${example}`,
    });
  }
  throw new WevError(`${user.arn} has no MFA device`, {
    hint: "Add an authenticator app to the user, under Security credentials " +
      `in the IAM console: ${consoleOf(user.partition)}\n` +
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
    hint: `Name the device below the plugin's id (${location}), most likely:\n` +
      `  ${yamlLine(`arn:${user.partition}:iam::${user.account}:mfa/${user.name}`)}\n` +
      `or have this statement added to the user's policy, outside of any condition on MFA:\n` +
      `  ${JSON.stringify(statement)}`,
    cause,
  });
}
