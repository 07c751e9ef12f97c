/**
 * Gets a session: check everything, ask for a code, call GetSessionToken.
 *
 * @module
 */

import { GetCallerIdentityCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { WevError } from "../../errors.ts";
import type { Resolution, ResolveContext } from "../../plugin/mod.ts";
import { type IamUser, iamUser } from "./caller.ts";
import { type Clients, createClients, request, sendRequest } from "./clients.ts";
import { discoveryDenied, onlyUsableDevice } from "./devices.ts";
import { explainFailure, isAccessDenied, isAnswerLost, isWrongCode, notAws } from "./failures.ts";
import type { AwsMfaOptions } from "./options.ts";
import { loadSourceKeys, type SourceKeys } from "./source_keys.ts";

/** How many codes a person is asked for before wev gives up. */
const MAX_CODES = 3;

/**
 * Returns a session of the user whose access key is found, after asking for a code. Whatever can be
 * known to be wrong is found before the question.
 *
 * @throws {WevError} where there is no session to be had.
 */
export async function resolveSession(
  options: AwsMfaOptions,
  context: ResolveContext,
): Promise<Resolution> {
  const keys = await loadSourceKeys(context);
  checkRegion(keys, options.mfaDevice);
  const clients = createClients(keys, context);
  const user = await getUser(clients, context);
  const serialNumber = options.mfaDevice ?? await findDevice(clients, user, context);
  checkAccount(serialNumber, user);
  return await askForSession(clients, { user, serialNumber, duration: options.duration }, context);
}

/** Only the partition `aws` has an endpoint without a region. */
function checkRegion({ region }: SourceKeys, device: string | undefined): void {
  const partition = /^arn:([\w-]+):/.exec(device ?? "")?.[1] ?? "aws";
  if (region !== undefined || partition === "aws") return;
  const examples: Record<string, string> = {
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
  };
  throw new WevError(`No region is set, and the partition "${partition}" needs one`, {
    hint: `Set AWS_REGION${examples[partition] ? `, for example to ${examples[partition]}` : ""}.`,
  });
}

async function getUser(clients: Clients, context: ResolveContext): Promise<IamUser> {
  const { sts, keys } = clients;
  const { Arn } = await context.waitFor(
    "AWS to say whose access key this is",
    request(
      clients,
      sts,
      (options) => sts.send(new GetCallerIdentityCommand({}), options),
      context,
    ),
  );
  if (Arn === undefined) throw notAws("it does not say whose access key this is");
  return iamUser(Arn, `the access key …${keys.accessKeyId.slice(-4)} (${keys.source})`);
}

/** Reads all pages: "might return fewer results, even when there are more results available". */
async function findDevice(
  clients: Clients,
  user: IamUser,
  context: ResolveContext,
): Promise<string> {
  const { ListMFADevicesCommand } = await import("@aws-sdk/client-iam");
  const iam = await clients.iam();
  const serials: string[] = [];
  let Marker: string | undefined;
  do {
    const command = new ListMFADevicesCommand({
      // Always: a user who may see only its own devices is refused without it.
      UserName: user.name,
      ...(Marker === undefined ? {} : { Marker }),
    });
    try {
      const page = await context.waitFor(
        "AWS to list the MFA devices",
        sendRequest(iam, (options) => iam.send(command, options), context),
      );
      serials.push(...(page.MFADevices ?? []).flatMap((device) => device.SerialNumber ?? []));
      Marker = page.IsTruncated ? page.Marker : undefined;
    } catch (error) {
      if (isAccessDenied(error)) throw discoveryDenied(user, context.location, error);
      throw explainFailure(error, clients.keys);
    }
  } while (Marker !== undefined);
  return onlyUsableDevice(serials, user, context.location);
}

function checkAccount(serialNumber: string, user: IamUser): void {
  const account = /^arn:[\w-]+:iam::(\d{12}):/.exec(serialNumber)?.[1];
  if (account === undefined || account === user.account) return;
  throw new WevError(
    `The MFA device is in account ${account}, the access key in account ${user.account}`,
    { hint: "Check mfa_device and AWS_PROFILE: both must be of one account." },
  );
}

/** What a session is asked for with. */
interface SessionRequest {
  readonly user: IamUser;
  readonly serialNumber: string;
  readonly duration: number;
}

async function askForSession(
  clients: Clients,
  { user, serialNumber, duration }: SessionRequest,
  context: ResolveContext,
): Promise<Resolution> {
  const { sts, keys } = clients;
  const sent = new Set<string>();
  let title = "Please enter your MFA token to authenticate.";
  while (true) {
    const TokenCode = await context.prompt.askCode({
      title,
      label: "Token:",
      check: (answer) => codeProblem(answer, sent),
      withoutTerminal:
        "Run the command once in a terminal: the session is then used without one too.",
    });
    sent.add(TokenCode);
    const command = new GetSessionTokenCommand({
      SerialNumber: serialNumber,
      DurationSeconds: duration,
      TokenCode,
    });
    try {
      const { Credentials } = await context.waitFor(
        "AWS to check the code",
        sendRequest(sts, (options) => sts.send(command, options), context, "a code"),
      );
      return toResolution(Credentials, { user, keys, clockOffset: sts.config.systemClockOffset });
    } catch (error) {
      const refused = isWrongCode(error);
      if (!refused && !isAnswerLost(error)) throw explainFailure(error, keys);
      if (sent.size >= MAX_CODES) {
        throw refused ? codesRefused(serialNumber, error) : explainFailure(error, keys);
      }
      title = refused
        ? "AWS refused that code: it is wrong, too old, or was used before. Wait for the next one."
        : "AWS's answer was lost, and the code may be used up. Wait for the next one.";
    }
  }
}

function codeProblem(answer: string, sent: ReadonlySet<string>): string | undefined {
  if (!/^[0-9]{6}$/.test(answer)) return "A code has six digits.";
  if (sent.has(answer)) {
    return "That code was sent before, and works once only. Wait for the next one.";
  }
  return undefined;
}

function codesRefused(serialNumber: string, cause: unknown): WevError {
  return new WevError(`AWS refused ${MAX_CODES} codes`, {
    hint:
      `Is it the right device? The codes must be those of ${serialNumber}. If they are, the clock ` +
      "of the device that shows them may be wrong.",
    cause,
  });
}

/** What STS says; "Credentials always has all four", and nothing untyped goes further than here. */
interface StsCredentials {
  AccessKeyId?: string | undefined;
  SecretAccessKey?: string | undefined;
  SessionToken?: string | undefined;
  Expiration?: Date | undefined;
}

/** Milliseconds by which clocks may differ without anybody minding. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What a session belongs to. */
interface SessionOwner {
  readonly user: IamUser;
  readonly keys: SourceKeys;
  /** Milliseconds by which this computer's clock is behind AWS's. */
  readonly clockOffset: number;
}

function toResolution(
  credentials: StsCredentials | undefined,
  { user, keys, clockOffset }: SessionOwner,
): Resolution {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw notAws("there are no credentials in it");
  }
  const expiration = Expiration.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    values: [AccessKeyId, SecretAccessKey, SessionToken, expiration],
    // By this computer's clock, which is what it will be compared with.
    expiresAt: Math.abs(clockOffset) < CLOCK_TOLERANCE_MS
      ? Expiration
      : new Date(Expiration.getTime() - clockOffset),
    // The profile may not reach the command, and its region would be lost with it.
    ...(keys.profileRegion === undefined ? {} : {
      defaults: { AWS_REGION: keys.profileRegion, AWS_DEFAULT_REGION: keys.profileRegion },
    }),
    identity: user.arn,
  };
}
