/**
 * What a variable would share with others, as far as that is known without a request.
 *
 * @module
 */

import { temporarySource } from "../../aws/profiles/credentials.ts";
import type { ExplainContext, SharedUse, ShareParts } from "../../plugin/mod.ts";
import { deviceParts } from "./device_parts.ts";
import type { AwsMfaOptions } from "./options.ts";
import { findMfaSource, isLong, type MfaSource } from "./source.ts";
import { type SessionOptions, sessionParts } from "./session_parts.ts";

/**
 * Returns the MFA session and the remembered device that the options lead to.
 *
 * @throws {WevError} where they lead to no credentials.
 */
export async function sharedUses(
  options: AwsMfaOptions,
  context: ExplainContext,
): Promise<readonly SharedUse[]> {
  const source = findMfaSource(options, context, { needsSecret: false });
  const { base, device, roles } = source;
  if (base.kind !== "keys" || temporarySource(base) !== undefined) return [];
  const session = await sharedSession(options, source, context);
  return [
    ...(device !== undefined
      ? []
      : [{ parts: deviceParts(base, source.endpoints), isForCommand: false }]),
    ...(session === undefined ? [] : [{ parts: session, isForCommand: roles.length === 0 }]),
  ];
}

/** Returns the device that is named, or remembered. */
export async function knownDevice(
  { base, device, endpoints }: MfaSource,
  context: ExplainContext,
): Promise<string | undefined> {
  if (device !== undefined || base.kind !== "keys") return device;
  return await context.recallFact(deviceParts(base, endpoints));
}

/**
 * Returns what the MFA session is shared by; `undefined` where there would be none, or its device is
 * not known yet.
 */
export async function sharedSession(
  options: SessionOptions,
  source: MfaSource,
  context: ExplainContext,
): Promise<ShareParts | undefined> {
  const { base, region, endpoints: { sts: endpoint } } = source;
  const serialNumber = await knownDevice(source, context);
  if (base.kind !== "keys" || serialNumber === undefined || isLong(source.roles)) return undefined;
  const { accessKeyId, profile } = base;
  const owner = { accessKeyId, profile, serialNumber, region, endpoint };
  return sessionParts(options, owner, context);
}
