/**
 * Which device shows a user's codes: remembered, or looked up in IAM and, of several, chosen.
 *
 * @module
 */

import type { ResolveContext } from "../../plugin/mod.ts";
import type { IamUser } from "./caller.ts";
import { type Clients, sendRequest } from "./clients.ts";
import { deviceParts } from "./device_parts.ts";
import { discoveryDenied, severalDevices, usableDevices } from "./devices.ts";
import type { Endpoints } from "./identity_source.ts";
import { explainFailure, isAccessDenied, notAws } from "./failures.ts";

/** As the service model has it. */
const SERIAL_NUMBER = /^[\w+=/:,.@-]{9,256}$/;

/** Pages of devices: a user has 8 devices at most, and AWS may give them one by one. */
const MAX_PAGES = 20;

/**
 * Returns the device's serial number. What was found or chosen once is remembered for the access key.
 *
 * @throws {WevError} where it can't be found.
 */
export async function findDevice(
  { clients, endpoints }: { readonly clients: Clients; readonly endpoints: Endpoints },
  user: () => Promise<IamUser>,
  context: ResolveContext,
): Promise<string> {
  return await context.fact(deviceParts(clients.keys, endpoints), async () => {
    const owner = await user();
    const serials = await listDevices(clients, owner, context);
    const usable = usableDevices(serials, owner, context.location);
    if (usable.length === 1) return usable[0]!;
    return await context.prompt.choose({
      title: `${owner.arn} has ${usable.length} MFA devices. Which one shows the code?`,
      choices: usable,
      withoutTerminal: () => severalDevices(usable, owner, context.location),
    });
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
