/**
 * The settings of a profile for IAM Identity Center.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import { quoted } from "./profile_errors.ts";
import { settingOf, type SharedConfig, textsOf } from "./shared_config.ts";

/** The settings of a profile for IAM Identity Center. */
export interface SsoSettings {
  /** The name of its session; none if the profile has all settings itself. */
  readonly session: string | undefined;
  /** The page where people sign in. */
  readonly startUrl: string;
  /** The region of IAM Identity Center. */
  readonly region: string;
  /** The account. */
  readonly accountId: string;
  /** The permission set. */
  readonly roleName: string;
}

/**
 * Returns the settings of the profile `name` and its `sso_session` for IAM Identity Center, by the rules of
 * the AWS CLI.
 *
 * @throws {ConfigError} if one is missing, or set twice to different values.
 */
export function ssoSettings(name: string, { profiles, ssoSessions }: SharedConfig): SsoSettings {
  const profile = profiles.get(name)!;
  const reference = settingOf(profile, "sso_session");
  const session = reference === undefined ? undefined : ssoSessions.get(reference.value);
  if (reference !== undefined && session === undefined) {
    throw new ConfigError(
      reference.valueLocation,
      `The profile ${quoted(name)} has sso_session "${reference.value}", but there is no section ` +
        `[sso-session ${reference.value}]`,
      {
        suggest: { word: reference.value, known: [...ssoSessions.keys()] },
        hint: "Check the name, or create the section: aws configure sso-session",
      },
    );
  }
  for (const [key, { value, location }] of session?.settings ?? []) {
    const own = settingOf(profile, key);
    if (own === undefined || own.value === value) continue;
    throw new ConfigError(
      own.location,
      `${key} of the profile ${
        quoted(name)
      } differs from that of its sso_session (line ${location.line})`,
      { hint: "Remove one of them." },
    );
  }
  const settings = { ...(session === undefined ? {} : textsOf(session)), ...textsOf(profile) };
  const need = (key: string): string => {
    const value = settings[key];
    if (value) return value;
    const isOfSession = session !== undefined &&
      (key === "sso_start_url" || key === "sso_region");
    const owner = isOfSession
      ? `section [sso-session ${reference!.value}]`
      : `profile ${quoted(name)}`;
    const { location } = isOfSession ? session : profile;
    throw new ConfigError(location, `The ${owner} has no ${key}`, {
      hint: "Add it, or run: aws configure sso",
    });
  };
  return {
    session: reference?.value,
    accountId: need("sso_account_id"),
    roleName: need("sso_role_name"),
    startUrl: need("sso_start_url"),
    region: need("sso_region"),
  };
}
