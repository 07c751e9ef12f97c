/**
 * Sign-ins with `aws sso login` or `aws login`. The AWS CLI keeps a file as long as a sign-in lasts, and
 * removes it with `aws sso logout` or `aws logout`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { escapeControls, WevError } from "../../errors.ts";
import type { ReadContext } from "../context.ts";
import type { ProvidedCredentials } from "../profiles/credentials.ts";
import { quotedName } from "../profiles/profile_errors.ts";
import { settingOf } from "../profiles/shared_config.ts";
import type { SharedFiles } from "../profiles/shared_files.ts";
import { ssoSettings } from "../profiles/sso_settings.ts";

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
    kind: "auth",
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
