/**
 * Whose keys may be used: an IAM user's, and only those of the account that the options ask for.
 *
 * @module
 */

import { nameIn, parseArn } from "../../aws/arn.ts";
import { WevError } from "../../errors.ts";

/** An IAM user. */
export interface IamUser {
  /** The user's ARN. */
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  /** The name without the path, as UserName of IAM's requests. */
  readonly name: string;
}

/**
 * Returns the IAM user of `arn`. The root user of a local AWS is `accepted` as one if a device is named.
 *
 * @throws {WevError} if GetSessionToken has no session with MFA for the identity: the root user (whose keys
 * should not exist), a role, a federated user.
 */
export function iamUser(
  arn: string,
  source: string,
  { root = "refused" }: { readonly root?: "accepted" | "lacks a device" | "refused" } = {},
): IamUser {
  const { partition, service, account, resource } = parseArn(arn) ?? {};
  if (partition !== undefined && account !== undefined && service === "iam") {
    if (resource === "root" && root === "accepted") {
      return { arn, partition, account, name: resource };
    }
    if (resource === "root") {
      throw new WevError(`${capitalised(source)} is a key of the root user of account ${account}`, {
        hint: "Use the access key of an IAM user, and delete the root user's: " +
          "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html" +
          (root === "lacks a device"
            ? `\nFor a local AWS, set mfa_device: arn:${partition}:iam::${account}:mfa/any`
            : ""),
      });
    }
    const name = nameIn(arn);
    if (resource?.startsWith("user/") && name !== "") return { arn, partition, account, name };
  }
  throw new WevError(`${capitalised(source)} is not an IAM user's: it is ${arn}`, {
    hint: "Only an IAM user's long-term access key can get a session with a code.",
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Checks that `actual`, the account of `whose`, is the one that the option `account` asks for (`wanted`).
 *
 * @throws {WevError} with both accounts, if it is another one.
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
