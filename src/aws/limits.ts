/**
 * The limits of STS, by its service model.
 *
 * @module
 */

import { type IntegerForm, type TextForm, textProblem } from "../value_form.ts";
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

/** DurationSeconds of GetSessionToken. */
export const MFA_DURATION = {
  min: MIN_DURATION,
  max: MAX_DURATION,
  unit: "seconds",
} as const satisfies IntegerForm;
/** DurationSeconds of AssumeRole. */
export const ROLE_DURATION = {
  min: MIN_DURATION,
  max: MAX_ROLE_DURATION,
  unit: "seconds",
} as const satisfies IntegerForm;
/** RoleArn of AssumeRole. */
export const ROLE_ARN = {
  length: [20, 2048],
  pattern: "arn:[\\w-]+:iam::\\d{12}:role/[\\x21-\\x7e]+",
  what: "an ARN like arn:aws:iam::123456789012:role/admin, with an account of 12 digits and " +
    '":role/"',
} as const satisfies TextForm;
/** RoleSessionName of AssumeRole. */
export const ROLE_SESSION_NAME = {
  length: [2, 64],
  pattern: "[\\w+=,.@-]*",
  what: "letters, digits and _+=,.@- only",
} as const satisfies TextForm;
/** ExternalId of AssumeRole. */
export const EXTERNAL_ID = {
  length: [2, 1224],
  pattern: "[\\w+=,.@:/-]*",
  what: "letters, digits and _+=,.@:/- only",
} as const satisfies TextForm;
/** The number of an account. */
export const ACCOUNT = {
  pattern: "\\d{12}",
  what: "the 12 digits of an account's number",
} as const satisfies TextForm;
/** The name of a profile, as a section of `~/.aws/config` can have it. */
export const PROFILE_NAME = {
  pattern: "[^\\p{Cc}\\]]+",
  what: "the name of a profile",
} as const satisfies TextForm;
/** The name of a region. */
export const REGION = {
  pattern: "[a-z]{2,}(?:-[a-z]+)+-\\d+",
  what: "the name of a region",
} as const satisfies TextForm;

/** SerialNumber of GetSessionToken and AssumeRole. */
export const SERIAL_NUMBER = {
  length: [9, 256],
  pattern: "[\\w+=/:,.@-]+",
  what: "a serial number or an ARN: it has characters that neither has",
} as const satisfies TextForm;

/**
 * Returns the problem with `serial` as the SerialNumber of GetSessionToken, or `undefined`. It must have the
 * form in the service model, and STS can't use FIDO keys.
 */
export function serialNumberProblem(serial: string): string | undefined {
  if (isFido(serial)) {
    return "is a FIDO security key, which GetSessionToken can't use: it must be a device that " +
      "shows six digits";
  }
  const problem = textProblem(serial, SERIAL_NUMBER);
  if (problem !== undefined) return problem;
  if (serial.includes(":") && !isDevice(serial)) {
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

/** Returns whether a device is a virtual one, or a phone: it has an `mfa` or `sms-mfa` ARN. */
function isDevice(serial: string): boolean {
  const { service, region, account = "", resource = "" } = parseArn(serial) ?? {};
  return service === "iam" && region === "" && isAccount(account) &&
    /^(?:sms-)?mfa\/.+$/.test(resource);
}
