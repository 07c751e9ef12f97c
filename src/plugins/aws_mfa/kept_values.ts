/**
 * The values that wev keeps for this plugin, and their identities: the MFA session that variables share, and
 * the MFA device that was found or chosen.
 *
 * @module
 */

import type { Endpoints } from "../../aws/endpoints.ts";
import { MIN_DURATION } from "../../aws/limits.ts";
import { temporarySource } from "../../aws/profiles/credentials.ts";
import type { ExplainContext } from "../../plugin/context.ts";
import type { KeepParts, KeptUse } from "../../plugin/keep.ts";
import type { AwsMfaOptions } from "./options.ts";
import { findMfaSource, isLong, type MfaSource } from "./source.ts";

/** The owner of an MFA session. */
export interface SessionOwner {
  /** The long-term access key ID. */
  readonly accessKeyId: string;
  /** The profile that has the key; none if the environment has it. */
  readonly profile: string | undefined;
  /** The MFA device. */
  readonly serialNumber: string;
  /** The region of STS. */
  readonly region: string | undefined;
  /** The custom endpoint of STS, if one is set. */
  readonly endpoint: string | undefined;
}

/** The options that a session depends on. */
export interface SessionOptions {
  /** Its lifetime in seconds; {@linkcode MIN_DURATION} if it is not set. */
  readonly duration?: number;
  /** The region, if the configuration names one. */
  readonly region?: string;
}

/** Returns the identity of an MFA session. */
export function sessionParts(
  options: SessionOptions,
  { accessKeyId, profile, serialNumber, region, endpoint }: SessionOwner,
  { environment }: ExplainContext,
): KeepParts {
  const first = (...names: readonly string[]) =>
    names.map((name) => environment.get(name)).find(Boolean) ?? "";
  return {
    what: "MFA session",
    accessKeyId,
    // Role profiles share the session of the profile that their chain starts with. With the environment's
    // keys AWS_PROFILE selects no key, but a user who switches it expects another session.
    keyIn: profile === undefined ? "environment" : "profile",
    profile: profile ?? first("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
    configFile: first("AWS_CONFIG_FILE"),
    credentialsFile: first("AWS_SHARED_CREDENTIALS_FILE"),
    device: serialNumber,
    duration: options.duration ?? MIN_DURATION,
    // A region in the configuration or the environment has a session of its own; the regions of profiles
    // share one.
    region: options.region ?? first("AWS_REGION", "AWS_DEFAULT_REGION"),
    // Another endpoint may be another AWS, such as a local one.
    endpoint: endpoint ?? "",
    // A session from the global endpoint is not valid in all regions; one from a region's endpoint is.
    scope: region === undefined ? "global" : "regional",
  };
}

/** Returns the identity of the remembered device of an access key. */
export function deviceParts(
  { accessKeyId }: { readonly accessKeyId: string },
  { iam }: Endpoints,
): KeepParts {
  return { what: "MFA device", accessKeyId, endpoint: iam ?? "" };
}

/**
 * Returns the identities of the MFA session and the remembered device that a variable would use, as far as
 * they are known without a request.
 *
 * @throws {WevError} if there are no credentials.
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

/** Returns the device that a setting names, else the remembered one. */
export async function knownDevice(
  { base, device, endpoints }: MfaSource,
  context: ExplainContext,
): Promise<string | undefined> {
  if (device !== undefined || base.kind !== "keys") return device;
  return (await context.kept(deviceParts(base, endpoints)))?.values?.[0];
}

/** Returns the identity of the MFA session; `undefined` if there is none, or its device is not known. */
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
