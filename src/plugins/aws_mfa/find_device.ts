/**
 * Which device shows a user's codes: named, remembered, or looked up in IAM and, of several, chosen.
 *
 * @module
 */

import type { Clients } from "../../aws/client/clients.ts";
import { sendRequest } from "../../aws/client/requests.ts";
import type { Endpoints } from "../../aws/endpoints.ts";
import { explainFailure, isAccessDenied, notAws } from "../../aws/failures.ts";
import { keptOr } from "../../plugin/keep.ts";
import type { KeepParts, Lease, ResolveContext } from "../../plugin/mod.ts";
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
