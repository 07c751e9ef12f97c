/**
 * The kept values that a variable would use, as far as these are known without a request.
 *
 * @module
 */

import { temporarySource } from "../../aws/profiles/credentials.ts";
import type { ExplainContext, KeepParts, KeptUse } from "../../plugin/mod.ts";
import { deviceParts } from "./device_parts.ts";
import type { AwsMfaOptions } from "./options.ts";
import { findMfaSource, isLong, type MfaSource } from "./source.ts";
import { type SessionOptions, sessionParts } from "./session_parts.ts";

/**
 * Returns the MFA session and the remembered device that the options lead to.
 *
 * @throws {WevError} where they lead to no credentials.
 */
export async function keptUses(
  options: AwsMfaOptions,
  context: ExplainContext,
): Promise<readonly KeptUse[]> {
  const source = findMfaSource(options, context, { needsSecret: false });
  const { base, device, roles } = source;
  if (base.kind !== "keys" || temporarySource(base) !== undefined) return [];
  const session = await sessionInUse(options, source, context);
  return [
    ...(device !== undefined
      ? []
      : [{ parts: deviceParts(base, source.endpoints), purpose: "choice" as const }]),
    ...(session === undefined
      ? []
      : [{ parts: session, purpose: roles.length === 0 ? "command" as const : "source" as const }]),
  ];
}

/** Returns the device that is named, or remembered. */
export async function knownDevice(
  { base, device, endpoints }: MfaSource,
  context: ExplainContext,
): Promise<string | undefined> {
  if (device !== undefined || base.kind !== "keys") return device;
  return (await context.kept(deviceParts(base, endpoints)))?.values?.[0];
}

/** Returns the identity of the MFA session; `undefined` if there would be none, or its device is not known. */
export async function sessionInUse(
  options: SessionOptions,
  source: MfaSource,
  context: ExplainContext,
): Promise<KeepParts | undefined> {
  const { base, region, endpoints: { sts: endpoint } } = source;
  const serialNumber = await knownDevice(source, context);
  if (base.kind !== "keys" || serialNumber === undefined || isLong(source.roles)) return undefined;
  const { accessKeyId, profile } = base;
  const owner = { accessKeyId, profile, serialNumber, region, endpoint };
  return sessionParts(options, owner, context);
}
