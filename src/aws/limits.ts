/**
 * The limits of STS by its service model, and what is wrong with a value outside of them.
 *
 * @module
 */

import { isAccount, parseArn } from "./arn.ts";

/** Seconds: the shortest session of any kind. */
export const MIN_DURATION = 900;
/** Seconds: the longest session of GetSessionToken, 36 hours. */
export const MAX_DURATION = 129_600;
/** Seconds: the longest session of AssumeRole, 12 hours, if the role allows it. */
export const MAX_ROLE_DURATION = 43_200;
/**
 * Seconds: the longest session of a role that is assumed with a session of any kind, which AWS calls
 * role chaining; and the default of AssumeRole.
 */
export const CHAINED_ROLE_DURATION = 3_600;

/**
 * Returns what is wrong with `serial` as the SerialNumber of GetSessionToken, or `undefined`: 9 to 256
 * characters of `[\w+=/:,.@-]` in the service model, and no FIDO key, which STS can't use.
 */
export function serialNumberProblem(serial: string): string | undefined {
  if (isFido(serial)) {
    return "is a FIDO security key, which GetSessionToken can't use: it must be a device that " +
      "shows six digits";
  }
  if (serial.length < 9 || serial.length > 256) {
    return `must have 9 to 256 characters: it has ${serial.length}`;
  }
  if (!/^[A-Za-z0-9_+=/:,.@-]+$/.test(serial)) {
    return "must be a serial number or an ARN: it has characters that neither has";
  }
  if (serial.includes(":") && !isOfIam(serial, /^(?:sms-)?mfa\/.+$/)) {
    return "must be an ARN like arn:aws:iam::123456789012:mfa/foo, with an account of 12 digits " +
      'and ":mfa/", or a serial number without colons';
  }
  if (!serial.includes(":") && /[/@]/.test(serial)) {
    return 'must be a whole ARN, which begins with "arn:", or a serial number, which has no / or @';
  }
  return undefined;
}

/**
 * Returns examples of devices for a hint, made of the account and the name in `serial`, which may be right.
 * `account` is the user's, if it is known.
 */
export function deviceExamples(
  serial: string,
  account = "123456789012",
): { readonly virtual: string; readonly hardware: string } {
  const arn = parseArn(serial);
  const isComplete = arn !== undefined && /^aws[a-z-]*$/.test(arn.partition) &&
    isAccount(arn.account);
  const [partition, itsAccount] = isComplete ? [arn.partition, arn.account] : ["aws", account];
  const name = isFido(serial) ? undefined : /(?:^|[:/])([\w+=,.@-]{1,64})$/.exec(serial)?.[1];
  return {
    virtual: `arn:${partition}:iam::${itsAccount}:mfa/${name ?? "foo"}`,
    hardware: "GAHT12345678",
  };
}

/** Returns whether a device is a FIDO security key: it has a `u2f` ARN, and STS can't use it. */
export function isFido(serial: string): boolean {
  const { service, resource } = parseArn(serial) ?? {};
  return service === "iam" && resource?.startsWith("u2f/") === true;
}

/** Returns whether `text` is the ARN of something in IAM whose resource matches `pattern`. */
function isOfIam(text: string, pattern: RegExp): boolean {
  const { service, region, account = "", resource = "" } = parseArn(text) ?? {};
  return service === "iam" && region === "" && isAccount(account) && pattern.test(resource);
}

/** Returns what is wrong with `arn` as the RoleArn of AssumeRole, or `undefined`. */
export function roleArnProblem(arn: string): string | undefined {
  if (arn.length < 20 || arn.length > 2048) {
    return `must have 20 to 2048 characters: it has ${arn.length}`;
  }
  if (!isOfIam(arn, /^role\/[\x21-\x7e]+$/)) {
    return "must be an ARN like arn:aws:iam::123456789012:role/admin, with an account of 12 digits " +
      'and ":role/"';
  }
  return undefined;
}

/** Returns what is wrong with `name` as the RoleSessionName of AssumeRole, or `undefined`. */
export function sessionNameProblem(name: string): string | undefined {
  return textProblem(name, 2, 64, /^[\w+=,.@-]*$/, "letters, digits and _+=,.@-");
}

/** Returns what is wrong with `id` as the ExternalId of AssumeRole, or `undefined`. */
export function externalIdProblem(id: string): string | undefined {
  return textProblem(id, 2, 1224, /^[\w+=,.@:/-]*$/, "letters, digits and _+=,.@:/-");
}

function textProblem(
  text: string,
  min: number,
  max: number,
  pattern: RegExp,
  allowed: string,
): string | undefined {
  if (text.length < min || text.length > max) {
    return `must have ${min} to ${max} characters: it has ${text.length}`;
  }
  return pattern.test(text) ? undefined : `must be of ${allowed} only`;
}

/** Returns what is wrong with `account` as the number of an account, or `undefined`. */
export function accountProblem(account: string): string | undefined {
  return isAccount(account) ? undefined : "must be the 12 digits of an account's number";
}
