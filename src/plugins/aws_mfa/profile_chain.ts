/**
 * What a profile means, as the AWS CLI understands it: whose keys it begins with, and which roles are
 * assumed one from the other. Pure: the files have been read.
 *
 * @module
 */

import { placeOf, type Sections, settingOf } from "../../aws/shared_config.ts";
import { ConfigError, escapeControls, WevError, type WevErrorOptions } from "../../errors.ts";
import {
  CHAINED_ROLE_DURATION,
  externalIdProblem,
  MAX_ROLE_DURATION,
  MIN_DURATION,
  roleArnProblem,
  serialNumberProblem,
  sessionNameProblem,
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

/** Long-term or temporary keys that stand somewhere. */
export interface StaticBase {
  /** Tells it from the other kind. */
  readonly kind: "keys";
  /** Where they stand, for messages: `the profile "foo"`. */
  readonly source: string;
  /** Where the session token stands, for messages. */
  readonly tokenSource: string;
  /** The access key ID. */
  readonly accessKeyId: string;
  /** The secret. */
  readonly secretAccessKey: string;
  /** The session token of temporary keys. */
  readonly sessionToken: string | undefined;
}

/** Keys that somebody else gives: a program, IAM Identity Center, the machine. */
export interface ProvidedBase {
  /** Tells it from the other kind. */
  readonly kind: "provider";
  /** Where they come from, for messages: `credential_process of the profile "foo"`. */
  readonly source: string;
  /** The profile that says so. */
  readonly profile: string;
  /** Which of its settings says so. */
  readonly setting: ProviderSetting;
}

/** A setting that says who gives the keys. */
export type ProviderSetting =
  | "credential_process"
  | "credential_source"
  | "login_session"
  | "sso_session"
  | "web_identity_token_file";

/** What a profile means. */
export interface ProfileChain {
  /** The keys it begins with. */
  readonly base: StaticBase | ProvidedBase;
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

/** Nothing is known of where profiles stand. */
const NOWHERE: Sections = new Map();

/**
 * Returns what the profile `name` means. `sections` has the places of the profiles, for messages.
 *
 * @throws {WevError} where it, or one that it leads to, is missing or makes no sense.
 */
export function profileChain(
  name: string,
  profiles: Profiles,
  sections: Sections = NOWHERE,
): ProfileChain {
  const visited: string[] = [];
  const roles: RoleHop[] = [];
  let current = name;
  while (true) {
    const profile = profiles.get(current);
    if (profile === undefined) {
      const from = visited.at(-1)!;
      throw failure(
        sections,
        [from, "source_profile"],
        `The profile "${from}" has source_profile "${current}", which there is not`,
        {
          suggest: { word: current, known: [...profiles.keys()] },
          hint: "Check the name, or make the profile: aws configure --profile " +
            quotedName(current),
        },
      );
    }
    visited.push(current);
    refuseContinued(current, sections);
    const found = { visited, roles, profiles, sections };
    // As in the AWS CLI, keys of its own win over a role only where a profile is somebody's source.
    if (!profile.role_arn || (visited.length > 1 && hasKeys(profile))) {
      return finished(baseOf(current, profile, sections), found);
    }
    if (profile.web_identity_token_file) {
      const base = provided(current, "web_identity_token_file");
      return finished(base, found);
    }
    roles.unshift(roleOf(current, profile, sections));
    const next = sourceOf(current, profile, sections);
    if (next === undefined) {
      const base = provided(current, "credential_source");
      return finished(base, found);
    }
    if (next === current && hasKeys(profile)) {
      return finished(staticBase(current, profile, sections), found);
    }
    if (visited.includes(next)) {
      throw failure(
        sections,
        [current, "source_profile"],
        `The profiles go in a circle: ${[...visited, next].map((one) => `"${one}"`).join(" → ")}`,
        { hint: "Let one source_profile name a profile that has an access key." },
      );
    }
    current = next;
  }
}

/** What has been found on the way to the base. */
interface Found {
  readonly visited: readonly string[];
  readonly roles: readonly RoleHop[];
  readonly profiles: Profiles;
  readonly sections: Sections;
}

function finished(
  base: StaticBase | ProvidedBase,
  { visited, roles, profiles, sections }: Found,
): ProfileChain {
  const nearest = (key: string) =>
    visited.map((one) => profiles.get(one)?.[key]).find((value) => Boolean(value));
  const named = visited.find((one) => profiles.get(one)?.mfa_serial);
  const mfaSerial = nearest("mfa_serial");
  const problem = mfaSerial === undefined ? undefined : serialNumberProblem(mfaSerial);
  if (problem !== undefined) throw invalid(sections, [named!, "mfa_serial"], problem);
  return {
    base,
    roles,
    profiles: visited,
    mfaSerial,
    region: profiles.get(visited[0]!)?.region || undefined,
    nearestRegion: nearest("region"),
  };
}

function roleOf(name: string, profile: Profile, sections: Sections): RoleHop {
  const { role_arn, role_session_name, external_id, duration_seconds } = profile;
  check(sections, [name, "role_arn"], role_arn, roleArnProblem);
  check(sections, [name, "role_session_name"], role_session_name, sessionNameProblem);
  check(sections, [name, "external_id"], external_id, externalIdProblem);
  check(sections, [name, "duration_seconds"], duration_seconds, durationProblem);
  return {
    arn: role_arn!,
    profile: name,
    duration: duration_seconds ? Number(duration_seconds) : CHAINED_ROLE_DURATION,
    ...(role_session_name ? { sessionName: role_session_name } : {}),
    ...(external_id ? { externalId: external_id } : {}),
  };
}

/** Returns the name of the profile that `profile` assumes its role from; none for the machine's keys. */
function sourceOf(name: string, profile: Profile, sections: Sections): string | undefined {
  const { source_profile, credential_source } = profile;
  if (source_profile && credential_source) {
    throw failure(
      sections,
      [name, "credential_source"],
      `The profile "${name}" has both source_profile and credential_source`,
      { hint: "Remove one of them." },
    );
  }
  if (source_profile) return source_profile;
  if (credential_source) return undefined;
  throw failure(
    sections,
    [name, "role_arn"],
    `The profile "${name}" has role_arn, but no source_profile to assume the role from`,
    { hint: `Add source_profile = default, or the profile that has an access key.` },
  );
}

function hasKeys(profile: Profile): boolean {
  return Boolean(profile.aws_access_key_id && profile.aws_secret_access_key);
}

/** The order is that of the AWS CLI: SSO, keys, a program. */
function baseOf(name: string, profile: Profile, sections: Sections): StaticBase | ProvidedBase {
  if (profile.sso_session || profile.sso_start_url) return provided(name, "sso_session");
  const hasAnyKey = profile.aws_access_key_id || profile.aws_secret_access_key;
  if (!hasAnyKey && profile.credential_process) return provided(name, "credential_process");
  if (!hasAnyKey && profile.login_session) return provided(name, "login_session");
  return staticBase(name, profile, sections);
}

function provided(profile: string, setting: ProviderSetting): ProvidedBase {
  return { kind: "provider", source: `${setting} of the profile "${profile}"`, profile, setting };
}

function staticBase(name: string, profile: Profile, sections: Sections): StaticBase {
  const { aws_access_key_id, aws_secret_access_key, aws_session_token } = profile;
  if (!aws_access_key_id || !aws_secret_access_key) {
    throw failure(
      sections,
      [name, aws_access_key_id ? "aws_access_key_id" : "aws_secret_access_key"],
      `The profile "${name}" has no ${
        aws_access_key_id ? "aws_secret_access_key" : "aws_access_key_id"
      }`,
      { hint: `Run: aws configure${name === "default" ? "" : ` --profile ${quotedName(name)}`}` },
    );
  }
  const source = `the profile "${name}"`;
  return {
    kind: "keys",
    source,
    tokenSource: source,
    accessKeyId: aws_access_key_id,
    secretAccessKey: aws_secret_access_key,
    sessionToken: aws_session_token || undefined,
  };
}

/** Returns the name of a profile as a shell and the configuration file want it. */
export function quotedName(profile: string): string {
  const name = escapeControls(profile);
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** A profile and one of its settings. */
type At = readonly [profile: string, setting: string];

/** Returns an error at the place of a setting, or of its profile, as far as that is known. */
function failure(
  sections: Sections,
  [profile, setting]: At,
  reason: string,
  options: WevErrorOptions,
): WevError {
  const place = placeOf(sections, profile, setting) ?? placeOf(sections, profile);
  return place === undefined
    ? new WevError(reason, options)
    : new ConfigError(place, reason, options);
}

function check(
  sections: Sections,
  at: At,
  value: string | undefined,
  problemOf: (text: string) => string | undefined,
): void {
  const problem = value ? problemOf(value) : undefined;
  if (problem !== undefined) throw invalid(sections, at, problem);
}

function invalid(sections: Sections, at: At, problem: string): WevError {
  const [profile, setting] = at;
  const isPlaced = placeOf(sections, profile, setting) !== undefined;
  return failure(sections, at, `${setting} of the profile "${profile}" ${problem}`, {
    ...(isPlaced ? {} : { hint: "Change it in ~/.aws/config." }),
  });
}

/** The settings that must be on one line. */
const SINGLE_LINE = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "credential_source",
  "duration_seconds",
  "external_id",
  "login_session",
  "mfa_serial",
  "region",
  "role_arn",
  "role_session_name",
  "source_profile",
  "sso_account_id",
  "sso_region",
  "sso_role_name",
  "sso_session",
  "sso_start_url",
  "web_identity_token_file",
];

/**
 * Refuses a profile in which one of `names` has a value of several lines: an indented line belongs to the
 * setting above it, and what it was meant to set is not set.
 *
 * @throws {ConfigError} at that line.
 */
export function refuseContinued(
  profile: string,
  sections: Sections,
  names: readonly string[] = SINGLE_LINE,
): void {
  for (const name of names) {
    const place = settingOf(sections.get(profile), name)?.continuation;
    if (place === undefined) continue;
    throw new ConfigError(
      place,
      `this line belongs to ${name} of the profile "${profile}", since it is indented`,
      { hint: "Remove the blanks in front of it." },
    );
  }
}

function durationProblem(text: string): string | undefined {
  const seconds = Number(text);
  const isRight = /^\d+$/.test(text) && seconds >= MIN_DURATION && seconds <= MAX_ROLE_DURATION;
  return isRight
    ? undefined
    : `must be a whole number of seconds from ${MIN_DURATION} to ${MAX_ROLE_DURATION}`;
}
