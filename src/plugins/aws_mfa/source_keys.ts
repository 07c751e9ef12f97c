/**
 * The keys that a variable is made of.
 *
 * @module
 */

import { WevError } from "../../errors.ts";
import type { FetchHttpHandler } from "@smithy/fetch-http-handler";
import type { ResolveContext } from "../../plugin/mod.ts";
import { ProviderRequests } from "./clients.ts";
import { explainNoAnswer, failureCode } from "./failures.ts";
import type { IdentitySource } from "./identity_source.ts";
import { machineProvider, type ProvidedKeys } from "./machine_keys.ts";
import type { Profile, ProvidedBase } from "./profile_chain.ts";
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
  const { region, settings } = source;
  const requests = new ProviderRequests(settings, context);
  const ofMachine = machineProvider(machineSettings(base, source), requests.send);
  const provide: () => Promise<ProvidedKeys> = ofMachine ??
    await providerOf(base, source, requests.handler);
  try {
    const keys = await context.waitFor(name, provide());
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
    const none = `There are no credentials from ${name}`;
    if (requests.failure === undefined) {
      throw new WevError(none, { hint: remedyOf(name), cause });
    }
    context.logger.debug(`No answer: ${failureCode(requests.failure)}`);
    const { message, hint = "" } = explainNoAnswer(requests.failure);
    throw new WevError(`${none}: ${message}`, { hint, cause });
  }
}

/** Returns what says where the machine's keys are, if they are wanted. */
export function machineSettings(
  { source, profile }: ProvidedBase,
  { shared }: IdentitySource,
): Profile {
  return source.startsWith("credential_source ") ? shared.profiles.get(profile) ?? {} : {};
}

/** Returns the SDK's own provider of the keys, whose requests `requestHandler` carries. */
export async function providerOf(
  { profile }: ProvidedBase,
  { shared, region }: IdentitySource,
  requestHandler: FetchHttpHandler,
) {
  const { fromIni } = await import("@aws-sdk/credential-provider-ini");
  const clientConfig = { ...(region === undefined ? {} : { region }), requestHandler };
  return fromIni({
    profile,
    ...(shared.configFile === undefined ? {} : { configFilepath: shared.configFile }),
    ...(shared.credentialsFile === undefined ? {} : { filepath: shared.credentialsFile }),
    ignoreCache: true,
    clientConfig,
    // Only what is given this way reaches a web identity.
    parentClientConfig: clientConfig,
    // Of a profile with credential_source the machine's keys are wanted: roles are assumed here.
    roleAssumer: (keys) => Promise.resolve(keys),
  });
}

function remedyOf(name: string): string {
  if (name.startsWith("sso_")) return "Sign in again: aws sso login";
  if (name.startsWith("login_")) return "Sign in again: aws login";
  if (name.startsWith("credential_process")) {
    return "Run the program by itself to see what it says: it must print JSON with Version 1.";
  }
  return "Check the profile in ~/.aws/config.";
}
