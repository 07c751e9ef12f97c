/**
 * Sign-ins with `aws sso login` or `aws login`. The AWS CLI keeps a file as long as a sign-in lasts, and
 * removes it with `aws sso logout` or `aws logout`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { ConfigError, escapeControls, WevError } from "../../errors.ts";
import type { ReadContext } from "../context.ts";
import type { ProvidedCredentials } from "../profiles/credentials.ts";
import { quoted, quotedName } from "../profiles/profile_errors.ts";
import { settingOf, type SharedConfig, textsOf } from "../profiles/shared_config.ts";
import type { SharedFiles } from "../profiles/shared_files.ts";

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

/** A sign-in. */
interface SignIn {
  /** The file of the AWS CLI; empty if there is no home directory. */
  readonly file: string;
  /** The page where people sign in, for messages. */
  readonly page: string;
}

/** Bytes; a file of the AWS CLI has a few thousand. */
const MAX_BYTES = 1_048_576;

/** Returns the file of the sign-in, if `base` needs one. */
export function signInFile(
  base: ProvidedCredentials,
  shared: SharedFiles,
  context: ReadContext,
): string | undefined {
  return signInOf(base, shared, context)?.file;
}

/** Returns whether somebody signed in and has not signed out; the sign-in may have expired. */
export function isSignedIn(file: string, { files }: ReadContext): boolean {
  return readSignIn(file, files) !== undefined;
}

/**
 * Checks that somebody is signed in, if `base` needs that.
 *
 * @throws {WevError} if nobody is.
 */
export function checkSignIn(
  base: ProvidedCredentials,
  shared: SharedFiles,
  context: ReadContext,
): void {
  const signIn = signInOf(base, shared, context);
  if (signIn === undefined) return;
  const token = readSignIn(signIn.file, context.files);
  const problem = token === undefined
    ? `nobody is signed in (${escapeControls(signIn.page)})`
    : base.provider === "sso"
    ? expiryProblem(token, context)
    : undefined;
  if (problem === undefined) return;
  throw new WevError(`There are no credentials from ${base.source}: ${problem}`, {
    hint: signInHint(base),
  });
}

/** Returns the hint with the command that signs in for `base`. */
export function signInHint({ provider, profile = "default" }: ProvidedCredentials): string {
  const command = provider === "sso" ? "aws sso login" : "aws login";
  return `Sign in: ${command} --profile ${quotedName(profile)}`;
}

function signInOf(
  { provider, profile = "" }: ProvidedCredentials,
  { config }: SharedFiles,
  { home, pathFrom }: ReadContext,
): SignIn | undefined {
  const digest = (algorithm: "sha1" | "sha256", text: string) =>
    `${createHash(algorithm).update(text).digest("hex")}.json`;
  if (provider === "sso") {
    const { session, startUrl } = ssoSettings(profile, config);
    const name = digest("sha1", session ?? startUrl);
    const file = home === undefined ? "" : join(home, ".aws", "sso", "cache", name);
    return { file, page: startUrl };
  }
  if (provider !== "login_session") return undefined;
  const page = settingOf(config.profiles.get(profile), "login_session")!.value;
  const directory = pathFrom("AWS_LOGIN_CACHE_DIRECTORY") ||
    (home === undefined ? undefined : join(home, ".aws", "login", "cache"));
  const name = digest("sha256", page);
  return { file: directory === undefined ? "" : join(directory, name), page };
}

type Token = Readonly<Record<string, unknown>>;

function readSignIn(file: string, files: ReadContext["files"]): Token | undefined {
  try {
    if (files.stat(file)?.kind !== "file") return undefined;
    const token: unknown = JSON.parse(new TextDecoder().decode(files.read(file, MAX_BYTES)));
    if (typeof token !== "object" || token === null) return undefined;
    return "accessToken" in token ? token as Token : undefined;
  } catch {
    return undefined;
  }
}

/** Returns why a token can't be used, or `undefined`. An expired token is fine if it can be renewed. */
function expiryProblem(
  token: Token,
  context: Pick<ReadContext, "now" | "times">,
): string | undefined {
  const now = context.now();
  const { expiresAt, refreshToken, registrationExpiresAt } = token;
  const end = instant(expiresAt);
  if (end !== undefined && end > now) return undefined;
  const canRenew = typeof refreshToken === "string" && refreshToken !== "" &&
    (instant(registrationExpiresAt) ?? MUCH_LATER) > now;
  if (canRenew) return undefined;
  return end === undefined
    ? "the file of the sign-in is corrupt"
    : `the sign-in expired at ${context.times.until(end)}`;
}

/** A registration without an expiration does not expire. */
const MUCH_LATER = new Date(8.64e15);

function instant(text: unknown): Date | undefined {
  // Older versions of the AWS CLI write "UTC" for "Z".
  const date = typeof text === "string" ? new Date(text.replace(/UTC$/, "Z")) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}
