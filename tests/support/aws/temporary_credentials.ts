import type { Credential } from "./credential.ts";
import type { XmlContent } from "./xml.ts";

/** Writes the `Credentials` that GetSessionToken and AssumeRole answer with. */
export function temporaryCredentials(
  credential: Credential & { readonly sessionToken: string; readonly expiresAt: number },
): XmlContent {
  return {
    AccessKeyId: credential.accessKeyId,
    SecretAccessKey: credential.secretAccessKey,
    SessionToken: credential.sessionToken,
    Expiration: new Date(credential.expiresAt).toISOString().replace(".000Z", "Z"),
  };
}
