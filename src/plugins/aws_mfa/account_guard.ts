/**
 * The option `account`: credentials of another account are never handed out.
 *
 * @module
 */

import { WevError } from "../../errors.ts";

/** Returns the account that an ARN names. */
export function accountOf(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
}

/**
 * Checks that `actual`, the account of `whose`, is the one that is `wanted`, if one is.
 *
 * @throws {WevError} that names both.
 */
export function checkAccount(
  wanted: string | undefined,
  actual: string | undefined,
  whose: string,
): void {
  if (wanted === undefined || wanted === actual) return;
  throw new WevError(
    `The credentials would be of account ${actual ?? "(unknown)"} (${whose}), and "account" asks ` +
      `for ${wanted}`,
    { hint: "Check AWS_PROFILE and the profile, the role's ARN, and the option account." },
  );
}
