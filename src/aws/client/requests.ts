/**
 * Sends requests: with time limits, and again only if that wastes no code.
 *
 * @module
 */

import type { RequestContext } from "../context.ts";
import { pause } from "../../pause.ts";
import { explainFailure, failureCode, isClockSkew, isThrottled, isTransient } from "../failures.ts";
import type { SourceKeys } from "../keys/keys.ts";

/** Milliseconds to wait for a response. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** Milliseconds to wait for a response, all attempts together. */
export const WHOLE_TIMEOUT_MS = 15_000;
/** The number of attempts, the first included. */
const MAX_ATTEMPTS = 4;

/** Milliseconds: AWS accepts clocks that differ by less. */
const MIN_SKEW_MS = 60_000;

/** A client of the SDK, with its clock. */
interface Client {
  readonly config: { readonly systemClockOffset: number };
}

/** The content of a request: a code must not be sent twice. */
export type Sent = "anything" | "a code";

/**
 * Sends a request by calling `send`. Repeats it if AWS throttled it, because AWS has not used a code in it
 * then; with AWS's time if this computer's clock is wrong; and if AWS could not respond, unless the request
 * contains a code.
 *
 * @throws the SDK's own error.
 */
export async function sendRequest<Answer>(
  client: Client,
  send: (options: { abortSignal: AbortSignal }) => Promise<Answer>,
  { signal, logger }: RequestContext,
  sent: Sent = "anything",
): Promise<Answer> {
  let skewed = false;
  const whole = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_TIMEOUT_MS)]);
  for (let attempt = 1;; attempt++) {
    try {
      const deadline = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      return await send({ abortSignal: AbortSignal.any([whole, deadline]) });
    } catch (error) {
      logger.debug(`AWS refused or did not respond: ${failureCode(error)}`);
      const { systemClockOffset } = client.config;
      if (isClockSkew(error) && !skewed && Math.abs(systemClockOffset) >= MIN_SKEW_MS) {
        // The SDK has read AWS's time from the response, and signs with it from now on.
        skewed = true;
        logger.warning(describeSkew(systemClockOffset));
        continue;
      }
      const mayRepeat = isThrottled(error) || (sent === "anything" && isTransient(error));
      if (!mayRepeat || attempt >= MAX_ATTEMPTS || whole.aborted) throw error;
      // Exponential backoff with jitter, so that waiting runs do not repeat at the same time.
      await pause(Math.random() * 250 * 2 ** attempt, signal);
    }
  }
}

/** Returns the warning about a clock that is `offset` milliseconds behind AWS's. */
function describeSkew(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000);
  const amount = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  return `This computer's clock is ${amount} ${
    offset > 0 ? "behind" : "ahead of"
  } AWS's: set it right`;
}

/**
 * Sends a request as {@linkcode sendRequest} does.
 *
 * @throws {WevError} with a hint.
 */
export async function request<Answer>(
  { keys }: { readonly keys: SourceKeys },
  client: Client,
  send: (options: { abortSignal: AbortSignal }) => Promise<Answer>,
  context: RequestContext,
): Promise<Answer> {
  try {
    return await sendRequest(client, send, context);
  } catch (error) {
    throw explainFailure(error, keys);
  }
}
