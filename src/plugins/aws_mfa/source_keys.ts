/**
 * The keys that a variable is made of.
 *
 * @module
 */

import process from "node:process";
import { settingOf, type SharedConfig } from "../../aws/shared_config.ts";
import { shellWords, windowsWords } from "../../aws/shell_words.ts";
import { ConfigError, WevError } from "../../errors.ts";
import type { ResolveContext } from "../../plugin/mod.ts";
import { ProviderRequests } from "./clients.ts";
import { explainNoAnswer, failureCode } from "./failures.ts";
import type { IdentitySource } from "./identity_source.ts";
import type { ProvidedBase } from "./profile_chain.ts";
import {
  parseProcessOutput,
  type ProcessKeys,
  processWords,
  ssoSettings,
} from "./provider_settings.ts";

/** Keys that sign requests, and where they come from. */
export interface SourceKeys {
  /** The access key ID. */
  readonly accessKeyId: string;
  /** The secret. */
  readonly secretAccessKey: string;
  /** The session token of temporary keys. */
  readonly sessionToken?: string | undefined;
  /** When temporary keys expire, where that is known. */
  readonly expiresAt?: Date | undefined;
  /** Where the keys come from, for messages: `AWS_ACCESS_KEY_ID`, `the profile "foo"`. */
  readonly source: string;
  /** The region where STS is asked. */
  readonly region: string | undefined;
}

/** Returns whether no MFA session can be had from `keys`, since they are those of a session. */
export function isTemporary({ accessKeyId, sessionToken }: SourceKeys): boolean {
  return sessionToken !== undefined || accessKeyId.startsWith("ASIA");
}

/**
 * Returns the keys that `source` begins with; a program or IAM Identity Center is asked for them.
 *
 * @throws {WevError} where they can't be had.
 */
export async function loadSourceKeys(
  source: IdentitySource,
  context: ResolveContext,
): Promise<SourceKeys> {
  const { base, region } = source;
  if (base.kind === "provider") return await loadProvided(base, source, context);
  const { accessKeyId, secretAccessKey, sessionToken, source: name } = base;
  return { accessKeyId, secretAccessKey, sessionToken, source: name, region };
}

/**
 * Checks that an MFA session can be had from keys that stand somewhere.
 *
 * @throws {WevError} that says which variable or profile has temporary ones.
 */
export function refuseTemporary({ base }: IdentitySource): void {
  if (base.kind === "provider") return;
  const { accessKeyId, sessionToken, source, tokenSource } = base;
  if (sessionToken === undefined && !accessKeyId.startsWith("ASIA")) return;
  const evidence = sessionToken === undefined
    ? `${source} has the temporary access key …${accessKeyId.slice(-4)}`
    : `${tokenSource} has a session token`;
  throw new WevError(`A session can't be made from temporary credentials: ${evidence}`, {
    hint: "Give wev the long-term access key of an IAM user (it begins with AKIA): unset " +
      "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or choose another profile " +
      "with AWS_PROFILE.",
  });
}

async function loadProvided(
  base: ProvidedBase,
  source: IdentitySource,
  context: ResolveContext,
): Promise<SourceKeys> {
  const { source: name } = base;
  const { region } = source;
  const requests = new ProviderRequests(source.settings, context);
  try {
    const keys = await context.waitFor(name, askProvider(base, source, { requests, context }));
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = keys;
    return {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      expiresAt: expiration,
      source: name,
      region,
    };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const none = `There are no credentials from ${name}`;
    if (cause instanceof WevError) {
      throw new WevError(`${none}: ${cause.message}`, { hint: remedyOf(base), cause });
    }
    if (requests.failure === undefined) {
      throw new WevError(none, { hint: remedyOf(base), cause });
    }
    context.logger.debug(`No answer: ${failureCode(requests.failure)}`);
    const { message, hint = "" } = explainNoAnswer(requests.failure);
    throw new WevError(`${none}: ${message}`, { hint, cause });
  }
}

/** What somebody who gives keys is asked with. */
interface Asking {
  readonly requests: ProviderRequests;
  readonly context: ResolveContext;
}

/** Asks who the profile says, and nobody else: the SDK's providers see only what was chosen. */
async function askProvider(
  { profile, setting }: ProvidedBase,
  { shared: { config }, region, profile: settings }: IdentitySource,
  { requests, context }: Asking,
): Promise<ProcessKeys> {
  if (setting === "credential_process") return await runProcess(profile, config, context);
  const { handOver } = await import("./sdk_files.ts");
  const clientConfig = {
    // Whose endpoint_url, use_fips_endpoint, … the SDK looks up.
    profile: settings,
    ...(region === undefined ? {} : { region }),
    requestHandler: requests.handler,
  };
  const of = (...names: string[]) =>
    names.map((name) => settingOf(config.profiles.get(profile), name));
  if (setting === "sso_session") {
    const { fromSSO } = await import("@aws-sdk/credential-provider-sso");
    const { session, startUrl, accountId, roleName, region } = ssoSettings(profile, config);
    const section = config.ssoSessions.get(session ?? "");
    using files = handOver(of("sso_session"), {
      header: `sso-session.${session}`,
      settings: [settingOf(section, "sso_start_url"), settingOf(section, "sso_region")],
    });
    const keys = await fromSSO({
      ...files,
      ...(session === undefined ? {} : { ssoSession: session }),
      ssoStartUrl: startUrl,
      ssoAccountId: accountId,
      ssoRoleName: roleName,
      ssoRegion: region,
      ignoreCache: true,
      clientConfig: { ...clientConfig, region },
    })();
    return { sessionToken: undefined, expiration: undefined, ...keys };
  }
  const { fromIni } = await import("@aws-sdk/credential-provider-ini");
  using files = handOver(
    setting === "login_session"
      ? of("login_session", "region")
      : of("role_arn", setting, "role_session_name"),
  );
  const keys = await fromIni({
    ...files,
    ignoreCache: true,
    clientConfig,
    // Only what is given this way reaches a web identity.
    parentClientConfig: clientConfig,
    // Of a profile with credential_source the machine's keys are wanted: roles are assumed here.
    roleAssumer: (keys) => Promise.resolve(keys),
  })();
  return { sessionToken: undefined, expiration: undefined, ...keys };
}

/** Milliseconds until a program must have printed keys. */
const PROCESS_TIMEOUT_MS = 60_000;

async function runProcess(
  profile: string,
  config: SharedConfig,
  context: ResolveContext,
): Promise<ProcessKeys> {
  const split = process.platform === "win32" ? windowsWords : shellWords;
  const argv = processWords(profile, config, split);
  const { stdout, code, stopped } = await context.askProgram(argv, PROCESS_TIMEOUT_MS);
  if (stopped === "time") throw new WevError("it took longer than 60 seconds");
  if (stopped === "output") throw new WevError("it printed too much");
  if (code === 127) throw new WevError(`there is no program "${argv[0]}"`);
  if (code !== 0) throw new WevError(`it failed with exit code ${code}`);
  return parseProcessOutput(stdout, context.now());
}

function remedyOf({ setting, profile }: ProvidedBase): string {
  const option = profile === "default" ? "" : ` --profile ${profile}`;
  if (setting === "sso_session") return `Sign in again: aws sso login${option}`;
  if (setting === "login_session") return `Sign in again: aws login${option}`;
  if (setting === "credential_process") {
    return "Run the program by itself to see what it says: it must print JSON with Version 1.";
  }
  return "Check the profile in ~/.aws/config.";
}
