import { accessDenied } from "./errors.ts";
import { checkLimits } from "./limits.ts";
import { MFA_LIMITS, takeCode } from "./mfa.ts";
import type { Call } from "./service.ts";
import { temporaryCredentials } from "./temporary_credentials.ts";
import type { XmlContent } from "./xml.ts";

const ROOT_SECONDS = 3600;
const DEFAULT_SECONDS = 43200;

/** STS GetSessionToken: temporary keys of the same user, with MFA where the call has a code. */
export function getSessionToken(call: Call): XmlContent {
  const { account, caller, request: { parameters } } = call;
  checkLimits(parameters, {
    DurationSeconds: { type: "integer", min: 900, max: 129600 },
    ...MFA_LIMITS,
  });
  if (caller.origin !== "long-term") {
    throw accessDenied("Cannot call GetSessionToken with session credentials");
  }
  const mfa = takeCode(caller, parameters);
  const asked = Number(parameters.get("DurationSeconds") ?? DEFAULT_SECONDS);
  // Root gets an hour at most; AWS shortens what is longer rather than refuse it.
  const duration = caller.identity.user?.root ? Math.min(asked, ROOT_SECONDS) : asked;
  const issued = account.issue({ identity: caller.identity, origin: "session", mfa, duration });
  return { Credentials: temporaryCredentials(issued) };
}
