/**
 * What a profile says of who gives its keys, checked before anybody is asked for them. Pure: the files
 * have been read.
 *
 * @module
 */

import { settingOf, type SharedConfig, textsOf } from "../profiles/shared_config.ts";
import { type ProvidedBase, quoted } from "../profiles/credential_chain.ts";
import { ConfigError, WevError } from "../../errors.ts";
import type { ExplainContext } from "../../plugin/mod.ts";
import type { ProvidedKeys } from "./machine_keys.ts";

/** What a profile says of IAM Identity Center. */
export interface SsoSettings {
  /** The name of its session; none where all stands in the profile. */
  readonly session: string | undefined;
  /** Where people sign in. */
  readonly startUrl: string;
  /** The region of IAM Identity Center. */
  readonly region: string;
  /** The account. */
  readonly accountId: string;
  /** The permission set. */
  readonly roleName: string;
}

/**
 * Checks what can be known to be wrong of the profile that names who gives keys.
 *
 * @throws {ConfigError} at the place of what is wrong.
 */
export function checkProvider(base: ProvidedBase, config: SharedConfig): void {
  if (base.provider === "sso") ssoSettings(base.profile!, config);
}

/**
 * Returns what the profile `name` says of IAM Identity Center, its `sso_session` followed, as the AWS CLI
 * understands it.
 *
 * @throws {ConfigError} where something is missing, or said twice and otherwise.
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
        hint: "Check the name, or make the section: aws configure sso-session",
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
      } is not that of its sso_session (line ${location.line})`,
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

/**
 * Returns the program and the arguments of `credential_process`, without a shell.
 *
 * @throws {WevError} where a quote is not closed.
 */
export function processWords(
  name: string,
  { profiles }: SharedConfig,
  split: (text: string) => string[] | undefined,
): string[] {
  const setting = settingOf(profiles.get(name), "credential_process")!;
  const words = split(setting.value);
  if (words !== undefined && words.length > 0) return words;
  throw new ConfigError(
    setting.valueLocation,
    `credential_process of the profile ${quoted(name)} is no command line: a quote is not closed`,
    { hint: "Close it, or write a backslash before it." },
  );
}

/**
 * Returns the keys in what a program printed for `credential_process`.
 *
 * @throws {WevError} that says what of it is wrong, and shows none of it.
 */
export function parseProcessOutput(
  text: string,
  { now, times }: Pick<ExplainContext, "now" | "times">,
): ProvidedKeys {
  let output: unknown;
  try {
    output = JSON.parse(text);
  } catch {
    throw new WevError("it printed no JSON");
  }
  if (typeof output !== "object" || output === null) {
    throw new WevError("it printed no JSON object");
  }
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = output as Readonly<
    Record<string, unknown>
  >;
  if (Version !== 1) throw new WevError("it printed JSON without Version 1");
  if (typeof AccessKeyId !== "string" || typeof SecretAccessKey !== "string") {
    throw new WevError("it printed no AccessKeyId and SecretAccessKey");
  }
  const expiration = typeof Expiration === "string" ? new Date(Expiration) : undefined;
  if (expiration !== undefined && Number.isNaN(expiration.getTime())) {
    throw new WevError("it printed an Expiration that is no time");
  }
  if (expiration !== undefined && expiration <= now()) {
    throw new WevError(`it printed keys that expired at ${times.until(expiration)}`);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof SessionToken === "string" && SessionToken ? { sessionToken: SessionToken } : {}),
    ...(expiration === undefined ? {} : { expiration }),
  };
}
