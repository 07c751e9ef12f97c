/**
 * Whether somebody is signed in, with `aws sso login` or `aws login`: the AWS CLI keeps a file as long as
 * that is so, and removes it with `aws sso logout` or `aws logout`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { settingOf } from "../profiles/shared_config.ts";
import { type ProvidedBase, quotedName } from "../profiles/credential_chain.ts";
import { escapeControls, WevError } from "../../errors.ts";
import type { ExplainContext } from "../../plugin/mod.ts";
import { ssoSettings } from "./provider_settings.ts";
import type { SharedFiles } from "../profiles/shared_files.ts";

/** Where it is noted that somebody is signed in, and where that is. */
interface SignIn {
  /** The file of the AWS CLI; empty if there is no home directory. */
  readonly file: string;
  /** Where people sign in, for messages. */
  readonly where: string;
}

/** Bytes; a file of the AWS CLI has some thousands. */
const MAX_BYTES = 1_048_576;

/** Returns the file in which it is noted that somebody is signed in, if `base` needs that. */
export function signInFile(
  base: ProvidedBase,
  shared: SharedFiles,
  context: ExplainContext,
): string | undefined {
  return signInOf(base, shared, context)?.file;
}

/** Returns whether somebody is signed in, or was and has not signed out. */
export function isSignedIn(file: string, { files }: ExplainContext): boolean {
  return readSignIn(file, files) !== undefined;
}

/**
 * Checks that somebody is signed in, if `base` needs that.
 *
 * @throws {WevError} if nobody is.
 */
export function checkSignIn(
  base: ProvidedBase,
  shared: SharedFiles,
  context: ExplainContext,
): void {
  const signIn = signInOf(base, shared, context);
  if (signIn === undefined) return;
  const token = readSignIn(signIn.file, context.files);
  const problem = token === undefined
    ? `nobody is signed in (${escapeControls(signIn.where)})`
    : base.provider === "sso"
    ? expiryProblem(token, context)
    : undefined;
  if (problem === undefined) return;
  throw new WevError(`There are no credentials from ${base.source}: ${problem}`, {
    hint: signInHint(base),
  });
}

/** Returns what signs in to what gives the keys of `base`. */
export function signInHint({ provider, profile = "default" }: ProvidedBase): string {
  const command = provider === "sso" ? "aws sso login" : "aws login";
  return `Sign in: ${command} --profile ${quotedName(profile)}`;
}

function signInOf(
  { provider, profile = "" }: ProvidedBase,
  { config }: SharedFiles,
  { home, pathFrom }: ExplainContext,
): SignIn | undefined {
  const digest = (algorithm: "sha1" | "sha256", text: string) =>
    `${createHash(algorithm).update(text).digest("hex")}.json`;
  if (provider === "sso") {
    const { session, startUrl } = ssoSettings(profile, config);
    const name = digest("sha1", session ?? startUrl);
    const file = home === undefined ? "" : join(home, ".aws", "sso", "cache", name);
    return { file, where: startUrl };
  }
  if (provider !== "login_session") return undefined;
  const where = settingOf(config.profiles.get(profile), "login_session")!.value;
  const directory = pathFrom("AWS_LOGIN_CACHE_DIRECTORY") ||
    (home === undefined ? undefined : join(home, ".aws", "login", "cache"));
  const name = digest("sha256", where);
  return { file: directory === undefined ? "" : join(directory, name), where };
}

type Token = Readonly<Record<string, unknown>>;

function readSignIn(file: string, files: ExplainContext["files"]): Token | undefined {
  try {
    if (files.stat(file)?.kind !== "file") return undefined;
    const token: unknown = JSON.parse(new TextDecoder().decode(files.read(file, MAX_BYTES)));
    if (typeof token !== "object" || token === null) return undefined;
    return "accessToken" in token ? token as Token : undefined;
  } catch {
    return undefined;
  }
}

/** A token that has expired is as good as another one if it can be renewed. */
function expiryProblem(
  token: Token,
  context: Pick<ExplainContext, "now" | "times">,
): string | undefined {
  const now = context.now();
  const { expiresAt, refreshToken, registrationExpiresAt } = token;
  const end = instant(expiresAt);
  if (end !== undefined && end > now) return undefined;
  const canRenew = typeof refreshToken === "string" && refreshToken !== "" &&
    (instant(registrationExpiresAt) ?? MUCH_LATER) > now;
  if (canRenew) return undefined;
  return end === undefined
    ? "the file of the sign-in makes no sense"
    : `the sign-in expired at ${context.times.until(end)}`;
}

/** A registration that does not say so does not expire. */
const MUCH_LATER = new Date(8.64e15);

function instant(text: unknown): Date | undefined {
  // Older versions of the AWS CLI write "UTC" for "Z".
  const date = typeof text === "string" ? new Date(text.replace(/UTC$/, "Z")) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}
