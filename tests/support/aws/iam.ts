import { accessDenied, AwsError, invalidClientTokenId, validationError } from "./errors.ts";
import { checkLimits } from "./limits.ts";
import { type Action, QueryService } from "./query_service.ts";
import type { Call } from "./service.ts";
import type { IamPermission, LocalUser } from "./user.ts";

const USER_NAME = { type: "string", min: 1, max: 128, pattern: /[\w+=,.@-]+/ } as const;

/** How IAM is set up. */
export interface IamOptions {
  /** How many devices a page of ListMFADevices holds at most, whatever the client asks for. */
  readonly pageSize: number;
}

/** Makes Identity and Access Management. */
export function makeIam(options: IamOptions): QueryService {
  return new QueryService({
    name: "iam",
    version: "2010-05-08",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    actions: { GetUser: getUser, ListMFADevices: listMfaDevices(options) },
  });
}

const getUser: Action = (call) => {
  checkLimits(call.request.parameters, { UserName: USER_NAME });
  const name = call.request.parameters.get("UserName") ?? ownName(call);
  authorize(call, { action: "iam:GetUser", permission: "getUser", name });
  const { path, name: userName, id, arn } = existing(call, name);
  const CreateDate = "2020-01-01T00:00:00Z";
  return { User: { Path: path, UserName: userName, UserId: id, Arn: arn, CreateDate } };
};

function listMfaDevices(options: IamOptions): Action {
  return (call) => {
    const { parameters } = call.request;
    checkLimits(parameters, {
      UserName: USER_NAME,
      MaxItems: { type: "integer", min: 1, max: 1000 },
      Marker: { type: "string", min: 1, max: 320, pattern: /[\u0020-\u00FF]+/ },
    });
    const named = parameters.get("UserName");
    const name = named ?? ownName(call);
    // GetUser without a name is about the caller; this one is about everyone, as IAM judges it.
    const everyone = named === undefined;
    authorize(call, { action: "iam:ListMFADevices", permission: "listMfaDevices", name, everyone });
    const user = existing(call, name);
    const start = position(parameters.get("Marker"));
    const size = Math.min(Number(parameters.get("MaxItems") ?? 100), options.pageSize);
    const end = start + size;
    const more = end < user.devices.length;
    return {
      MFADevices: {
        member: user.devices.slice(start, end).map((device) => ({
          UserName: user.name,
          SerialNumber: device.serialNumber,
          EnableDate: device.enableDate,
        })),
      },
      IsTruncated: String(more),
      ...(more ? { Marker: marker(end) } : {}),
    };
  };
}

interface Authorization {
  readonly action: string;
  readonly permission: "getUser" | "listMfaDevices";
  /** Whom the caller wants to see. */
  readonly name: string;
  /** Whether it takes the permission to see everyone. */
  readonly everyone?: boolean;
}

function authorize(call: Call, authorization: Authorization): void {
  const { caller } = call;
  const { action, permission, name, everyone = false } = authorization;
  // AWS's rule for GetSessionToken: without MFA, its keys are no good for IAM at all.
  if (caller.origin === "session" && !caller.mfa) throw invalidClientTokenId();
  const { user, arn } = caller.identity;
  if (user?.root) return;
  const allowed: IamPermission = user === undefined ? "none" : user[permission];
  const because = refusal(allowed, {
    action,
    mfa: caller.mfa,
    own: !everyone && name === user?.name,
  });
  if (because === undefined) return;
  throw accessDenied(
    `User: ${arn} is not authorized to perform: ${action} on resource: user ${name} ${because}`,
  );
}

function refusal(
  allowed: IamPermission,
  { action, mfa, own }: { action: string; mfa: boolean; own: boolean },
): string | undefined {
  if (allowed === "all") return undefined;
  if (allowed === "mfa" && !mfa) return "with an explicit deny in an identity-based policy";
  if (allowed !== "none" && own) return undefined;
  return `because no identity-based policy allows the ${action} action`;
}

function ownName(call: Call): string {
  const { user } = call.caller.identity;
  if (user === undefined) {
    throw validationError("Must specify userName when calling with non-User credentials");
  }
  return user.name;
}

function existing(call: Call, name: string): LocalUser {
  const { user: own } = call.caller.identity;
  const user = own?.name === name ? own : call.account.user(name);
  if (user === undefined) {
    throw new AwsError("NoSuchEntity", `The user with name ${name} cannot be found.`, {
      status: 404,
    });
  }
  return user;
}

// A marker is opaque; to encode it keeps clients from counting on what is in it.
function marker(position: number): string {
  return btoa(`page:${position}`);
}

function position(marker: string | undefined): number {
  if (marker === undefined) return 0;
  const match = /^cGFnZTo[\w+/]*=*$/.test(marker) ? /^page:(\d+)$/.exec(atob(marker)) : null;
  if (match === null) throw validationError("Invalid Marker.");
  return Number(match[1]);
}
