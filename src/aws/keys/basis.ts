/**
 * The settings and files that cached credentials depend on.
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

/** The settings and files that credentials depend on. */
export interface CredentialBasis {
  /** The settings, by a name for people. No secret. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Absolute paths of the files, whether they exist or not. */
  readonly files: readonly string[];
}

/** Returns the settings and files that the credentials of `source` depend on. */
export async function credentialBasis(
  source: IdentitySource,
  context: ReadContext,
): Promise<CredentialBasis> {
  const { base, roles, settings, services } = source;
  const endpoints = [
    ...Object.entries(settings).filter(([name]) => ENDPOINT_SETTINGS.test(name)),
    ...Object.entries(services),
  ];
  const files = base.kind === "provider" ? filesOf(base, source, context) : [];
  return {
    settings: {
      "profile": source.profiles[0],
      ...(base.kind === "provider" ? fileState(base, files, context) : {}),
      "access key ID": base.kind === "keys" ? base.accessKeyId : undefined,
      "credentials": base.kind === "provider" ? await digestOf(base, source) : undefined,
      "roles": roles.length === 0 ? undefined : JSON.stringify(roles),
      "region": source.region,
      "endpoints": endpoints.length === 0 ? undefined : JSON.stringify(endpoints.sort()),
    },
    files: [...source.shared.files, ...files],
  };
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

/** Returns the state of the file that the credentials depend on. A renewed token has the same state. */
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
    // Without a token there are no new credentials; the run says why.
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

/** The settings of a profile that decide where requests go. */
const ENDPOINT_SETTINGS =
  /^(?:endpoint_url|services|use_fips_endpoint|use_dualstack_endpoint|sts_regional_endpoints|ignore_configured_endpoint_urls)$/;

/** Returns a digest of the provider's settings: a command line may contain a secret. */
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
