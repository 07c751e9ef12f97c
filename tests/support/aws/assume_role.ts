import { stsArn } from "./arn.ts";
import type { Credential } from "./credential.ts";
import { accessDenied, validationError } from "./errors.ts";
import { checkLimits, ROLE_SESSION_LIMITS } from "./limits.ts";
import { MFA_LIMITS, takeCode } from "./mfa.ts";
import type { LocalRole } from "./role.ts";
import type { Call } from "./service.ts";
import { temporaryCredentials } from "./temporary_credentials.ts";
import type { XmlContent } from "./xml.ts";

const CHAINED_SECONDS = 3600;
const DEFAULT_SECONDS = 3600;
const ROLE_ARN =
  // deno-lint-ignore no-control-regex -- the service model allows them
  /[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+/u;

/** STS AssumeRole: temporary keys of a role that trusts the caller. */
export function assumeRole(call: Call): XmlContent {
  const { account, caller, request: { parameters } } = call;
  checkLimits(parameters, {
    RoleArn: {
      type: "string",
      required: true,
      min: 20,
      max: 2048,
      pattern: ROLE_ARN,
    },
    ...ROLE_SESSION_LIMITS,
    ExternalId: { type: "string", min: 2, max: 1224, pattern: /[\w+=,.@:\/-]*/ },
    ...MFA_LIMITS,
  });
  const roleArn = parameters.get("RoleArn") ?? "";
  const duration = Number(parameters.get("DurationSeconds") ?? DEFAULT_SECONDS);
  if (!/^arn:[\w-]+:iam::\d{12}:role\/./.test(roleArn)) {
    throw validationError(`${roleArn} is invalid`);
  }
  const role = trustingRole(call, roleArn);
  checkDuration(duration, caller, role);
  // Last, so that a call which fails for another reason does not cost the code.
  const mfa = takeCode(caller, parameters) || caller.mfa;
  if (role.mfa && !mfa) throw notAuthorized(caller, roleArn);

  const sessionName = parameters.get("RoleSessionName") ?? "";
  const identity = {
    arn: stsArn(account, `assumed-role/${role.name}/${sessionName}`),
    userId: `${role.id}:${sessionName}`,
    role,
  };
  // What a role may do can't depend on MFA: its keys do not tell how it was assumed.
  const issued = account.issue({ identity, origin: "role", mfa: false, duration });
  return {
    Credentials: temporaryCredentials(issued),
    AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn },
  };
}

function trustingRole(call: Call, roleArn: string): LocalRole {
  const { account, caller, request } = call;
  const { arn, role: own, user } = caller.identity;
  if (user?.root) throw accessDenied("Roles may not be assumed by root accounts.");
  const role = account.role(roleArn);
  // That there is no such role is told in the same words: it is nobody's business.
  if (role === undefined) throw notAuthorized(caller, roleArn);
  const names = [account.rootArn, arn, own?.arn];
  if (!role.principals.some((principal) => names.includes(principal))) {
    throw notAuthorized(caller, roleArn);
  }
  if (role.externalId !== undefined && role.externalId !== request.parameters.get("ExternalId")) {
    throw notAuthorized(caller, roleArn);
  }
  return role;
}

function checkDuration(duration: number, caller: Credential, role: LocalRole): void {
  if (caller.origin !== "long-term" && duration > CHAINED_SECONDS) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  if (duration > role.maxSessionDuration) {
    throw validationError(
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
}

function notAuthorized(caller: Credential, roleArn: string): Error {
  return accessDenied(
    `User: ${caller.identity.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}
