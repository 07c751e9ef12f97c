/**
 * What a profile means beyond whose keys it has: the roles that are assumed one from the other, their
 * limits, the MFA device and the regions. Pure: the files have been read.
 *
 * @module
 */

import { type SharedConfig, textsOf } from "../../aws/shared_config.ts";
import { type Base, type Fact, problemAt, quoted, type Whose } from "../../aws/whose.ts";
import { ConfigError, WevError } from "../../errors.ts";
import { type IntegerForm, integerProblem, type TextForm, textProblem } from "../../value_form.ts";
import {
  CHAINED_ROLE_DURATION,
  deviceExamples,
  EXTERNAL_ID,
  ROLE_ARN,
  ROLE_DURATION,
  ROLE_SESSION_NAME,
  serialNumberProblem,
} from "./limits.ts";

/** What a profile says, by name. */
export type Profile = Readonly<Record<string, string | undefined>>;

/** Profiles by name. */
export type Profiles = ReadonlyMap<string, Profile>;

/** A role that is assumed. */
export interface RoleHop {
  /** Its ARN. */
  readonly arn: string;
  /** The profile that names it; none where the options do. */
  readonly profile?: string;
  /** What its session is called. */
  readonly sessionName?: string;
  /** What its trust policy asks for. */
  readonly externalId?: string;
  /** How long its session lives, in seconds. */
  readonly duration: number;
}

/** What a profile means. */
export interface ProfileChain {
  /** The keys it begins with. */
  readonly base: Base;
  /** The roles, in the order in which they are assumed. */
  readonly roles: readonly RoleHop[];
  /** The profiles, the chosen one first. */
  readonly profiles: readonly string[];
  /** The MFA device: the nearest that one of the profiles names. */
  readonly mfaSerial: string | undefined;
  /** The region of the chosen profile. */
  readonly region: string | undefined;
  /** The region of the nearest profile that has one: where STS is asked. */
  readonly nearestRegion: string | undefined;
}

/**
 * Returns what the profiles mean that were followed.
 *
 * @throws {WevError} if one of their settings makes no sense.
 */
export function profileChain(
  { base, roles, profiles }: Whose,
  config: SharedConfig,
): ProfileChain {
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
      const [fact, form] of [
        [roleArn, ROLE_ARN],
        [sessionName, ROLE_SESSION_NAME],
      ] as const
    ) {
      const problem = fact === undefined ? undefined : textProblem(fact.value, form);
      if (problem !== undefined) throw wrongFact(fact!, problem);
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
type At = readonly [profile: string, setting: string];

function check(
  config: SharedConfig,
  at: At,
  value: string | undefined,
  form: TextForm | IntegerForm,
): void {
  if (!value) return;
  const problem = "min" in form ? integerProblem(value, form) : textProblem(value, form);
  if (problem !== undefined) throw invalid(config, at, problem);
}

function invalid(config: SharedConfig, at: At, problem: string): WevError {
  const [profile, setting] = at;
  return problemAt(config, at, `${setting} of the profile ${quoted(profile)} ${problem}`);
}

function invalidDevice(
  config: SharedConfig,
  profile: string,
  serial: string,
  problem: string,
): WevError {
  const { virtual, hardware } = deviceExamples(serial);
  const reason = `mfa_serial of the profile ${quoted(profile)} ${problem}`;
  return problemAt(config, [profile, "mfa_serial"], reason, {
    hint: `Write, for example, mfa_serial = ${virtual}\n` +
      "  (a virtual device, with the number of your account)\n" +
      `or mfa_serial = ${hardware}\n  (a hardware device, with its serial number)\n` +
      "Without mfa_serial, wev looks the device up.",
  });
}

function wrongFact({ name, location }: Fact, problem: string): WevError {
  const reason = `${name} ${problem}`;
  return location === undefined ? new WevError(reason) : new ConfigError(location, reason);
}
