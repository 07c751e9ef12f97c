/**
 * Keys for a token of another identity provider, from AssumeRoleWithWebIdentity. It needs no keys of AWS,
 * so CI gets them without a secret.
 *
 * @module
 */

import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import { escapeControls, WevError } from "../../errors.ts";
import { type Connection, createUnsignedSts } from "../client/clients.ts";
import { sendRequest } from "../client/requests.ts";
import type { RequestContext } from "../context.ts";
import { explainFailure, failureCode, isAccessDenied, quote } from "../failures.ts";
import type { WebIdentity } from "../profiles/credentials.ts";
import { checkedIdentity } from "../sts.ts";
import type { ProvidedKeys } from "./keys.ts";
import { readToken } from "./machine_keys.ts";

/** The name of the session if none is set. */
const SESSION_NAME = "wev";

/** Keys of a role, and their identity. */
export interface WebIdentityKeys extends ProvidedKeys {
  /** The ARN of the role's session. */
  readonly identity: string;
}

/**
 * Returns the keys of the role.
 *
 * @throws {WevError} with the reason, if there are none.
 */
export async function webIdentityKeys(
  { roleArn, tokenFile, sessionName }: WebIdentity,
  connection: Connection,
  context: RequestContext,
): Promise<WebIdentityKeys> {
  const token = readToken(tokenFile.value, tokenFile.name, context.files);
  connection.secrets.inRefusals.add(token);
  const sts = createUnsignedSts(connection);
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: roleArn.value,
    RoleSessionName: sessionName?.value ?? SESSION_NAME,
    WebIdentityToken: token,
  });
  try {
    const answer = await sendRequest(sts, (options) => sts.send(command, options), context);
    connection.clockOffset = sts.config.systemClockOffset;
    const { Credentials, AssumedRoleUser } = answer;
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new WevError("AWS's response has no credentials");
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
      identity: checkedIdentity(AssumedRoleUser?.Arn ?? roleArn.value),
    };
  } catch (error) {
    throw explainRefusal(error, { roleArn, tokenFile, sessionName }, connection);
  }
}

function explainRefusal(
  error: unknown,
  { roleArn, tokenFile }: WebIdentity,
  { settings: { region } }: Connection,
): WevError {
  if (error instanceof WevError) return error;
  const explain = (reason: string, hint: string) =>
    new WevError(reason, { kind: "auth", hint, cause: error });
  const role = escapeControls(roleArn.value);
  switch (failureCode(error)) {
    case "ExpiredTokenException":
    case "ExpiredToken":
      return explain(
        `the token has expired: ${quote(error)}`,
        `Write a new token to ${
          escapeControls(tokenFile.value)
        }: a token is valid only for minutes.`,
      );
    case "InvalidIdentityToken":
    case "InvalidIdentityTokenException":
      return explain(
        `AWS does not accept the token: ${quote(error)}`,
        "Check that IAM has an identity provider for the token's issuer and audience.",
      );
    case "IDPRejectedClaim":
    case "IDPRejectedClaimException":
      return explain(
        `the identity provider rejects the token: ${quote(error)}`,
        "Get a new token from the identity provider.",
      );
  }
  if (isAccessDenied(error)) {
    return explain(
      `AWS refused: ${quote(error)}`,
      `Check that the trust policy of ${role} allows sts:AssumeRoleWithWebIdentity to the token's ` +
        "provider, audience and subject. AWS gives the same answer if there is no such role.",
    );
  }
  return explainFailure(error, {
    accessKeyId: "",
    secretAccessKey: "",
    source: tokenFile.name,
    remedy: "Check the token.",
    region: typeof region === "string" ? region : undefined,
  });
}
