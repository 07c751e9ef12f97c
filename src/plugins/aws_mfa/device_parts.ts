/**
 * What tells the remembered device of one user from that of another.
 *
 * @module
 */

import type { ExplainContext, ShareParts } from "../../plugin/mod.ts";

/** Returns what the device of the access key is remembered by. */
export function deviceParts(
  { accessKeyId }: { readonly accessKeyId: string },
  { environment }: ExplainContext,
): ShareParts {
  const endpoint = environment.get("AWS_ENDPOINT_URL_IAM") || environment.get("AWS_ENDPOINT_URL");
  return { what: "MFA device", accessKeyId, endpoint: endpoint || "" };
}
