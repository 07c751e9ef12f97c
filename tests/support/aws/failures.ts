import type { SignedRequest } from "./signed_request.ts";

/** Something that goes wrong with a request. */
export type Failure =
  /** AWS answers an error instead of doing anything. */
  | {
    readonly kind: "error";
    readonly status: number;
    readonly code: string;
    /** What it says; of the request, if it quotes it. */
    readonly message: string | ((request: SignedRequest) => string);
  }
  /** Something that is not AWS answers, or AWS's answer is damaged. */
  | {
    readonly kind: "page";
    readonly status: number;
    readonly contentType: string;
    readonly body: string | Uint8Array<ArrayBuffer>;
  }
  /** AWS takes its time, then goes on as ever. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** AWS waits for something to happen, then goes on as ever. */
  | { readonly kind: "hold"; readonly until: Promise<void> }
  /** The connection breaks before AWS has the request, or after: then the answer is lost. */
  | { readonly kind: "drop"; readonly when: "before" | "after" }
  /** No answer ever comes. */
  | { readonly kind: "hang" };

/** Too many requests. */
export const throttling: Failure = error(400, "Throttling", "Rate exceeded");

/** AWS has a bug. */
export const internalFailure: Failure = error(
  500,
  "InternalFailure",
  "The request processing has failed because of an unknown error, exception or failure.",
);

/** AWS is overloaded. */
export const serviceUnavailable: Failure = error(
  503,
  "ServiceUnavailable",
  "The request has failed due to a temporary failure of the server.",
);

/** The account's owner has switched STS off in this region. */
export const regionDisabled: Failure = error(
  403,
  "RegionDisabledException",
  "STS is not activated in this region for account:123456789012. " +
    "Your account administrator can activate STS in this region using the IAM Console.",
);

/** The key's time is over. */
export const expiredKey: Failure = error(
  403,
  "ExpiredToken",
  "The security token included in the request is expired",
);

/** The key does not exist. */
export const unknownKey: Failure = error(
  403,
  "InvalidClientTokenId",
  "The security token included in the request is invalid.",
);

/** A proxy on the way asks for a login. */
export const proxyPage: Failure = {
  kind: "page",
  status: 403,
  contentType: "text/html",
  body: "<!DOCTYPE html><html><body><h1>Access to this site is blocked</h1><br></body></html>",
};

/** The answer breaks off within an element, though its status is good. */
export const garbage: Failure = xml(
  "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>ASIA&",
);

/** The connection breaks before AWS has the request. */
export const dropBefore: Failure = { kind: "drop", when: "before" };

/** AWS does what it was asked, and the connection breaks before the answer is sent. */
export const dropAfter: Failure = { kind: "drop", when: "after" };

/** No answer ever comes. */
export const hang: Failure = { kind: "hang" };

/** AWS takes its time. */
export function delay(milliseconds: number): Failure {
  return { kind: "delay", milliseconds };
}

/** AWS does nothing until `until` is resolved. */
export function hold(until: Promise<void>): Failure {
  return { kind: "hold", until };
}

/** The answer is `body`, whose status is good. */
export function xml(body: string): Failure {
  return { kind: "page", status: 200, contentType: "text/xml", body };
}

/** AWS answers an error instead of doing anything. */
export function error(
  status: number,
  code: string,
  message: Extract<Failure, { kind: "error" }>["message"],
): Failure {
  return { kind: "error", status, code, message };
}

/** How long a failure lasts. */
export interface FailureOptions {
  /**
   * How many requests fail; `Infinity`: all until `clear()`.
   *
   * @default {1}
   */
  readonly times?: number;
}

/** The failures that a test has ordered, by action. */
export class FailurePlan {
  readonly #planned: { readonly action: string; readonly failure: Failure; left: number }[] = [];

  /**
   * Makes the next requests of an action fail, after those already ordered.
   *
   * @param action The action, such as `GetSessionToken`, or `*` for all.
   */
  add(action: string, failure: Failure, options: FailureOptions = {}): void {
    this.#planned.push({ action, failure, left: options.times ?? 1 });
  }

  /** Takes back all that was ordered and has not happened. */
  clear(): void {
    this.#planned.length = 0;
  }

  /** Gives the failure of the request that is at hand, and counts it. */
  take(action: string): Failure | undefined {
    const next = this.#planned.find((planned) =>
      planned.left > 0 && (planned.action === action || planned.action === "*")
    );
    if (next === undefined) return undefined;
    next.left -= 1;
    return next.failure;
  }
}
