/**
 * The settings of a chain's profiles, checked: roles and their limits, the MFA device, the regions. Pure:
 * the files have been read.
 *
 * @module
 */

import type { WevError } from "../../errors.ts";
import { type IntegerForm, integerProblem, type TextForm, textProblem } from "../../value_form.ts";
import {
  CHAINED_ROLE_DURATION,
  deviceExamples,
  EXTERNAL_ID,
  ROLE_ARN,
  ROLE_DURATION,
  ROLE_SESSION_NAME,
  serialNumberProblem,
} from "../limits.ts";
import type { CredentialChain } from "./credential_chain.ts";
import type { BaseCredentials, NamedValue } from "./credentials.ts";
import { errorAt, errorOf, quoted } from "./profile_errors.ts";
import { type Profile, type SharedConfig, textsOf } from "./shared_config.ts";

/** A role to assume. */
export interface RoleHop {
  /** Its ARN. */
  readonly arn: string;
  /** The profile that names it; none if the options do. */
  readonly profile?: string;
  /** The name of its session. */
  readonly sessionName?: string;
  /** The external ID that its trust policy requires. */
  readonly externalId?: string;
  /** The lifetime of its session, in seconds. */
  readonly duration: number;
}

/** A chain with its settings. */
export interface ChainSettings {
  /** The first credentials. */
  readonly base: BaseCredentials;
  /** The roles, in the order in which they are assumed. */
  readonly roles: readonly RoleHop[];
  /** The profiles, the chosen one first. */
  readonly profiles: readonly string[];
  /** The MFA device of the nearest profile that names one. */
  readonly mfaSerial: string | undefined;
  /** The region of the chosen profile. */
  readonly region: string | undefined;
  /** The region of the nearest profile that has one: the region of STS. */
  readonly nearestRegion: string | undefined;
}

/**
 * Returns the settings of the profiles in a chain.
 *
 * @throws {WevError} if one of them is invalid.
 */
export function chainSettings(
  { base, roles, profiles }: CredentialChain,
  config: SharedConfig,
): ChainSettings {
  const settings = (name: string): Profile => {
    const section = config.profiles.get(name);
    return section === undefined ? {} : textsOf(section);
  };
  const nearest = (key: string) =>
    profiles.map((one) => settings(one)[key]).find((value) => Boolean(value));
  const hops = roles.map((name) => roleOf(name, settings(name), config));
  if (base.kind === "provider" && base.webIdentity !== undefined) {
    const { roleArn, sessionName } = base.webIdentity;
    for (
      const [named, form] of [
        [roleArn, ROLE_ARN],
        [sessionName, ROLE_SESSION_NAME],
      ] as const
    ) {
      const problem = named === undefined ? undefined : textProblem(named.value, form);
      if (problem !== undefined) throw invalidValue(named!, problem);
    }
  }
  const named = profiles.find((one) => settings(one).mfa_serial);
  const mfaSerial = nearest("mfa_serial");
  const problem = mfaSerial === undefined ? undefined : serialNumberProblem(mfaSerial);
  if (problem !== undefined) throw invalidDevice(config, named!, mfaSerial!, problem);
  return {
    base,
    roles: hops,
    profiles,
    mfaSerial,
    region: (profiles[0] === undefined ? undefined : settings(profiles[0]).region) || undefined,
    nearestRegion: nearest("region"),
  };
}

function roleOf(name: string, profile: Profile, config: SharedConfig): RoleHop {
  const { role_arn, role_session_name, external_id, duration_seconds } = profile;
  check(config, [name, "role_arn"], role_arn, ROLE_ARN);
  check(config, [name, "role_session_name"], role_session_name, ROLE_SESSION_NAME);
  check(config, [name, "external_id"], external_id, EXTERNAL_ID);
  check(config, [name, "duration_seconds"], duration_seconds, ROLE_DURATION);
  return {
    arn: role_arn!,
    profile: name,
    duration: duration_seconds ? Number(duration_seconds) : CHAINED_ROLE_DURATION,
    ...(role_session_name ? { sessionName: role_session_name } : {}),
    ...(external_id ? { externalId: external_id } : {}),
  };
}

/** A profile and one of its settings. */
type SettingName = readonly [profile: string, setting: string];

function check(
  config: SharedConfig,
  at: SettingName,
  value: string | undefined,
  form: TextForm | IntegerForm,
): void {
  if (!value) return;
  const problem = "min" in form ? integerProblem(value, form) : textProblem(value, form);
  if (problem !== undefined) throw invalid(config, at, problem);
}

function invalid(config: SharedConfig, at: SettingName, problem: string): WevError {
  const [profile, setting] = at;
  return errorOf(config, at, `${setting} of the profile ${quoted(profile)} ${problem}`);
}

function invalidDevice(
  config: SharedConfig,
  profile: string,
  serial: string,
  problem: string,
): WevError {
  const { virtual, hardware } = deviceExamples(serial);
  const reason = `mfa_serial of the profile ${quoted(profile)} ${problem}`;
  return errorOf(config, [profile, "mfa_serial"], reason, {
    hint: `Write, for example, mfa_serial = ${virtual}\n` +
      "  (a virtual device, with the number of your account)\n" +
      `or mfa_serial = ${hardware}\n  (a hardware device, with its serial number)\n` +
      "Without mfa_serial, wev looks the device up.",
  });
}

function invalidValue({ name, location }: NamedValue, problem: string): WevError {
  return errorAt(location, `${name} ${problem}`);
}
