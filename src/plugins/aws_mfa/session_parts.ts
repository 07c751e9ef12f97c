/**
 * What tells one MFA session from another.
 *
 * @module
 */

import type { ExplainContext, ShareParts } from "../../plugin/mod.ts";

/** Whose session it is. */
export interface SessionOwner {
  /** The long-term access key ID. */
  readonly accessKeyId: string;
  /** The MFA device. */
  readonly serialNumber: string;
  /** The region where STS is asked. */
  readonly region: string | undefined;
}

/** What the options say of it. */
export interface SessionOptions {
  /** How long it lives, in seconds. */
  readonly duration: number;
  /** The region, where the configuration names one. */
  readonly region?: string;
}

/** Returns what an MFA session is shared by. */
export function sessionParts(
  options: SessionOptions,
  { accessKeyId, serialNumber, region }: SessionOwner,
  { environment }: ExplainContext,
): ShareParts {
  return {
    what: "MFA session",
    accessKeyId,
    device: serialNumber,
    duration: options.duration,
    // Who names a region, in the configuration or the environment, gets a session of that region;
    // profiles with regions of their own share one.
    region: options.region ??
      (environment.get("AWS_REGION") || environment.get("AWS_DEFAULT_REGION") || ""),
    // Another endpoint is another AWS.
    endpoint: environment.get("AWS_ENDPOINT_URL_STS") || environment.get("AWS_ENDPOINT_URL") || "",
    // What the one endpoint without a region gives is not good in all regions; any region's is.
    scope: region === undefined ? "global" : "regional",
  };
}
