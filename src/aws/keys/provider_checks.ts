/**
 * Providers of credentials: checks before a provider is asked, and its errors.
 *
 * @module
 */

import { ConfigError, type FailureKind, WevError } from "../../errors.ts";
import type { ReadContext } from "../context.ts";
import { explainNoAnswer, quote } from "../failures.ts";
import type { BaseCredentials, ProvidedCredentials } from "../profiles/credentials.ts";
import type { IdentitySource } from "../profiles/identity_source.ts";
import { remedyOfWritten } from "./keys.ts";
import { checkProcess } from "./credential_process.ts";
import { readToken } from "./machine_keys.ts";
import { checkSignIn, signInHint } from "./sign_in.ts";

/**
 * Checks a provider of credentials before it is asked: a sign-in, a token, a command line.
 *
 * @throws {WevError} if it can't have credentials.
 */
export function checkProvider(
  base: ProvidedCredentials,
  { shared }: IdentitySource,
  context: ReadContext,
): void {
  checkSignIn(base, shared, context);
  if (base.webIdentity !== undefined) {
    const { tokenFile } = base.webIdentity;
    try {
      readToken(tokenFile.value, tokenFile.name, context.files);
    } catch (error) {
      throw noCredentials(base, error);
    }
  }
  if (base.provider === "credential_process") checkProcess(base, shared.config, context);
}

/** Returns the error of a provider that has no credentials, with the reason in `failure`. */
export function noCredentials(base: ProvidedCredentials, failure: unknown): WevError {
  const error = (reason: string, hint: string, kind: FailureKind = "auth") =>
    new WevError(`There are no credentials from ${base.source}: ${reason}`, {
      kind: kind === "network" ? kind : "auth",
      hint,
      cause: failure,
    });
  if (failure instanceof ConfigError) return failure;
  if (failure instanceof WevError) {
    return error(failure.message, failure.hint ?? remedyOf(base), failure.kind);
  }
  if (failure instanceof Error && failure.name === "CredentialsProviderError") {
    // The SDK knows the profile by the name under which wev passes it: see `sdk.ts`.
    const reason = quote(failure).replaceAll(/wev-[0-9a-f-]{36}/g, base.profile ?? "");
    return error(reason, remedyOf(base));
  }
  const isMachine = base.provider === "container" || base.provider === "instance";
  const { message, hint = "", kind } = explainNoAnswer(failure, isMachine ? "it" : "AWS");
  return error(message, isMachine ? remedyOf(base) : hint, kind);
}

/** Returns the hint if there are no credentials, or AWS does not accept them. */
export function remedyOf(base: BaseCredentials): string {
  if (base.kind === "keys") return remedyOfWritten(base);
  switch (base.provider) {
    case "sso":
    case "login_session":
      return signInHint(base);
    case "credential_process":
      return "Run the program by itself and check its output: it must print JSON with Version 1.";
    case "container":
    case "instance":
      return "Check the role of this machine, or name a profile with AWS_PROFILE.";
    case "web_identity":
      return "Check the token, the role, and the role's trust policy.";
  }
}
