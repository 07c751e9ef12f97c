/**
 * The keys of a provider of credentials.
 *
 * @module
 */

import type { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { WevError } from "../../errors.ts";
import { connect, ProviderRequests, targetOf } from "../client/clients.ts";
import { exposeProfile } from "../client/sdk.ts";
import type { ReadContext, RequestContext } from "../context.ts";
import { failureCode } from "../failures.ts";
import type { ProvidedCredentials } from "../profiles/credentials.ts";
import type { IdentitySource } from "../profiles/identity_source.ts";
import { settingOf } from "../profiles/shared_config.ts";
import { ssoSettings } from "../profiles/sso_settings.ts";
import { foreignCharacter } from "../profiles/static_keys.ts";
import { runProcess } from "./credential_process.ts";
import type { ProvidedKeys, SourceKeys } from "./keys.ts";
import { type Machine, machineKeys } from "./machine_keys.ts";
import { noCredentials, remedyOf } from "./provider_checks.ts";
import { webIdentityKeys } from "./web_identity.ts";

/**
 * Asks the provider `base` of `source` for its keys.
 *
 * @throws {WevError} if it has none, or they are invalid.
 */
export async function loadProvidedKeys(
  base: ProvidedCredentials,
  source: IdentitySource,
  context: RequestContext,
): Promise<SourceKeys> {
  return checkedKeys(await loadProvided(base, source, context));
}

function checkedKeys(keys: SourceKeys): SourceKeys {
  const { accessKeyId, secretAccessKey, sessionToken = "", expiresAt, source } = keys;
  const character = [accessKeyId, secretAccessKey, sessionToken].map(foreignCharacter)
    .find((name) => name !== undefined);
  const problem = character !== undefined
    ? `contain an invalid character: ${character}`
    : Number.isNaN(expiresAt?.getTime())
    ? "have an expiration that is not a time"
    : undefined;
  if (problem === undefined) return keys;
  throw new WevError(`The credentials from ${source} ${problem}`, {
    kind: "auth",
    hint: "Run the program or service that provides them by itself, and check its output.",
  });
}

async function loadProvided(
  base: ProvidedCredentials,
  source: IdentitySource,
  context: RequestContext,
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
    throw noCredentials(base, requests.failure ?? cause);
  }
}

/** The requests to a provider, and the context. */
interface Asking {
  readonly requests: ProviderRequests;
  readonly context: RequestContext;
}

/** Asks the provider of `base`, and no other. */
async function askProvider(
  base: ProvidedCredentials,
  source: IdentitySource,
  { requests, context }: Asking,
): Promise<ProvidedKeys> {
  switch (base.provider) {
    case "credential_process":
      return await runProcess(base, source.shared.config, context);
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

/** Returns the machine or container, with the settings for asking it. */
export function machineOf(
  { provider, otherwise }: ProvidedCredentials,
  { settings }: IdentitySource,
  { environment, files }: ReadContext,
): Machine {
  return {
    kind: provider === "container" ? "container" : "instance",
    settings,
    files,
    timeout: otherwise === undefined ? MACHINE_TIMEOUT_MS : GUESS_TIMEOUT_MS,
    get: (name) => environment.get(name) || undefined,
  };
}

/** Milliseconds to wait for a response of this machine. */
const MACHINE_TIMEOUT_MS = 2_000;
/** The same if no setting names the service, as in the AWS CLI: most computers have no such service. */
const GUESS_TIMEOUT_MS = 1_000;

/**
 * Asks the SDK's own provider for the keys. It sees only the chosen profile; `requestHandler` sends its
 * requests.
 */
export async function askSdk(
  { profile = "", provider }: ProvidedCredentials,
  { shared: { config }, region, endpoints, endpointKind }: IdentitySource,
  requestHandler: FetchHttpHandler,
): Promise<ProvidedKeys> {
  const { fromIni } = await import("@aws-sdk/credential-provider-ini");
  const sso = provider === "sso" ? ssoSettings(profile, config) : undefined;
  const asked = sso?.region ?? region;
  using files = exposeProfile(
    (sso === undefined ? LOGIN_SETTINGS : SSO_SETTINGS)
      .map((name) => settingOf(config.profiles.get(profile), name)),
    sso?.session === undefined ? undefined : {
      header: `sso-session.${sso.session}`,
      settings: [...config.ssoSessions.get(sso.session)!.settings.values()]
        .filter(({ name }) => SSO_SESSION_SETTINGS.includes(name)),
    },
  );
  // The SDK renews a token at another service with a client of the same settings. If the endpoints of the
  // two services differ, the SDK looks them up in the environment.
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

/** The settings that a session of IAM Identity Center needs. */
const SSO_SESSION_SETTINGS = ["sso_start_url", "sso_region"];

/** The settings that the SDK's providers need. The SDK chooses the provider by those that are set. */
const SSO_SETTINGS = ["sso_session", "sso_account_id", "sso_role_name", ...SSO_SESSION_SETTINGS];
const LOGIN_SETTINGS = ["login_session", "region"];
