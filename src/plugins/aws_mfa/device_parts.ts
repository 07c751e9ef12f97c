/**
 * What tells the remembered device of one user from that of another.
 *
 * @module
 */

import type { KeepParts } from "../../plugin/mod.ts";
import type { Endpoints } from "../../aws/endpoints.ts";

/** Returns the identity of the remembered device of an access key. */
export function deviceParts(
  { accessKeyId }: { readonly accessKeyId: string },
  { iam }: Endpoints,
): KeepParts {
  return { what: "MFA device", accessKeyId, endpoint: iam ?? "" };
}
