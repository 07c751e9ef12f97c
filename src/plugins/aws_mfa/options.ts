/**
 * The options of `wev-awsmfa`.
 *
 * @module
 */

import {
  ACCOUNT,
  deviceExamples,
  EXTERNAL_ID,
  MFA_DURATION,
  PROFILE_NAME,
  REGION,
  ROLE_ARN,
  ROLE_DURATION,
  ROLE_SESSION_NAME,
  serialNumberProblem,
} from "../../aws/limits.ts";
import { escapeControls } from "../../errors.ts";
import type { OptionProblem, OptionTable, OptionValues } from "../../plugin/mod.ts";

/** The options. */
export const OPTIONS = {
  duration: {
    description: "Lifetime of the MFA session",
    form: { integer: MFA_DURATION },
    otherwise: "900",
    example: "43200",
    effect: "none",
    otherNames: [
      "ttl",
      "session_ttl",
      "session_duration",
      "duration_seconds",
      "lifetime",
      "expiry",
      "expires_in",
      "timeout",
    ],
  },
  mfa_device: {
    description: "MFA device of the user",
    form: { text: { what: "a serial number or an ARN" } },
    otherwise: "the profile's `mfa_serial`, else wev looks the device up",
    effect: "none",
    otherNames: ["mfa_serial", "serial", "serial_number", "mfa", "mfa_arn"],
  },
  profile: {
    description:
      "Profile to use. wev then ignores the environment's keys, as the AWS CLI does with " +
      "`--profile`",
    form: { text: PROFILE_NAME },
    otherwise: "the environment's keys, else the profile that `AWS_PROFILE` or " +
      "`AWS_DEFAULT_PROFILE` names, else `default`",
    example: "work",
    effect: "none",
    guard: "identity",
    otherNames: ["source_profile", "aws_profile", "profile_name"],
  },
  region: {
    description: "Region of STS. The command gets it too, if it has no region",
    form: { text: REGION },
    otherwise: "that of the environment, else the profile's",
    example: "eu-west-1",
    effect: "none",
    otherNames: ["aws_region", "default_region", "sts_region"],
  },
  role_arn: {
    description: "Role to assume, after the profile's roles",
    form: { text: ROLE_ARN },
    otherwise: "the profile's roles alone",
    example: "arn:aws:iam::123456789012:role/admin",
    effect: "none",
    otherNames: ["role", "assume_role", "assume_role_arn", "role_name"],
  },
  role_session_name: {
    description: "Name of the last role's session",
    form: { text: ROLE_SESSION_NAME },
    otherwise: "the profile's `role_session_name`, else the user's name",
    example: "ann",
    effect: "none",
    otherNames: ["session_name"],
  },
  role_duration: {
    description: "Lifetime of the last role's session",
    form: { integer: ROLE_DURATION },
    otherwise: "the profile's `duration_seconds`, else 3600",
    example: "3600",
    effect: "none",
    otherNames: ["assume_role_ttl", "role_ttl", "role_session_duration", "role_duration_seconds"],
  },
  external_id: {
    description: "External ID that the last role's trust policy requires",
    form: { text: EXTERNAL_ID },
    otherwise: "the profile's `external_id`",
    example: "something",
    effect: "none",
  },
  account: {
    description:
      "Account that the credentials must belong to. wev refuses those of another, cached ones " +
      "too",
    form: { text: ACCOUNT },
    otherwise: "any account",
    example: '"123456789012"',
    effect: "none",
    guard: "identity",
    identityHas: ":{}:",
    otherNames: ["account_id", "aws_account"],
  },
  min_remaining: {
    description:
      "Minimum remaining lifetime. If a session has less left, wev requests a new one first",
    form: { integer: { ...MFA_DURATION, min: 0 } },
    otherwise: "none",
    example: "3600",
    effect: "none",
    guard: "minimum",
    minRemaining: true,
    otherNames: ["min_ttl", "remaining"],
  },
  token_command: {
    description: "Program that prints a code, and its arguments",
    form: "list",
    otherwise: "wev asks you for the code",
    example: "[ykman, oath, accounts, code, --single, aws]",
    effect: "run",
    guard: "same",
    ofHome: "it runs a program, and another file may be somebody else's",
    otherNames: ["mfa_process", "code_command", "mfa_command", "otp_command", "token_process"],
  },
} as const satisfies OptionTable;

/** The options of one variable. */
export type AwsMfaOptions = OptionValues<typeof OPTIONS>;

/** Returns the problem with the names, or with an option beyond the checks of its form. */
export function checkOptions(
  options: AwsMfaOptions,
  names: readonly string[],
): OptionProblem | undefined {
  if (names.length < 3 || names.length > 4) {
    return {
      problem: "sets three names (access key ID, secret access key, session token), or four " +
        "(and the expiration)",
      example: "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:",
    };
  }
  return deviceProblem(options) ?? commandProblem(options);
}

function deviceProblem(
  { mfa_device, role_arn, account }: AwsMfaOptions,
): OptionProblem | undefined {
  const problem = mfa_device === undefined ? undefined : serialNumberProblem(mfa_device);
  if (mfa_device === undefined || problem === undefined) return undefined;
  // With a role, `account` is the role's account.
  const owner = role_arn === undefined ? account : undefined;
  const { virtual, hardware } = deviceExamples(mfa_device, owner);
  return {
    option: "mfa_device",
    problem,
    example: `mfa_device: ${virtual}\n  (a virtual device, with the number of your account)\n` +
      `or mfa_device: ${hardware}\n  (a hardware device, with its serial number)\n` +
      "Without mfa_device, wev looks the device up.",
  };
}

function commandProblem({ token_command }: AwsMfaOptions): OptionProblem | undefined {
  if (token_command === undefined) return undefined;
  const option = "token_command";
  const [program = ""] = token_command;
  if (program === "" || token_command.some((word) => word.includes("\0"))) {
    const problem = "must be a program and its arguments, each without NUL characters";
    return { option, problem };
  }
  if (/[/\\]/.test(program) && !/^(?:\/|[A-Za-z]:[/\\]|\\\\)/.test(program)) {
    return {
      option,
      problem: "must begin with a name or an absolute path: the relative path " +
        `"${escapeControls(program)}" is another program in each directory`,
      example: "token_command: [/usr/local/bin/code]",
    };
  }
  return undefined;
}
