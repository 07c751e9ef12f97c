/**
 * Refusals by AWS and failures of the network, explained to people.
 *
 * @module
 */

import { type FailureKind, WevError } from "../errors.ts";
import { isKnownRegion, knownRegions, type NamedRegion } from "./regions.ts";
import type { SourceKeys } from "./keys/keys.ts";

/** Characters of a message of AWS that are shown: longer text is not from AWS. */
const MAX_QUOTE = 500;

/** The parts of an error of the SDK. */
interface Failure {
  /** AWS's code (`AccessDenied`), the system's (`ECONNREFUSED`), or the error's class. */
  readonly code: string;
  /** AWS's message; some failures differ only in it. */
  readonly message: string;
  /** The HTTP status, if there was a response. */
  readonly status: number | undefined;
}

function describe(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { code: "unknown", message: String(error), status: undefined };
  }
  const { code, Code, $metadata } = error as {
    code?: unknown;
    Code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const name = typeof Code === "string" ? Code : typeof code === "string" ? code : error.name;
  return { code: name, message: error.message, status: $metadata?.httpStatusCode };
}

/** Returns AWS's message, on one line and cut to a few sentences. */
export function quote(error: unknown): string {
  const text = describe(error).message.replaceAll(/\s+/g, " ");
  return text.length <= MAX_QUOTE ? text : `${text.slice(0, MAX_QUOTE - 1).toWellFormed()}…`;
}

/** Returns the code of a failure, without any of its text: it may be logged. */
export function failureCode(error: unknown): string {
  return describe(error).code.replaceAll(/[^\w.-]/g, "_").slice(0, 80);
}

/** The codes for which botocore repeats a request. */
const THROTTLED = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "SlowDown",
]);

/** Returns whether AWS throttled the request. */
export function isThrottled(error: unknown): boolean {
  const { code, status } = describe(error);
  return THROTTLED.has(code) || status === 429;
}

/** Returns whether AWS could not respond, for a reason that may soon be gone. */
export function isTransient(error: unknown): boolean {
  const { code, status } = describe(error);
  return status === undefined ? code === "ECONNRESET" : [500, 502, 503, 504].includes(status);
}

/** Returns whether AWS refused the time of the signature. */
export function isClockSkew(error: unknown): boolean {
  const { code, message } = describe(error);
  return code === "RequestTimeTooSkewed" || code === "RequestExpired" ||
    (code === "SignatureDoesNotMatch" && /Signature (?:expired|not yet current)/.test(message));
}

/** Returns whether AWS refused the code itself: wrong, late, or used before. */
export function isWrongCode(error: unknown): boolean {
  const { message } = describe(error);
  return /MultiFactorAuthentication failed with invalid MFA one time pass code/i.test(message);
}

/** Returns whether AWS refused the device: it is not one of the user's. */
export function isUnknownDevice(error: unknown): boolean {
  return /unable to validate MFA code/i.test(describe(error).message);
}

/** Returns whether AWS no longer accepts the credentials: they expired, or their key was deleted. */
export function isRevoked(error: unknown): boolean {
  const { code } = describe(error);
  return ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"].includes(code);
}

/** Returns whether a permission is missing. */
export function isAccessDenied(error: unknown): boolean {
  const { code } = describe(error);
  return code === "AccessDenied" || code === "AccessDeniedException";
}

/** Failures before the request was sent, or after the response came. */
const NOT_LOST = new Set([
  "ECERT",
  "ECERTFILE",
  "ECONNECT",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "EMSGSIZE",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPROTO",
  "EPROXY",
]);

/** Returns whether the request may have reached AWS although no response came back. */
export function isAnswerLost(error: unknown): boolean {
  if (error instanceof WevError) return false;
  const { code, status } = describe(error);
  if (status !== undefined) return status >= 500 && !isThrottled(error);
  return !NOT_LOST.has(code) && !isDenied(error);
}

/** Returns whether Deno's permissions forbid the connection. */
function isDenied(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "NotCapable" || /Requires net access/.test(error.message));
}

/** Returns whether the SDK could not parse a response: a page, or half a response. */
function isUnreadable(error: unknown): boolean {
  const { code, status } = describe(error);
  return status !== undefined &&
    ["Error", "RangeError", "SyntaxError", "TypeError", "Unknown"].includes(code);
}

/** Returns the error for a response that AWS would not send. */
export function notAws(reason: string, cause?: unknown): WevError {
  return new WevError(`The response is not from AWS, or it is corrupt: ${reason}`, {
    hint:
      "If there is a proxy or a login page in between, sign in there first. Check AWS_ENDPOINT_URL.",
    kind: "network",
    cause,
  });
}

function isTemporaryKey({ sessionToken }: SourceKeys): boolean {
  return sessionToken !== undefined;
}

/** Returns an error that explains `error`, with a hint. */
export function explainFailure(error: unknown, keys: SourceKeys): WevError {
  if (error instanceof WevError) return error;
  const { code, message, status } = describe(error);
  const key = `the access key …${keys.accessKeyId.slice(-4)} (${keys.source})`;
  const explain = (text: string, hint: string, kind: FailureKind = "auth") =>
    new WevError(text, { hint, kind, cause: error });

  if (isThrottled(error)) {
    return explain(
      "AWS rejects requests because there are too many of them (throttling)",
      "Wait a minute and run the command again.",
      "network",
    );
  }
  if (isClockSkew(error)) {
    return explain(
      `This computer's clock is wrong${drift(message)}: AWS refuses its signatures`,
      "Correct the clock (timedatectl, or the system's settings) and run the command again.",
    );
  }
  if (/Cannot call GetSessionToken with session credentials/i.test(message)) {
    return explain(
      `AWS makes no session from temporary credentials: ${key} is temporary`,
      "Give wev the long-term access key of an IAM user.",
    );
  }
  switch (code) {
    case "InvalidClientTokenId":
    case "UnrecognizedClientException":
    case "InvalidAccessKeyId":
      return explain(
        `AWS does not know ${key}`,
        isTemporaryKey(keys)
          ? `It may have been revoked, or belong to another partition (China, GovCloud). ${keys.remedy}`
          : "It was deleted or deactivated, or belongs to another partition (China, GovCloud). Create a " +
            `new one in the IAM console. ${keys.remedy}`,
      );
    case "SignatureDoesNotMatch":
      // With other messages the request is at fault, not the key.
      if (!/signature we calculated/i.test(message)) break;
      return explain(
        `The secret access key does not belong to ${key}`,
        `Copy it again. ${keys.remedy}`,
      );
    case "ExpiredToken":
    case "ExpiredTokenException":
      return explain(
        `The credentials of ${keys.source} have expired`,
        `Get new ones, or use the long-term access key of an IAM user. ${keys.remedy}`,
      );
    case "RegionDisabledException":
      return explain(
        `AWS STS is switched off in the region ${keys.region ?? "(none)"} of this account`,
        "Set AWS_REGION to another region, or switch it on under Account settings in the IAM console.",
      );
    case "AccessDenied":
    case "AccessDeniedException":
      return explain(
        `AWS refused: ${quote(error)}`,
        "If a policy denies everything without MFA, exempt sts:GetSessionToken and sts:GetCallerIdentity.",
      );
    case "ValidationError":
      return explain(`AWS refused the request: ${quote(error)}`, "Check duration and mfa_device.");
  }
  if (isUnreadable(error)) return notAws(`HTTP status ${status}`, error);
  if (status !== undefined && status >= 500) {
    return explain(
      `AWS could not respond: HTTP status ${status} (${failureCode(error)})`,
      "Run the command again in a while.",
      "network",
    );
  }
  if (status !== undefined) {
    return explain(
      `AWS refused: ${quote(error)} (${failureCode(error)})`,
      "Check AWS_REGION and AWS_ENDPOINT_URL.",
    );
  }
  return explainNoAnswer(error);
}

/** The target of a request. */
export interface Target {
  /** The host, for messages. */
  readonly host: string;
  /** The region, if one is named. */
  readonly region: NamedRegion | undefined;
}

/** The targets of requests that failed on the way. */
const targets = new WeakMap<WeakKey, Target>();

/** Notes the target of the request that failed with `error`. */
export function noteTarget(error: unknown, target: Target): void {
  if (error instanceof Error) targets.set(error, target);
}

/** Returns an error that explains why there is no response from `server`, a subject for sentences. */
export function explainNoAnswer(error: unknown, server = "AWS"): WevError {
  if (error instanceof WevError) return error;
  const { code, message } = describe(error);
  const { host, region } = targets.get(error as WeakKey) ?? {};
  const explain = (text: string, hint: string, kind: FailureKind = "network") =>
    new WevError(text, { hint, kind, cause: error });
  // A region that does not exist has no hosts.
  const explainWithRegion = (text: string, hint: string) =>
    region === undefined || isKnownRegion(region.name)
      ? explain(text, hint)
      : new WevError(`${text}. wev does not know the region ${region.name}`, {
        suggest: knownRegions(region.name),
        hint: `Check ${region.source}. ${hint}`,
        kind: "network",
        cause: error,
      });

  if (isDenied(error)) {
    const denied = /net access to "([^"]*)"/.exec(message)?.[1] ?? "the endpoint";
    return explain(
      `wev may not connect to ${denied}: it is not in its permission set`,
      "It may connect to AWS and to this computer only. Check AWS_ENDPOINT_URL.",
      "config",
    );
  }
  if (code === "EMSGSIZE") return notAws("it has more than 1 MiB, or too many headers", error);
  if (code === "EPROXY") {
    return explainWithRegion(
      `The proxy rejected the request: ${proxyReason(message)}`,
      "Check HTTPS_PROXY (with a user name and password, if the proxy requires them) and NO_PROXY.",
    );
  }
  if (code === "ECERT") {
    return explain(
      "The certificate of AWS's endpoint can't be verified",
      "If a proxy inspects TLS, set AWS_CA_BUNDLE to a file with its certificate. Check this " +
        "computer's clock.",
    );
  }
  if (code === "ECERTFILE") {
    return explain(
      "A trusted certificate can't be parsed",
      "Check the file that AWS_CA_BUNDLE, ca_bundle, NODE_EXTRA_CA_CERTS or SSL_CERT_FILE names. " +
        "DENO_TLS_CA_STORE=mozilla ignores the system's certificates.",
      "config",
    );
  }
  if (/Invalid URL|scheme/i.test(message)) return noWebServer(error);
  return explainWithRegion(
    `${server} can't be reached: ${networkReason(code, host ?? "the host")}`,
    "Check the network, AWS_REGION, AWS_ENDPOINT_URL and HTTPS_PROXY.",
  );
}

/** Returns the error for an endpoint that is not a URL of a web server. */
export function noWebServer(cause?: unknown): WevError {
  return new WevError("The endpoint for AWS is not a URL of a web server", {
    hint: "Check AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_IAM.",
    cause,
  });
}

/**
 * Returns the difference of the clocks, for a sentence. AWS writes: `Signature expired: A is now earlier than
 * B (C - 15 min.)`, with the request's time A and AWS's time C.
 */
function drift(message: string): string {
  const [, request, , server] =
    /(\d{8}T\d{6}Z) is (?:now earlier|still later) than (\d{8}T\d{6}Z) \((\d{8}T\d{6}Z)/.exec(
      message,
    ) ?? [];
  if (request === undefined || server === undefined) return "";
  const minutes = Math.round((instant(server) - instant(request)) / 60_000);
  return `, by ${Math.abs(minutes)} minutes (it is ${minutes > 0 ? "behind" : "ahead"})`;
}

function instant(basic: string): number {
  return Date.parse(basic.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"));
}

function proxyReason(message: string): string {
  return /auth/i.test(message)
    ? "it requires a user name and password"
    : "it refuses the connection";
}

function networkReason(code: string, host: string): string {
  return {
    ECONNREFUSED: "the connection is refused",
    ENOTFOUND: `can't resolve ${host}`,
    EBADMSG: `${host} does not speak HTTP`,
    ECONNECT: `can't connect to ${host}`,
    ECONNRESET: "the connection broke",
    EHOSTUNREACH: `no route to ${host}`,
    ENETUNREACH: `no route to ${host}`,
    EPROTO: `${host} does not speak TLS`,
    ETIMEDOUT: "no connection in time",
    TimeoutError: "no response in time",
    AbortError: "no response in time",
  }[code] ?? `the request failed (${code})`;
}
