/**
 * What tells one MFA session from another.
 *
 * @module
 */

import type { ExplainContext, KeepParts } from "../../plugin/mod.ts";
import { MIN_DURATION } from "../../aws/limits.ts";

/** Whose session it is. */
export interface SessionOwner {
  /** The long-term access key ID. */
  readonly accessKeyId: string;
  /** The profile that has the key; none if it is the environment's. */
  readonly profile: string | undefined;
  /** The MFA device. */
  readonly serialNumber: string;
  /** The region where STS is asked. */
  readonly region: string | undefined;
  /** The endpoint of one's own where STS is asked, if there is one. */
  readonly endpoint: string | undefined;
}

/** What the options say of it. */
export interface SessionOptions {
  /** How long it lives, in seconds; {@linkcode MIN_DURATION} where it is not set. */
  readonly duration?: number;
  /** The region, where the configuration names one. */
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
    // Profiles of roles share the session of the profile they begin with. Beside the environment's own
    // key a profile names no other; but who switches it means another session.
    keyIn: profile === undefined ? "environment" : "profile",
    profile: profile ?? first("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
    configFile: first("AWS_CONFIG_FILE"),
    credentialsFile: first("AWS_SHARED_CREDENTIALS_FILE"),
    device: serialNumber,
    duration: options.duration ?? MIN_DURATION,
    // Who names a region, in the configuration or the environment, gets a session of that region;
    // profiles with regions of their own share one.
    region: options.region ?? first("AWS_REGION", "AWS_DEFAULT_REGION"),
    // Another endpoint is another AWS.
    endpoint: endpoint ?? "",
    // What the one endpoint without a region gives is not good in all regions; any region's is.
    scope: region === undefined ? "global" : "regional",
  };
}
