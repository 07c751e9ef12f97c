/**
 * What credentials of a provider depend on: a program, a service, a sign-in, a token.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { WevError } from "../../errors.ts";
import type { ReadContext } from "../context.ts";
import type { ProvidedCredentials } from "../profiles/credentials.ts";
import type { IdentitySource } from "../profiles/identity_source.ts";
import { textsOf } from "../profiles/shared_config.ts";
import { readToken } from "./machine_keys.ts";
import { isSignedIn, signInFile } from "./sign_in.ts";

/** Returns the settings and files that credentials of the provider `base` depend on. */
export async function providerBasis(
  base: ProvidedCredentials,
  source: IdentitySource,
  context: ReadContext,
): Promise<{ settings: Record<string, string>; files: readonly string[] }> {
  const files = filesOf(base, source, context);
  const credentials = await digestOf(base, source);
  return { settings: { ...fileState(base, files, context), credentials }, files };
}

/** Returns the files in which another program keeps a sign-in or a token. */
function filesOf(
  base: ProvidedCredentials,
  { shared }: IdentitySource,
  context: ReadContext,
): string[] {
  const file = base.webIdentity?.tokenFile.value ?? signInFile(base, shared, context);
  return file ? [resolve(file)] : [];
}

/** Returns the state of these files that matters: a token that was renewed is for the same identity. */
function fileState(
  base: ProvidedCredentials,
  [file]: readonly string[],
  context: ReadContext,
): Record<string, string> {
  if (file === undefined) return {};
  return base.webIdentity === undefined
    ? { "signed in": isSignedIn(file, context) ? "yes" : "no" }
    : { "token": subjectOf(file, context) };
}

/** Returns a digest of the subject of a web identity's token. */
function subjectOf(file: string, { files }: ReadContext): string {
  try {
    const token = readToken(file, "", files);
    return createHash("sha256").update(claimsOf(token) ?? token).digest("hex");
  } catch (error) {
    // Without a token no new credentials can be had; the run says why.
    if (error instanceof WevError) return "none";
    throw error;
  }
}

/** Returns issuer, audience and subject, if the token is a JSON Web Token. */
function claimsOf(token: string): string | undefined {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    const { iss, aud, sub } = JSON.parse(payload);
    return sub === undefined ? undefined : JSON.stringify([iss, aud, sub]);
  } catch {
    return undefined;
  }
}

/** Returns a digest of the settings that provide the keys: a command line may contain a secret. */
async function digestOf(
  { profile, provider, webIdentity }: ProvidedCredentials,
  { shared }: IdentitySource,
): Promise<string> {
  if (profile === undefined) return webIdentity?.roleArn.value ?? provider;
  const { aws_secret_access_key: _, aws_session_token: __, aws_security_token: ___, ...rest } =
    shared.profiles.get(profile) ?? {};
  const session = shared.config.ssoSessions.get(rest.sso_session ?? "");
  const settings = session === undefined ? [rest] : [rest, textsOf(session)];
  const bytes = new TextEncoder().encode(JSON.stringify(settings));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
