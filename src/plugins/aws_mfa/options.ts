/**
 * The options of `wev-awsmfa`, checked against what STS accepts.
 *
 * @module
 */

import { escapeControls } from "../../errors.ts";
import type { OptionReader } from "../../plugin/mod.ts";
import {
  accountProblem,
  deviceExamples,
  externalIdProblem,
  MAX_DURATION,
  MAX_ROLE_DURATION,
  MIN_DURATION,
  roleArnProblem,
  serialNumberProblem,
  sessionNameProblem,
} from "../../aws/limits.ts";

export { MAX_DURATION, MIN_DURATION, serialNumberProblem } from "../../aws/limits.ts";

/** Options of `wev-awsmfa`. */
export interface AwsMfaOptions {
  /** How long an MFA session lives, in seconds; {@linkcode MIN_DURATION} where it is not set. */
  readonly duration?: number;
  /** The serial number of the MFA device, or the ARN of a virtual one; looked up if not set. */
  readonly mfaDevice?: string;
  /** The profile that is used, as `--profile` of the AWS CLI: the environment's keys are not. */
  readonly profile?: string;
  /** The region, before that of the environment and of the profile. */
  readonly region?: string;
  /** A role that is assumed, after those of the profile. */
  readonly role?: RoleOptions;
  /** Which account the credentials must be of. */
  readonly account?: string;
  /** The program that prints codes, and its arguments. */
  readonly tokenCommand?: readonly string[];
}

/** The options about the last role, each before what the profile says. */
export interface RoleOptions {
  /** Its ARN; the profile's last role where it is not set. */
  readonly arn?: string;
  /** What the role's session is called. */
  readonly sessionName?: string;
  /** How long the role's session lives, in seconds. */
  readonly duration?: number;
  /** What the role's trust policy asks for. */
  readonly externalId?: string;
}

/** What the options are, for people. */
export const OPTION_DESCRIPTIONS = {
  duration: "How long an MFA session lives, in seconds, 900 to 129600: 900 where it is not set.",
  mfa_device: "The MFA device's serial number or ARN: the profile's, else looked up.",
  profile: "The profile of ~/.aws that is used: without it the environment's keys are used first.",
  region: "The region, before that of the environment and of the profile.",
  role_arn: "A role that is assumed, after those of the profile.",
  role_session_name: "What the role's session is called: named for the user where it is not set.",
  role_duration: "How long the role's session lives, in seconds, 900 to 43200: 3600 by default.",
  external_id: "What the role's trust policy asks for.",
  account: "The account that the credentials must be of, 12 digits.",
  min_remaining:
    "Seconds of life that a session must have left, 0 to 129600: else a new one is asked for first.",
  token_command: "A program that prints a code, with its arguments, instead of a question.",
} as const;

/** What the options are called elsewhere: in `~/.aws/config`, by AWS's services, by similar tools. */
export const SYNONYMS: Readonly<Record<string, keyof typeof OPTION_DESCRIPTIONS>> = {
  mfa_serial: "mfa_device",
  serial: "mfa_device",
  serial_number: "mfa_device",
  mfa: "mfa_device",
  mfa_arn: "mfa_device",
  ttl: "duration",
  session_ttl: "duration",
  session_duration: "duration",
  duration_seconds: "duration",
  lifetime: "duration",
  expiry: "duration",
  expires_in: "duration",
  timeout: "duration",
  source_profile: "profile",
  aws_profile: "profile",
  profile_name: "profile",
  aws_region: "region",
  default_region: "region",
  sts_region: "region",
  role: "role_arn",
  assume_role: "role_arn",
  assume_role_arn: "role_arn",
  session_name: "role_session_name",
  role_name: "role_arn",
  assume_role_ttl: "role_duration",
  role_ttl: "role_duration",
  role_session_duration: "role_duration",
  role_duration_seconds: "role_duration",
  account_id: "account",
  aws_account: "account",
  min_ttl: "min_remaining",
  remaining: "min_remaining",
  mfa_process: "token_command",
  code_command: "token_command",
  mfa_command: "token_command",
  otp_command: "token_command",
  token_process: "token_command",
};

const COMMAND_EXAMPLE = "token_command: [ykman, oath, accounts, code, --single, aws]";

/**
 * Reads the options.
 *
 * @throws {ConfigError} where one is not what STS takes, or the names are too few or many.
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
    example: 43_200,
  });
  const role = parseRole(options);
  return {
    ...given("duration", duration),
    ...given("mfaDevice", parseDevice(options)),
    ...given("profile", checked(options, "profile", nameProblem, "profile: work")),
    ...given("region", checked(options, "region", regionProblem, "region: eu-west-1")),
    ...given("role", Object.keys(role).length === 0 ? undefined : role),
    ...given("account", checked(options, "account", accountProblem, 'account: "123456789012"')),
    ...given("tokenCommand", parseTokenCommand(options)),
  };
}

/**
 * Reads `min_remaining`.
 *
 * @throws {ConfigError} where it is not a number of seconds that a session can last.
 */
export function parseMinRemaining(options: OptionReader): number | undefined {
  const range = { min: 0, max: MAX_DURATION, unit: "seconds", example: 3600 };
  return options.integer("min_remaining", range);
}

function parseDevice(options: OptionReader): string | undefined {
  const device = options.text("mfa_device");
  const problem = device === undefined ? undefined : serialNumberProblem(device);
  if (device === undefined || problem === undefined) return device;
  // With a role it is the role's account.
  const account = options.text("role_arn") === undefined ? options.text("account") : undefined;
  const isAccount = account !== undefined && accountProblem(account) === undefined;
  const { virtual, hardware } = deviceExamples(device, isAccount ? account : undefined);
  throw options.invalid(
    "mfa_device",
    problem,
    `mfa_device: ${virtual}\n  (a virtual device, with the number of your account)\n` +
      `or mfa_device: ${hardware}\n  (a hardware device, with its serial number)\n` +
      "Without mfa_device, wev looks the device up.",
  );
}

function parseRole(options: OptionReader): RoleOptions {
  const arn = "role_arn: arn:aws:iam::123456789012:role/admin";
  return {
    ...given("arn", checked(options, "role_arn", roleArnProblem, arn)),
    ...given(
      "sessionName",
      checked(options, "role_session_name", sessionNameProblem, "role_session_name: ann"),
    ),
    ...given(
      "duration",
      options.integer("role_duration", {
        min: MIN_DURATION,
        max: MAX_ROLE_DURATION,
        unit: "seconds",
        example: 3600,
      }),
    ),
    ...given(
      "externalId",
      checked(options, "external_id", externalIdProblem, "external_id: something"),
    ),
  };
}

function parseTokenCommand(options: OptionReader): readonly string[] | undefined {
  const words = options.list("token_command", COMMAND_EXAMPLE);
  if (words === undefined) return undefined;
  options.onlyOfHome("token_command", "it runs a program, and another file may be somebody else's");
  const [program = ""] = words;
  if (program === "" || words.some((word) => word.includes("\0"))) {
    throw options.invalid(
      "token_command",
      "must be a program and its arguments, each without NUL characters",
      COMMAND_EXAMPLE,
    );
  }
  if (/[/\\]/.test(program) && !/^(?:\/|[A-Za-z]:[/\\]|\\\\)/.test(program)) {
    throw options.invalid(
      "token_command",
      "must begin with a name or an absolute path: a relative path is another program in each " +
        `directory, and this one is "${escapeControls(program)}"`,
      "token_command: [/usr/local/bin/code]",
    );
  }
  return words;
}

function checked(
  options: OptionReader,
  name: string,
  problemOf: (text: string) => string | undefined,
  example: string,
): string | undefined {
  const text = options.text(name, example);
  const problem = text === undefined ? undefined : problemOf(text);
  if (problem !== undefined) throw options.invalid(name, problem, example);
  return text;
}

function nameProblem(name: string): string | undefined {
  return /^[^\p{Cc}\]]+$/u.test(name) ? undefined : "must be the name of a profile";
}

function regionProblem(region: string): string | undefined {
  return /^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(region) ? undefined : "must be the name of a region";
}

/** Returns an object with the value, or without the name where there is none. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}
