import { stsArn } from "./arn.ts";
import { accessDenied, AwsError } from "./errors.ts";
import { checkLimits, ROLE_SESSION_LIMITS } from "./limits.ts";
import type { AnonymousCall } from "./service.ts";
import { temporaryCredentials } from "./temporary_credentials.ts";
import type { XmlContent } from "./xml.ts";

/** Whom a role trusts that comes with a token of another identity provider. */
export interface WebTrust {
  /** The issuer, as the token has it. */
  readonly issuer: string;
  /** The subject, as the token has it. */
  readonly subject: string;
}

/** Makes a token as an identity provider does, but for the signature. */
export function webToken(claims: WebTrust & { readonly expiresAt?: number }): string {
  const { issuer, subject, expiresAt = Date.now() + 600_000 } = claims;
  const part = (data: unknown) => btoa(JSON.stringify(data)).replaceAll("=", "");
  const payload = { iss: issuer, sub: subject, aud: "sts", exp: Math.floor(expiresAt / 1000) };
  return `${part({ alg: "none" })}.${part(payload)}.${crypto.randomUUID().replaceAll("-", "")}`;
}

/** STS AssumeRoleWithWebIdentity: temporary keys of a role that trusts the token. */
export function assumeRoleWithWebIdentity(call: AnonymousCall): XmlContent {
  const { account, request: { parameters }, now } = call;
  checkLimits(parameters, {
    RoleArn: { type: "string", required: true, min: 20, max: 2048 },
    WebIdentityToken: { type: "string", required: true, min: 4, max: 20000 },
    ...ROLE_SESSION_LIMITS,
  });
  const { iss, sub, exp } = claimsOf(parameters.get("WebIdentityToken") ?? "");
  if (exp * 1000 <= now) {
    throw new AwsError(
      "ExpiredTokenException",
      `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration ` +
        `date/time ${exp}`,
    );
  }
  const role = account.role(parameters.get("RoleArn") ?? "");
  if (role?.webIdentity?.issuer !== iss || role.webIdentity.subject !== sub) {
    throw accessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
  }
  const sessionName = parameters.get("RoleSessionName") ?? "";
  const identity = {
    arn: stsArn(account, `assumed-role/${role.name}/${sessionName}`),
    userId: `${role.id}:${sessionName}`,
    role,
  };
  const duration = Number(parameters.get("DurationSeconds") ?? 3600);
  const issued = account.issue({ identity, origin: "role", mfa: false, duration });
  return {
    Credentials: temporaryCredentials(issued),
    AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn },
  };
}

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly exp: number;
}

function claimsOf(token: string): Claims {
  try {
    return JSON.parse(atob(token.split(".")[1] ?? ""));
  } catch {
    throw new AwsError(
      "InvalidIdentityToken",
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
  }
}
