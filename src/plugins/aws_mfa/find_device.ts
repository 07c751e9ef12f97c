/**
 * Which device shows a user's codes: named, remembered, or looked up in IAM and, of several, chosen.
 *
 * @module
 */

import type { Clients } from "../../aws/client/clients.ts";
import { sendRequest } from "../../aws/client/requests.ts";
import type { Endpoints } from "../../aws/endpoints.ts";
import { explainFailure, isAccessDenied, notAws } from "../../aws/failures.ts";
import type { ResolveContext, ShareParts } from "../../plugin/mod.ts";
import type { IamUser } from "./caller.ts";
import { deviceParts } from "./device_parts.ts";
import { discoveryDenied, severalDevices, usableDevices } from "./devices.ts";

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
}

/** Returns the device that the options or a profile name. */
export function namedDevice(serialNumber: string): FoundDevice {
  const nothing = () => Promise.resolve();
  return { serialNumber, isRemembered: false, accept: nothing, reject: nothing };
}

/**
 * Returns the device that is remembered for the access key, else the one that IAM tells of. The only
 * device is remembered at once, one of several once it is accepted.
 *
 * @throws {WevError} where it can't be found.
 */
export async function findDevice(
  { clients, endpoints }: { readonly clients: Clients; readonly endpoints: Endpoints },
  user: () => Promise<IamUser>,
  context: ResolveContext,
): Promise<FoundDevice> {
  const parts = deviceParts(clients.keys, endpoints);
  const unproved = { ...parts, state: "unproved" };
  const known = await context.recallFact(parts);
  if (known !== undefined) {
    // Through here it is noted who uses it, and forgotten with it.
    const serialNumber = await context.fact(parts, () => Promise.resolve(known));
    return { ...namedDevice(serialNumber), isRemembered: true };
  }
  let isOnly = false;
  const find = async () => {
    // Another run may have found it while this one waited.
    const proved = await context.recallFact(parts);
    if (proved !== undefined) return proved;
    const owner = await user();
    const serials = await listDevices(clients, owner, context);
    const usable = usableDevices(serials, owner, context.location);
    isOnly = usable.length === 1;
    return isOnly ? usable[0]! : await choose(usable, owner, { ...context, parts });
  };
  const serialNumber = await context.fact(unproved, find, { lifetime: UNPROVED_MS });
  const accept = async () => {
    await context.fact(parts, () => Promise.resolve(serialNumber));
    await context.forgetFact(unproved);
  };
  if (isOnly) await accept();
  return {
    serialNumber,
    isRemembered: false,
    accept,
    reject: () => context.forgetFact(unproved),
  };
}

async function choose(
  devices: readonly string[],
  user: IamUser,
  { prompt, location, recallFact, parts }: ResolveContext & { readonly parts: ShareParts },
): Promise<string> {
  await prompt.turn();
  // Another run that asked meanwhile may have proved its choice.
  return await recallFact(parts) ?? await prompt.choose({
    title: `${user.arn} has ${devices.length} MFA devices. Which one shows the code?`,
    choices: devices,
    withoutTerminal: () => severalDevices(devices, user, location),
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
