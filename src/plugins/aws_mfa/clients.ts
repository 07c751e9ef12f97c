/**
 * The clients of STS and IAM, and how a request is sent: soon over, and repeated only where that
 * costs nobody a code.
 *
 * @module
 */

import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { WevError } from "../../errors.ts";
import type { ResolveContext } from "../../plugin/mod.ts";
import { explainFailure, failureCode, isClockSkew, isThrottled } from "./failures.ts";
import type { SourceKeys } from "./source_keys.ts";

/** Milliseconds until a connection must stand. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Milliseconds until an answer must be there. */
const REQUEST_TIMEOUT_MS = 15_000;
/** How often a throttled request is sent, the first time included. */
const MAX_ATTEMPTS = 4;

/** The clients of one access key. */
export interface Clients {
  /** Who signs the requests. */
  readonly keys: SourceKeys;
  /** The client of STS. */
  readonly sts: STSClient;
  /** Returns the client of IAM, made when it is needed. */
  iam(): IAMClient;
}

/** Returns the clients that sign with `keys`. Without a region STS is the one at sts.amazonaws.com. */
export function createClients(keys: SourceKeys): Clients {
  const settings = {
    region: keys.region ?? "aws-global",
    credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey },
    // Repeating is done here, where it is known whether a code is at stake.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
  return { keys, sts: new STSClient(settings), iam: () => new IAMClient(settings) };
}

/** Any client of the SDK, as far as its clock is concerned. */
interface Client {
  readonly config: { readonly systemClockOffset: number };
}

/**
 * Sends a request by calling `send`. A throttled one is repeated, since AWS has not looked at it (nor
 * at a code in it); one that this computer's clock spoils is repeated with AWS's time.
 *
 * @throws the SDK's own error.
 */
export async function sendRequest<Answer>(
  client: Client,
  send: (options: { abortSignal: AbortSignal }) => Promise<Answer>,
  { signal, logger }: ResolveContext,
): Promise<Answer> {
  let skewed = false;
  for (let attempt = 1;; attempt++) {
    try {
      const deadline = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      return await send({ abortSignal: AbortSignal.any([signal, deadline]) });
    } catch (error) {
      logger.debug(`AWS refused or did not answer: ${failureCode(error)}`);
      if (isClockSkew(error) && !skewed) {
        // The SDK has read AWS's time from the answer, and signs with it from now on.
        skewed = true;
        logger.warning(describeSkew(client.config.systemClockOffset));
      } else if (isThrottled(error) && attempt < MAX_ATTEMPTS) {
        await pause(attempt, signal);
      } else throw error;
    }
  }
}

/** Returns a sentence about a clock that is `offset` milliseconds behind AWS's. */
function describeSkew(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000);
  const amount = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  return `This computer's clock is ${amount} ${
    offset > 0 ? "behind" : "ahead of"
  } AWS's: set it right`;
}

/** Waits longer after each attempt, by chance, so that those who wait do not come back together. */
function pause(attempt: number, signal: AbortSignal): Promise<void> {
  const milliseconds = Math.random() * 250 * 2 ** attempt;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/**
 * Sends a request as {@linkcode sendRequest} does.
 *
 * @throws {WevError} that says what to do.
 */
export async function request<Answer>(
  { keys }: Clients,
  client: Client,
  send: (options: { abortSignal: AbortSignal }) => Promise<Answer>,
  context: ResolveContext,
): Promise<Answer> {
  try {
    return await sendRequest(client, send, context);
  } catch (error) {
    if (error instanceof WevError) throw error;
    throw explainFailure(error, keys);
  }
}
