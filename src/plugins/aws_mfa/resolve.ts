/**
 * Resolves a variable to the MFA session of a user, the session of a role, or temporary keys, unchanged.
 *
 * @module
 */

import { accountOf } from "../../aws/arn.ts";
import { connect, createClients } from "../../aws/client/clients.ts";
import { checkHost } from "../../aws/client/hosts.ts";
import { endpointOf } from "../../aws/contacted_hosts.ts";
import { checkedExpiry, clocksOf, withoutMilliseconds } from "../../aws/expiration.ts";
import { isRevoked } from "../../aws/failures.ts";
import { isTemporary, type SourceKeys } from "../../aws/keys/keys.ts";
import { loadSourceKeys } from "../../aws/keys/source_keys.ts";
import { staleTokenNote } from "../../aws/profiles/credentials.ts";
import { callerArn } from "../../aws/sts.ts";
import type { ExpiringResolution, Resolution, ResolveContext } from "../../plugin/mod.ts";
import { commandDefaults, defaultProfileWarnings } from "./command_settings.ts";
import { mfaSession } from "./mfa_session.ts";
import type { AwsMfaOptions } from "./options.ts";
import { assumeRoles, assumeWithCode, explainRoleFailure, FirstHopError } from "./role_session.ts";
import {
  checkAccount,
  checkDurations,
  checkSource,
  findMfaSource,
  isLong,
  profileNote,
} from "./source.ts";
import type { UserAccess } from "./user.ts";

/**
 * Returns the session that the options ask for. All checks that need no code come before the question for
 * one.
 *
 * @throws {WevError} if there is no session.
 */
export async function resolveSession(
  options: AwsMfaOptions,
  context: ResolveContext,
): Promise<Resolution> {
  const source = findMfaSource(options, context);
  for (const note of profileNote(options, context)) await context.tell(note, note);
  const { roles, base, shared } = source;
  for (const sentence of shared.unread) {
    context.logger.warning(`${sentence}. Its profiles are not used`);
  }
  checkSource(options, source, context);
  if (base.kind === "keys" && base.staleToken !== undefined) {
    context.logger.warning(staleTokenNote(base));
  }
  const role = roles.at(-1);
  // Before the provider is asked. Without one, the first request goes to STS, and its host is checked then.
  if (base.kind === "provider") checkHost(await endpointOf("sts", source, context));
  const keys = await loadSourceKeys(source, context);
  checkDurations(roles, isTemporary(keys) ? keys.source : undefined);
  const connection = connect(source, context);
  const access = { options, source, keys, connection };
  const session = isTemporary(keys)
    ? await fromTemporaryKeys(access, context)
    : role === undefined
    ? (await mfaSession(access, "command", context)).session
    : isLong(roles)
    ? await assumeWithCode(access, role, context)
    : await fromMfaSession(access, context);
  const identity = session.identity ?? "";
  checkAccount(options.account, accountOf(identity), identity);
  // Only about values that are cached: otherwise every run would repeat the warning.
  if (session.expiresAt !== undefined && context.names.includes("AWS_ACCESS_KEY_ID")) {
    const get = (name: string) => context.environment.get(name);
    for (const sentence of defaultProfileWarnings(source.profile, source.command, get)) {
      context.logger.warning(sentence);
    }
  }
  // wev removes the profile from the command's environment, so the command gets its settings.
  return { ...session, defaults: commandDefaults(source.command) };
}

/** Returns the session for temporary keys. AWS accepts no code with them. */
async function fromTemporaryKeys(
  { keys, source: { roles }, connection }: UserAccess,
  context: ResolveContext,
): Promise<Resolution> {
  const caller = await callerArn(createClients(keys, connection), connection, context);
  if (roles.length > 0) {
    return await explainFirstHop(
      keys,
      () => assumeRoles({ roles, keys, caller }, connection, context),
    );
  }
  const { accessKeyId, secretAccessKey, sessionToken = "", expiresAt, source } = keys;
  const values = [accessKeyId, secretAccessKey, sessionToken];
  // Without an expiration they are not cached: wev never guesses one.
  if (expiresAt === undefined) return { values: [...values, ""], unset: [3], identity: caller };
  return {
    values: [...values, withoutMilliseconds(expiresAt)],
    expiresAt: checkedExpiry(
      expiresAt,
      `The credentials from ${source}`,
      clocksOf(connection, context),
    ),
    identity: caller,
  };
}

/** Assumes the roles with the MFA session. If AWS no longer accepts it, requests a new one, once. */
async function fromMfaSession(
  access: UserAccess,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  const { keys: { region }, source: { roles }, connection } = access;
  let isSecondTry = false;
  while (true) {
    const { session, lease, isNew } = await mfaSession(access, "source", context);
    const [accessKeyId = "", secretAccessKey = "", sessionToken] = session.values;
    const keys = {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      region,
      source: "the MFA session",
      remedy: "Run the command again.",
    };
    const path = { roles, keys, caller: session.identity ?? "" };
    try {
      return await assumeRoles(path, connection, context);
    } catch (error) {
      if (!(error instanceof FirstHopError)) throw error;
      if (isNew || isSecondTry || !isRevoked(error.cause)) {
        throw explainRoleFailure(error.cause, error.role, keys);
      }
      context.logger.debug("AWS no longer accepts the cached MFA session");
      await lease.forget();
      isSecondTry = true;
    }
  }
}

/** Does `work`. Explains the failure of the first role, which `keys` assume. */
async function explainFirstHop<Result>(
  keys: SourceKeys,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FirstHopError)) throw error;
    throw explainRoleFailure(error.cause, error.role, keys);
  }
}
