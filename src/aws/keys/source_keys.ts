/**
 * The keys that a variable is made of.
 *
 * @module
 */

import process from "node:process";
import type { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { parseExpiration } from "../expiration.ts";
import { chainProblem, extendChain, PROFILE_CHAIN } from "./program_chain.ts";
import { settingOf } from "../profiles/shared_config.ts";
import { shellWords, windowsWords } from "../profiles/shell_words.ts";
import {
  configureHint,
  foreignCharacter,
  type ProvidedBase,
  type StaticBase,
  type WebIdentity,
} from "../profiles/credential_chain.ts";
import { ConfigError, escapeControls, WevError } from "../../errors.ts";
import type { ExplainContext, ResolveContext } from "../../plugin/mod.ts";
import { connect, ProviderRequests, targetOf } from "../client/clients.ts";
import { explainNoAnswer, failureCode, quote } from "../failures.ts";
import type { IdentitySource } from "../profiles/identity_source.ts";
import { type Machine, machineKeys, type ProvidedKeys, readToken } from "./machine_keys.ts";
import { parseProcessOutput, processWords, ssoSettings } from "./provider_settings.ts";
import { handOver } from "../client/sdk_files.ts";
import { checkSignIn, signInHint } from "./sign_in.ts";
import { webIdentityKeys } from "./web_identity.ts";

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
  /** What to do if AWS does not take them. */
  readonly remedy: string;
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
  const { accessKeyId, secretAccessKey, sessionToken, source: name, expiration } = base;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiresAt: expiration === undefined ? undefined : parseExpiration(expiration),
    source: name,
    remedy: remedyOf(base),
    region,
  };
}

function checkedKeys(keys: SourceKeys): SourceKeys {
  const { accessKeyId, secretAccessKey, sessionToken = "", expiresAt, source } = keys;
  const character = [accessKeyId, secretAccessKey, sessionToken].map(foreignCharacter)
    .find((name) => name !== undefined);
  const problem = character !== undefined
    ? `have characters in them that credentials don't have: ${character}`
    : Number.isNaN(expiresAt?.getTime())
    ? "have an expiration that is no time"
    : undefined;
  if (problem === undefined) return keys;
  throw new WevError(`The credentials from ${source} ${problem}`, {
    hint: "Run what gives them by itself, and look at what it prints.",
  });
}

async function loadProvided(
  base: ProvidedBase,
  source: IdentitySource,
  context: ResolveContext,
): Promise<SourceKeys> {
  const { source: name } = base;
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
      remedy: remedyOf(base),
      region: source.region,
    };
  } catch (cause) {
    context.signal.throwIfAborted();
    if (base.otherwise !== undefined) {
      context.logger.debug(`There are no credentials from ${name}: ${failureCode(cause)}`);
      throw base.otherwise;
    }
    throw explained(base, requests.failure ?? cause);
  }
}

function explained(base: ProvidedBase, failure: unknown): WevError {
  const none = `There are no credentials from ${base.source}`;
  if (failure instanceof ConfigError) return failure;
  if (failure instanceof WevError) {
    const { message, hint = remedyOf(base) } = failure;
    if (message.startsWith(none)) return failure;
    return new WevError(`${none}: ${message}`, { hint, cause: failure });
  }
  const isOfSdk = failure instanceof Error && failure.name === "CredentialsProviderError";
  if (isOfSdk) {
    // The name of the profile is the one by which wev hands it to the SDK.
    const reason = quote(failure).replaceAll(/wev-[0-9a-f-]{36}/g, base.profile ?? "");
    return new WevError(`${none}: ${reason}`, { hint: remedyOf(base), cause: failure });
  }
  const { message, hint = "" } = explainNoAnswer(failure);
  if (base.provider === "container" || base.provider === "instance") {
    const reason = message.replace("AWS can't be reached", "it can't be reached");
    return new WevError(`${none}: ${reason}`, { hint: remedyOf(base), cause: failure });
  }
  return new WevError(`${none}: ${message}`, { hint, cause: failure });
}

/**
 * Checks what can be known of who gives keys before anybody is asked for them.
 *
 * @throws {WevError} if there can be none.
 */
export function checkProvided(
  base: ProvidedBase,
  { shared }: IdentitySource,
  context: ExplainContext,
): void {
  checkSignIn(base, shared, context);
  if (base.webIdentity !== undefined) checkToken(base, base.webIdentity, context);
  if (base.provider !== "credential_process") return;
  const { profile = "" } = base;
  processWords(profile, shared.config, splitWords);
  const problem = chainProblem(context.environment.get(PROFILE_CHAIN) ?? "", profile);
  if (problem === undefined) return;
  throw new WevError(`There are no credentials from ${base.source}: ${problem}`, {
    hint: "Let the program use another profile.",
  });
}

function checkToken(
  base: ProvidedBase,
  { tokenFile }: WebIdentity,
  { files }: ExplainContext,
): void {
  try {
    readToken(tokenFile.value, tokenFile.name, files);
  } catch (error) {
    throw error instanceof WevError ? explained(base, error) : error;
  }
}

/** What somebody who gives keys is asked with. */
interface Asking {
  readonly requests: ProviderRequests;
  readonly context: ResolveContext;
}

/** Asks who was chosen, and nobody else. */
async function askProvider(
  base: ProvidedBase,
  source: IdentitySource,
  { requests, context }: Asking,
): Promise<ProvidedKeys> {
  switch (base.provider) {
    case "credential_process":
      return await runProcess(base, source, context);
    case "container":
    case "instance":
      return await machineKeys(machineOf(base, source, context), requests.send);
    case "web_identity":
      return await webIdentityKeys(base.webIdentity!, connect(source, context), context);
    case "sso":
    case "login_session":
      return await askSdk(base, source, requests.handler);
  }
}

/** Returns what says where the machine's keys are. */
export function machineOf(
  { provider, otherwise }: ProvidedBase,
  { settings }: IdentitySource,
  { environment, files }: ExplainContext,
): Machine {
  return {
    kind: provider === "container" ? "container" : "instance",
    settings,
    files,
    timeout: otherwise === undefined ? MACHINE_TIMEOUT_MS : GUESS_TIMEOUT_MS,
    get: (name) => environment.get(name) || undefined,
  };
}

/** Milliseconds until an answer of this machine must be there. */
const MACHINE_TIMEOUT_MS = 2_000;
/** The same if nobody may have meant it, and most computers have nothing that answers: as the AWS CLI. */
const GUESS_TIMEOUT_MS = 1_000;

/**
 * Asks the SDK's own provider of the keys, which sees only what was chosen. `requestHandler` carries its
 * requests.
 */
export async function askSdk(
  { profile = "", provider }: ProvidedBase,
  { shared: { config }, region, endpoints, endpointKind }: IdentitySource,
  requestHandler: FetchHttpHandler,
): Promise<ProvidedKeys> {
  const { fromIni } = await import("@aws-sdk/credential-provider-ini");
  const sso = provider === "sso" ? ssoSettings(profile, config) : undefined;
  const asked = sso?.region ?? region;
  using files = handOver(
    (sso === undefined ? LOGIN_SETTINGS : SSO_SETTINGS)
      .map((name) => settingOf(config.profiles.get(profile), name)),
    sso?.session === undefined ? undefined : {
      header: `sso-session.${sso.session}`,
      settings: [...config.ssoSessions.get(sso.session)!.settings.values()]
        .filter(({ name }) => SSO_SESSION_SETTINGS.includes(name)),
    },
  );
  // A renewal is asked of another service by a client with the same settings: where their endpoints
  // differ, the SDK looks them up in the environment.
  const isOne = sso === undefined || endpoints.sso === endpoints.ssoOidc;
  const endpoint = sso === undefined ? endpoints.signin : endpoints.sso;
  const clientConfig = {
    ...(isOne ? targetOf(endpoint, asked, endpointKind) : endpointKind),
    defaultsMode: "standard" as const,
    ...(asked === undefined ? {} : { region: asked }),
    requestHandler,
  };
  return await fromIni({
    profile: files.profile,
    ignoreCache: true,
    clientConfig,
    parentClientConfig: clientConfig,
  })();
}

/** What a session of IAM Identity Center says that counts. */
const SSO_SESSION_SETTINGS = ["sso_start_url", "sso_region"];

/** What of a profile the SDK's providers need. They take one from the other by what is there. */
const SSO_SETTINGS = ["sso_session", "sso_account_id", "sso_role_name", ...SSO_SESSION_SETTINGS];
const LOGIN_SETTINGS = ["login_session", "region"];

/** Milliseconds until a program must have printed keys. */
const PROCESS_TIMEOUT_MS = 60_000;

const splitWords = process.platform === "win32" ? windowsWords : shellWords;

async function runProcess(
  { profile = "" }: ProvidedBase,
  { shared: { config } }: IdentitySource,
  { askProgram, environment, now, times }: ResolveContext,
): Promise<ProvidedKeys> {
  const argv = processWords(profile, config, splitWords);
  const { stdout, code, stopped } = await askProgram(argv, {
    timeout: PROCESS_TIMEOUT_MS,
    lookup: "anywhere",
    environment: {
      [PROFILE_CHAIN]: extendChain(environment.get(PROFILE_CHAIN) ?? "", profile),
    },
  });
  const name = escapeControls(argv[0] ?? "");
  if (stopped === "time") throw new WevError("it took longer than 60 seconds");
  if (stopped === "output") throw new WevError("it printed too much");
  if (code === 127) throw new WevError(`there is no program "${name}"`);
  if (code === 126) throw new WevError(`"${name}" can't be executed`);
  if (code !== 0) throw new WevError(`it failed with exit code ${code}`);
  return parseProcessOutput(stdout, { now, times });
}

/** Returns what to do if there are no keys, or AWS does not take them. */
function remedyOf(base: StaticBase | ProvidedBase): string {
  if (base.kind === "keys") {
    return base.profile === undefined
      ? "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a good access key, or unset them to use " +
        "a profile."
      : configureHint(base.profile);
  }
  switch (base.provider) {
    case "sso":
    case "login_session":
      return signInHint(base);
    case "credential_process":
      return "Run the program by itself to see what it says: it must print JSON with Version 1.";
    case "container":
    case "instance":
      return "Check the role of this machine, or name a profile with AWS_PROFILE.";
    case "web_identity":
      return "Check the token, the role, and the role's trust policy.";
  }
}
