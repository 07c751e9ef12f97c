/**
 * Errors about profiles, each at its place in the file, and names of profiles quoted for people and shells.
 *
 * @module
 */

import {
  ConfigError,
  escapeControls,
  type Location,
  WevError,
  type WevErrorOptions,
} from "../../errors.ts";
import type { Section } from "./ini.ts";
import { placeOf, settingOf, type SharedConfig } from "./shared_config.ts";

/** Returns the hint that gives a profile a new access key. */
export function configureHint(profile: string): string {
  return `Run: aws configure${profile === "default" ? "" : ` --profile ${quotedName(profile)}`}`;
}

/** Returns the name of a profile, quoted for a shell and the configuration file if necessary. */
export function quotedName(profile: string): string {
  const name = escapeControls(profile);
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** Returns the name of a profile in quotes, for messages. */
export function quoted(profile: string): string {
  return `"${escapeControls(profile)}"`;
}

/** Returns an error at `location`, if that is known. */
export function errorAt(
  location: Location | undefined,
  reason: string,
  options: WevErrorOptions = {},
): WevError {
  return location === undefined
    ? new WevError(reason, options)
    : new ConfigError(location, reason, options);
}

/** Returns an error at the place of a setting, else of its section. */
export function errorIn(
  section: Section | undefined,
  setting: string,
  reason: string,
  options: WevErrorOptions,
): WevError {
  return errorAt(settingOf(section, setting)?.location ?? section?.location, reason, options);
}

/** Returns an error at the place of a setting of a profile, else of the profile. */
export function errorOf(
  { profiles }: SharedConfig,
  [profile, setting]: readonly [profile: string, setting: string],
  reason: string,
  options: WevErrorOptions = {},
): WevError {
  const place = placeOf(profiles, profile, setting) ?? placeOf(profiles, profile);
  return errorAt(place, reason, options);
}

/** The settings that must be on one line. */
const SINGLE_LINE = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_security_token",
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
 * Refuses a profile in which one of `names` has a value of several lines: an indented line continues the
 * setting above it, although it was probably meant as another setting.
 *
 * @throws {ConfigError} at that line.
 */
export function refuseContinued(
  profile: string,
  section: Section | undefined,
  names: readonly string[] = SINGLE_LINE,
): void {
  for (const name of names) {
    const place = settingOf(section, name)?.continuation;
    if (place === undefined) continue;
    throw new ConfigError(
      place,
      `this line belongs to ${name} of the profile ${quoted(profile)}, because it is indented`,
      { hint: "Remove the indentation." },
    );
  }
}
