/**
 * The MFA session of a user, from GetSessionToken, and the six-digit codes that it takes.
 *
 * @module
 */

import { GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { sendRequest } from "../../aws/client/requests.ts";
import { clocksOf } from "../../aws/expiration.ts";
import { explainFailure, isAnswerLost, isWrongCode } from "../../aws/failures.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";
import { MIN_DURATION } from "../../aws/limits.ts";
import { sessionOf } from "../../aws/sts.ts";
import { escapeControls, WevError } from "../../errors.ts";
import { keptOr } from "../../plugin/keep.ts";
import type {
  CodeQuestion,
  ExpiringResolution,
  KeepPurpose,
  Kept,
  Lease,
  ResolveContext,
} from "../../plugin/mod.ts";
import { proving } from "./devices.ts";
import { sessionParts } from "./kept_values.ts";
import type { AwsMfaOptions } from "./options.ts";
import { checkAccount } from "./source.ts";
import { explainCodeFailure, findUser, type UserAccess, type UserWithDevice } from "./user.ts";

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
 * Returns the MFA session. If none is kept, asks for a code and requests one, after all checks that need
 * no code.
 *
 * @throws {WevError} if AWS gives no session.
 */
export async function mfaSession(
  access: UserAccess,
  purpose: KeepPurpose,
  context: ResolveContext,
): Promise<GotSession> {
  const { options, source, keys } = access;
  let isNew = false;
  const owner = await findUser(access, context);
  const { accessKeyId, region } = keys;
  const { serialNumber } = owner.device;
  const { profile } = source.base;
  const { sts: endpoint } = source.endpoints;
  const parts = sessionParts(
    options,
    { accessKeyId, profile, serialNumber, region, endpoint },
    context,
  );
  const get = async () => {
    // Only if no session is kept: this sends a request.
    const { account, arn } = await owner.user();
    if (purpose === "command") checkAccount(options.account, account, arn);
    isNew = true;
    return await askForSession(access, owner, context);
  };
  const { session, lease } = await proving(owner.device, async () => {
    const lease = await context.keep(parts, purpose);
    return { session: await keptOr(lease, get), lease };
  });
  // Not before the session is provided: a variable has one duty at a time.
  if (isNew) await tellOfDuration(options, keys, context);
  return { session, lease, isNew };
}

async function askForSession(
  { options, source, connection }: UserAccess,
  { user: find, device, clients }: UserWithDevice,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  const user = await find();
  const { sts, keys } = clients;
  const { serialNumber } = device;
  const use = { serialNumber, keys, tokenCommand: options.token_command };
  const send = async (TokenCode: string) => {
    const command = new GetSessionTokenCommand({
      SerialNumber: serialNumber,
      DurationSeconds: options.duration ?? MIN_DURATION,
      TokenCode,
    });
    return await context.waitFor(
      "AWS to check the code",
      sendRequest(sts, (options) => sts.send(command, options), context, "a code"),
    );
  };
  try {
    const { Credentials } = await sendWithCode(use, send, context);
    connection.clockOffset = sts.config.systemClockOffset;
    return sessionOf(Credentials, user.arn, clocksOf(connection, context));
  } catch (error) {
    throw await explainCodeFailure(error, { source, keys, user, device }, context);
  }
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

/** The device whose codes are sent, and the keys of their sender. */
interface CodeUse {
  /** The serial number of the device, or its ARN. */
  readonly serialNumber: string;
  /** The keys that sign the request, for messages. */
  readonly keys: SourceKeys;
  /** The program that prints codes, and its arguments, if one is set. */
  readonly tokenCommand: readonly string[] | undefined;
}

/**
 * Gets a code and calls `send` with it. Repeats both if AWS refuses the code or the response is lost.
 *
 * @throws {WevError} if there is no code, or AWS accepts none.
 * @throws every other error of `send`.
 */
export async function sendWithCode<Answer>(
  use: CodeUse,
  send: (code: string) => Promise<Answer>,
  context: ResolveContext,
): Promise<Answer> {
  const question = questionFor(use);
  let previous: CodeQuestion["previous"];
  for (let sent = 1;; sent++) {
    const code = await context.question({ ...question, previous });
    try {
      return await send(code);
    } catch (error) {
      const refused = isWrongCode(error);
      if (!refused && !isAnswerLost(error)) throw error;
      if (sent >= MAX_CODES) {
        throw refused ? codesRefused(use, error) : explainFailure(error, use.keys);
      }
      previous = refused ? "refused" : "answer-lost";
    }
  }
}

function questionFor({ serialNumber, tokenCommand }: CodeUse): CodeQuestion {
  return {
    kind: "code",
    device: serialNumber,
    service: "AWS",
    title: "Please enter your MFA token to authenticate.",
    label: "Token:",
    help: "Run the command once in a terminal: later runs use the session without a terminal.",
    program: tokenCommand === undefined ? undefined : { name: "token_command", argv: tokenCommand },
  };
}

function codesRefused({ serialNumber }: CodeUse, cause: unknown): WevError {
  return new WevError(`AWS refused ${MAX_CODES} codes`, {
    hint:
      `Check that the codes are those of ${escapeControls(serialNumber)}. If they are, check the ` +
      "clock of that device.",
    cause,
  });
}
