/**
 * The keys that a variable is made of.
 *
 * @module
 */

import process from "node:process";
import type { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { settingOf, type SharedConfig } from "../../aws/shared_config.ts";
import { shellWords, windowsWords } from "../../aws/shell_words.ts";
import { ConfigError, WevError } from "../../errors.ts";
import type { ResolveContext } from "../../plugin/mod.ts";
import { ProviderRequests } from "./clients.ts";
import { explainNoAnswer, failureCode } from "./failures.ts";
import type { IdentitySource } from "./identity_source.ts";
import { machineProvider, type ProvidedKeys } from "./machine_keys.ts";
import {
  type Profile,
  type ProvidedBase,
  type ProviderSetting,
  quotedName,
} from "./profile_chain.ts";
import { parseProcessOutput, processWords, ssoSettings } from "./provider_settings.ts";
import { handOver } from "./sdk_files.ts";
import { isDamaged } from "./sts_credentials.ts";

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
  if (base.kind === "provider") return checkedKeys(await loadProvided(base, source, context));
  const { accessKeyId, secretAccessKey, sessionToken, source: name } = base;
  return { accessKeyId, secretAccessKey, sessionToken, source: name, region };
}

function checkedKeys(keys: SourceKeys): SourceKeys {
  const { accessKeyId, secretAccessKey, sessionToken = "", expiresAt, source } = keys;
  const problem = [accessKeyId, secretAccessKey, sessionToken].some(isDamaged)
    ? "have characters in them that credentials don't have"
    : Number.isNaN(expiresAt?.getTime())
    ? "have an expiration that is no time"
    : undefined;
  if (problem === undefined) return keys;
  throw new WevError(`The credentials from ${source} ${problem}`, {
    hint: "Run what gives them by itself, and look at what it prints.",
  });
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

/** Asks who the profile says, and nobody else. */
async function askProvider(
  base: ProvidedBase,
  source: IdentitySource,
  { requests, context }: Asking,
): Promise<ProvidedKeys> {
  if (base.setting === "credential_process") {
    return await runProcess(base.profile, source.shared.config, context);
  }
  const ofMachine = machineProvider(machineSettings(base, source), requests.send);
  return ofMachine === undefined ? await askSdk(base, source, requests.handler) : await ofMachine();
}

/** Returns what says where the machine's keys are, if they are wanted. */
export function machineSettings(
  { setting, profile }: ProvidedBase,
  { shared }: IdentitySource,
): Profile {
  return setting === "credential_source" ? shared.profiles.get(profile) ?? {} : {};
}

/**
 * Asks the SDK's own provider of the keys, which sees only what was chosen. `requestHandler` carries its
 * requests.
 */
export async function askSdk(
  { profile, setting }: ProvidedBase,
  { shared: { config }, region, profile: settings }: IdentitySource,
  requestHandler: FetchHttpHandler,
): Promise<ProvidedKeys> {
  if (setting === "credential_process") throw new TypeError("A program is not asked by the SDK");
  const { fromIni } = await import("@aws-sdk/credential-provider-ini");
  const sso = setting === "sso_session" ? ssoSettings(profile, config) : undefined;
  const asked = sso?.region ?? region;
  const clientConfig = {
    // Whose endpoint_url, use_fips_endpoint, … the SDK looks up.
    profile: settings,
    ...(asked === undefined ? {} : { region: asked }),
    requestHandler,
  };
  using files = handOver(
    PROVIDER_SETTINGS[setting].map((name) => settingOf(config.profiles.get(profile), name)),
    sso?.session === undefined ? undefined : {
      header: `sso-session.${sso.session}`,
      settings: [...config.ssoSessions.get(sso.session)!.settings.values()]
        .filter(({ name }) => SSO_SESSION_SETTINGS.includes(name)),
    },
  );
  return await fromIni({
    profile: files.profile,
    ignoreCache: true,
    clientConfig,
    // Only what is given this way reaches a web identity.
    parentClientConfig: clientConfig,
    // Of a profile with credential_source the machine's keys are wanted: roles are assumed here.
    roleAssumer: (keys) => Promise.resolve(keys),
  })();
}

/** What a session of IAM Identity Center says that counts. */
const SSO_SESSION_SETTINGS = ["sso_start_url", "sso_region"];

/** What of a profile each of the SDK's providers needs. They take one from the other by what is there. */
const PROVIDER_SETTINGS: Readonly<
  Record<Exclude<ProviderSetting, "credential_process">, readonly string[]>
> = {
  credential_source: ["role_arn", "credential_source"],
  login_session: ["login_session", "region"],
  sso_session: ["sso_session", "sso_account_id", "sso_role_name", ...SSO_SESSION_SETTINGS],
  web_identity_token_file: ["role_arn", "web_identity_token_file", "role_session_name"],
};

/** Milliseconds until a program must have printed keys. */
const PROCESS_TIMEOUT_MS = 60_000;

async function runProcess(
  profile: string,
  config: SharedConfig,
  context: ResolveContext,
): Promise<ProvidedKeys> {
  const split = process.platform === "win32" ? windowsWords : shellWords;
  const argv = processWords(profile, config, split);
  const { stdout, code, stopped } = await context.askProgram(argv, {
    timeout: PROCESS_TIMEOUT_MS,
    lookup: "anywhere",
  });
  if (stopped === "time") throw new WevError("it took longer than 60 seconds");
  if (stopped === "output") throw new WevError("it printed too much");
  if (code === 127) throw new WevError(`there is no program "${argv[0]}"`);
  if (code !== 0) throw new WevError(`it failed with exit code ${code}`);
  return parseProcessOutput(stdout, context.now());
}

function remedyOf({ setting, profile }: ProvidedBase): string {
  const option = profile === "default" ? "" : ` --profile ${quotedName(profile)}`;
  if (setting === "sso_session") return `Sign in again: aws sso login${option}`;
  if (setting === "login_session") return `Sign in again: aws login${option}`;
  if (setting === "credential_process") {
    return "Run the program by itself to see what it says: it must print JSON with Version 1.";
  }
  return "Check the profile in ~/.aws/config.";
}
