/**
 * Who an access key belongs to, as STS GetCallerIdentity tells it, which needs no permission.
 *
 * @module
 */

import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { WevError } from "../../errors.ts";
import type { ResolveContext } from "../../plugin/mod.ts";
import { type Clients, type Connection, request } from "../../aws/client/clients.ts";
import { notAws } from "../../aws/failures.ts";

/** An IAM user. */
export interface IamUser {
  /** The user's ARN. */
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  /** The name without the path, as IAM takes it for UserName. */
  readonly name: string;
}

/**
 * Returns the ARN of whoever the keys of `clients` belong to. `connection` learns the time from it.
 *
 * @throws {WevError} where AWS does not tell.
 */
export async function callerArn(
  clients: Clients,
  connection: Connection,
  context: ResolveContext,
): Promise<string> {
  const { sts } = clients;
  const { Arn } = await context.waitFor(
    "AWS to say whose access key this is",
    request(
      clients,
      sts,
      (options) => sts.send(new GetCallerIdentityCommand({}), options),
      context,
    ),
  );
  connection.clockOffset = sts.config.systemClockOffset;
  if (Arn === undefined) throw notAws("it does not say whose access key this is");
  return checkedIdentity(Arn);
}

/**
 * Returns `arn`, which is of a user, a role's session, a federated user or the root user, as AWS tells
 * it. It is kept and shown, so nothing else passes.
 *
 * @throws {WevError} if it is no such ARN.
 */
export function checkedIdentity(arn: string): string {
  if (arn.length > 2048 || !/^arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:[\x21-\x7e]*[^/]$/.test(arn)) {
    throw notAws("the caller in it has no ARN");
  }
  return arn;
}

/**
 * Returns the IAM user of `arn`. The root user of a local AWS is `accepted` as one if a device is named.
 *
 * @throws {WevError} where it is somebody whom GetSessionToken gives no session with MFA: the root
 * user (whose keys should not exist), a role, a federated user.
 */
export function iamUser(
  arn: string,
  source: string,
  { root = "refused" }: { readonly root?: "accepted" | "lacks a device" | "refused" } = {},
): IamUser {
  const [, partition, service, , account, resource] =
    /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/.exec(arn) ?? [];
  if (partition !== undefined && account !== undefined && resource !== undefined) {
    if (service === "iam" && resource === "root" && root === "accepted") {
      return { arn, partition, account, name: resource };
    }
    if (service === "iam" && resource === "root") {
      throw new WevError(`${capitalised(source)} is a key of the root user of account ${account}`, {
        hint: "Use the access key of an IAM user, and delete the root user's: " +
          "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html" +
          (root === "lacks a device"
            ? `\nFor a local AWS, set mfa_device: arn:${partition}:iam::${account}:mfa/any`
            : ""),
      });
    }
    const name = /^user\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1];
    if (service === "iam" && name !== undefined) return { arn, partition, account, name };
  }
  throw new WevError(`${capitalised(source)} is not an IAM user's: it is ${arn}`, {
    hint: "Only an IAM user's long-term access key can get a session with a code.",
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
