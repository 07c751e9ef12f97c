import { assumeRole } from "./assume_role.ts";
import { assumeRoleWithWebIdentity } from "./assume_role_with_web_identity.ts";
import { getSessionToken } from "./get_session_token.ts";
import { checkLimits } from "./limits.ts";
import { QueryService } from "./query_service.ts";
import type { Call } from "./service.ts";
import type { XmlContent } from "./xml.ts";

/** The Security Token Service. */
export const sts: QueryService = new QueryService({
  name: "sts",
  version: "2011-06-15",
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  anonymous: { AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity },
  actions: {
    AssumeRole: assumeRole,
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken,
  },
});

// Needs no permission, so any good signature will do.
function getCallerIdentity(call: Call): XmlContent {
  checkLimits(call.request.parameters, {});
  const { arn, userId } = call.caller.identity;
  return { Arn: arn, UserId: userId, Account: call.account.id };
}
