/**
 * What tells the remembered device of one user from that of another.
 *
 * @module
 */

import type { ShareParts } from "../../plugin/mod.ts";
import type { Endpoints } from "../../aws/endpoints.ts";

/** Returns what the device of the access key is remembered by. */
export function deviceParts(
  { accessKeyId }: { readonly accessKeyId: string },
  { iam }: Endpoints,
): ShareParts {
  return { what: "MFA device", accessKeyId, endpoint: iam ?? "" };
}
