/**
 * Sessions that take a six-digit code: the MFA session of a user, and that of a long role.
 *
 * @module
 */

import { explainFailure, isAnswerLost, isWrongCode } from "../../aws/failures.ts";
import { accountOf } from "../../aws/arn.ts";
import { MIN_DURATION } from "../../aws/limits.ts";
import type { RoleHop } from "../../aws/profiles/chain_settings.ts";
import type { StsSession } from "../../aws/sts.ts";
import { escapeControls, WevError } from "../../errors.ts";
import type { ExpiringResolution, ResolveContext } from "../../plugin/context.ts";
import { type KeepPurpose, type Kept, keptOr, type Lease } from "../../plugin/keep.ts";
import type { CodeQuestion } from "../../plugin/questions.ts";
import {
  chooseDevice,
  type FoundDevice,
  type IamUser,
  keptDevice,
  namedDevice,
  onlyDevice,
  proving,
  SeveralDevices,
} from "./devices.ts";
import { deviceParts, sessionParts } from "./kept_values.ts";
import type { AwsMfaOptions } from "./options.ts";
import type { UserRequests } from "./requests.ts";
import { explainRoleFailure } from "./roles.ts";
import { checkAccount } from "./source.ts";
import { explainCodeFailure, type UserAccess } from "./user.ts";

/** An MFA session. */
export interface GotSession {
  /** The session. */
  readonly session: Kept;
  /** The lease that keeps it. */
  readonly lease: Lease;
  /** Whether this run requested it. */
  readonly isNew: boolean;
}

/**
 * Returns the MFA session, asking for a code if there is none. What can be known to be wrong without a
 * request is found before the question, the rest before the code is sent.
 *
 * @throws {WevError} if there can be no session.
 */
export async function mfaSession(
  access: UserAccess,
  purpose: KeepPurpose,
  context: ResolveContext,
): Promise<GotSession> {
  const { options, source, keys } = access;
  let isNew = false;
  const role = source.roles.at(-1);
  const check = ({ arn }: IamUser) => {
    if (purpose === "command") checkAccount(options, arn, context);
  };
  const { accessKeyId, region } = keys;
  const { profile } = source.base;
  const { sts: endpoint } = source.endpoints;
  const partsOf = (serialNumber: string) =>
    sessionParts(options, { accessKeyId, profile, serialNumber, region, endpoint }, context);
  const isSpared = (serialNumber: string) => context.isProvided(partsOf(serialNumber), purpose);
  const { device, code } = await findDevice({ access, role, check, isSpared });
  const get = async () => {
    isNew = true;
    const duration = options.duration ?? MIN_DURATION;
    try {
      return await withCode(
        { access, device, role, check, code },
        (requests, sent) => requests.sessionToken(duration, sent),
      );
    } catch (error) {
      throw await explained(error, access, device);
    }
  };
  const { session, lease } = await proving(device, async () => {
    const lease = await context.keep(partsOf(device.serialNumber), purpose);
    return { session: await keptOr(lease, get), lease };
  });
  // Not before the session is provided: a variable has one duty at a time.
  if (isNew) await tellOfDuration(options, keys, context);
  return { session, lease, isNew };
}

/**
 * Assumes a role with a code, directly with a user's long-term keys: the only way to a session of more than
 * an hour.
 *
 * @throws {WevError} if it can't be assumed.
 */
export async function assumeWithCode(
  access: UserAccess,
  role: RoleHop,
): Promise<ExpiringResolution> {
  const { device, code } = await findDevice({ access, role });
  try {
    return await proving(
      device,
      () =>
        withCode(
          { access, device, role, code },
          (requests, sent) => requests.assumeRole(role, sent),
        ),
    );
  } catch (error) {
    const other = await explained(error, access, device);
    if (error instanceof WevError || other === error) throw other;
    throw explainRoleFailure(error, role, access.keys, other);
  }
}

/** Returns what a person is told of a failure after the user has been found. */
async function explained(
  error: unknown,
  access: UserAccess,
  device: FoundDevice,
): Promise<unknown> {
  if (error instanceof WevError || access.context.signal.aborted) return error;
  return await explainCodeFailure(error, access, { user: await access.user(), device });
}

/**
 * Says, once per access key, that the session has the short default lifetime. Called after AWS has accepted
 * a code.
 */
async function tellOfDuration(
  { duration }: Pick<AwsMfaOptions, "duration">,
  { accessKeyId }: { readonly accessKeyId: string },
  context: ResolveContext,
): Promise<void> {
  if (duration !== undefined) return;
  let isFirst = false;
  try {
    const parts = { what: "told of the default duration", accessKeyId };
    await keptOr(await context.keep(parts, "choice"), () => {
      isFirst = true;
      return Promise.resolve({ values: ["yes"] });
    });
  } catch (error) {
    // The session is ready: a failure to note this must not fail the run.
    if (!(error instanceof WevError) || context.signal.aborted) throw error;
  }
  if (!isFirst) return;
  await context.tell(
    `default duration ${accessKeyId}`,
    `This session lasts ${MIN_DURATION / 60} minutes. For one code a day, add "duration: 43200" ` +
      `below "id: wev-awsmfa" (${context.location})`,
  );
}

/** The number of codes that wev sends before it gives up. */
const MAX_CODES = 3;

/** What a code is for. */
interface CodePurpose {
  /** The user who sends it. */
  readonly access: UserAccess;
  /** The role that is assumed with it or with its session, if there is one. */
  readonly role: RoleHop | undefined;
  /** Checks the user before the code is sent. */
  readonly check?: (user: IamUser) => void;
  /** Returns whether what the code is for is there without one, by the device that was found. */
  readonly isSpared?: (serialNumber: string) => Promise<boolean>;
}

/** The device was found, and no code of it is needed. */
class CodeSpared extends Error {}

/** A code, and the device that shows it. */
interface CodeUse extends CodePurpose {
  /** The device. */
  readonly device: FoundDevice;
  /** The code, if it was typed while the device was looked for. */
  readonly code: string | undefined;
}

/**
 * Returns the device that is named or remembered. If there is none, it is looked up while somebody types
 * its code. Other runs wait until AWS has accepted the code.
 *
 * @throws {WevError} if there is no device, or nobody gives a code.
 */
async function findDevice(
  { access, role, check, isSpared }: CodePurpose,
): Promise<Pick<CodeUse, "device" | "code">> {
  const { context, keys, source: { device: named, endpoints } } = access;
  if (named !== undefined) return { device: namedDevice(named), code: undefined };
  const lease = await context.keep(deviceParts(keys, endpoints), "choice");
  const [known] = lease.kept?.values ?? [];
  if (known !== undefined) return { device: keptDevice(lease, known), code: undefined };
  const before = chosen.get(keys.accessKeyId);
  if (before !== undefined) return { device: keptDevice(lease, before), code: undefined };
  let found: string | undefined;
  let failure: unknown;
  const meanwhile = async () => {
    try {
      found = await onlyDevice(access.devices, context);
      const owner = await access.ownerOf({ serialNumber: found });
      check?.(owner);
      if (await isSpared?.(found)) throw new CodeSpared();
      return found;
    } catch (error) {
      throw failure = error;
    }
  };
  try {
    const code = await context.question(questionFor(access, role, undefined), meanwhile);
    return { device: keptDevice(lease, found!), code };
  } catch (error) {
    if (error instanceof CodeSpared) return { device: keptDevice(lease, found!), code: undefined };
    // Only what is wrong with the devices is wrong for all who wait.
    if (error !== failure) lease.release();
    if (!(error instanceof SeveralDevices)) throw error;
    const choice = await chooseDevice(error, context);
    chosen.set(keys.accessKeyId, choice);
    return { device: keptDevice(lease, choice), code: undefined };
  }
}

/** What was chosen in this run, by access key: after it was stopped (Ctrl-Z) everything begins anew. */
const chosen = new Map<string, string>();

/** What is sent. */
type Sent = Parameters<UserRequests["sessionToken"]>[1];

/**
 * Gets a code and calls `send` with it, again with another one if AWS refuses it or its answer is lost. The
 * SDK and the checks that need requests come while somebody types.
 *
 * @throws {WevError} if there is no code, or AWS accepts none.
 * @throws every other error of `send`.
 */
async function withCode(
  { access, device, role, check, code: first }: CodeUse,
  send: (requests: UserRequests, sent: Sent) => Promise<StsSession>,
): Promise<StsSession> {
  const { context, keys } = access;
  const { serialNumber } = device;
  const meanwhile = async () => {
    // Not inside `check?.(…)`: without a check the owner would not be looked up either.
    const owner = await access.ownerOf(device);
    check?.(owner);
    return serialNumber;
  };
  const question = questionFor(access, role, serialNumber);
  let previous: CodeQuestion["previous"];
  for (let sent = 1;; sent++) {
    const code = sent === 1 && first !== undefined
      ? first
      : await context.question({ ...question, previous }, meanwhile);
    const requests = await access.requests();
    const { arn: user } = await access.user();
    try {
      return await send(requests, { serialNumber, code, user });
    } catch (error) {
      const refused = isWrongCode(error);
      if (!refused && !isAnswerLost(error)) throw error;
      if (sent >= MAX_CODES) {
        throw refused ? codesRefused(serialNumber, error) : explainFailure(error, keys);
      }
      previous = refused ? "refused" : "answer-lost";
    }
  }
}

function questionFor(
  { options: { token_command }, keys }: UserAccess,
  role: RoleHop | undefined,
  serialNumber: string | undefined,
): CodeQuestion {
  return {
    kind: "code",
    device: serialNumber,
    service: "AWS",
    account: serialNumber === undefined ? undefined : accountOf(serialNumber),
    keys: keys.source,
    role: role?.arn,
    title: "Please enter your MFA token to authenticate.",
    label: "Token:",
    help: "Run the command once in a terminal: later runs use the session without a terminal.",
    program: token_command === undefined
      ? undefined
      : { name: "token_command", argv: token_command },
  };
}

function codesRefused(serialNumber: string, cause: unknown): WevError {
  return new WevError(`AWS refused ${MAX_CODES} codes`, {
    kind: "auth",
    hint:
      `Check that the codes are those of ${escapeControls(serialNumber)}. If they are, check the ` +
      "clock of that device.",
    cause,
  });
}
