/**
 * The options of `wev-awsmfa`, checked against what STS accepts.
 *
 * @module
 */

import type { OptionReader } from "../../plugin/mod.ts";

/** Options of `wev-awsmfa`. */
export interface AwsMfaOptions {
  /** How long a session lives, in seconds. */
  readonly duration: number;
  /** The serial number of the MFA device, or the ARN of a virtual one; looked up if not set. */
  readonly mfaDevice?: string;
}

/** What the options are, for people. */
export const OPTION_DESCRIPTIONS = {
  duration: "How long a session lives, in seconds, 900 to 129600: 900 where it is not set.",
  min_remaining:
    "Seconds of life that a session must have left, 0 to 129600: else a new one is asked for first.",
  mfa_device: "The MFA device's serial number or ARN: looked up where it is not set.",
} as const;

/** Seconds: the shortest session GetSessionToken gives, and wev-awsmfa's default. */
export const MIN_DURATION = 900;
/** Seconds: the longest session GetSessionToken gives, 36 hours. */
export const MAX_DURATION = 129_600;

const DEVICE_EXAMPLE = "mfa_device: arn:aws:iam::123456789012:mfa/foo";

/**
 * Reads the options.
 *
 * @throws {ConfigError} where one is not what GetSessionToken takes, or the names are too few or many.
 */
export function parseOptions(options: OptionReader, names: readonly string[]): AwsMfaOptions {
  if (names.length < 3 || names.length > 4) {
    throw options.wrongNames(
      "three names (access key ID, secret access key, session token), or four (and the expiration)",
      "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:",
    );
  }
  const duration = options.integer("duration", {
    min: MIN_DURATION,
    max: MAX_DURATION,
    unit: "seconds",
  }) ?? MIN_DURATION;
  const mfaDevice = options.text("mfa_device");
  if (mfaDevice === undefined) return { duration };
  const problem = serialNumberProblem(mfaDevice);
  if (problem !== undefined) throw options.invalid("mfa_device", problem, DEVICE_EXAMPLE);
  return { duration, mfaDevice };
}

/**
 * Reads `min_remaining`.
 *
 * @throws {ConfigError} where it is not a number of seconds that a session can last.
 */
export function parseMinRemaining(options: OptionReader): number | undefined {
  return options.integer("min_remaining", { min: 0, max: MAX_DURATION, unit: "seconds" });
}

/**
 * Returns what is wrong with `serial` as the SerialNumber of GetSessionToken, or `undefined`: 9 to 256
 * characters of `[\w+=/:,.@-]` in the service model, and no FIDO key, which STS can't use.
 */
export function serialNumberProblem(serial: string): string | undefined {
  if (/^arn:[\w-]+:iam::\d*:u2f\//.test(serial)) {
    return "is a FIDO security key, which GetSessionToken can't use: it must be a device that " +
      "shows six digits";
  }
  if (serial.length < 9 || serial.length > 256) {
    return `must have 9 to 256 characters: it has ${serial.length}`;
  }
  if (!/^[A-Za-z0-9_+=/:,.@-]+$/.test(serial)) {
    return "must be a serial number or an ARN: it has characters that neither has";
  }
  if (serial.includes(":") && !/^arn:[\w-]+:iam::\d{12}:(?:sms-)?mfa\/.+$/.test(serial)) {
    return "must be an ARN like arn:aws:iam::123456789012:mfa/foo, with an account of 12 digits " +
      'and ":mfa/", or a serial number without colons';
  }
  return undefined;
}
