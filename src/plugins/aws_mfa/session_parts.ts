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

/** Returns what an MFA session of `duration` seconds is shared by. */
export function sessionParts(
  { duration }: { readonly duration: number },
  { accessKeyId, serialNumber, region }: SessionOwner,
  { environment }: ExplainContext,
): ShareParts {
  return {
    what: "MFA session",
    accessKeyId,
    device: serialNumber,
    duration,
    // Another endpoint is another AWS.
    endpoint: environment.get("AWS_ENDPOINT_URL_STS") || environment.get("AWS_ENDPOINT_URL") || "",
    // What the one endpoint without a region gives is not good in all regions; any region's is.
    scope: region === undefined ? "global" : "regional",
  };
}
