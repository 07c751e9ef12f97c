/**
 * Gets the values of a variable: the MFA session of a user, or a session of a role.
 *
 * @module
 */

import { staleTokenNote } from "../../aws/whose.ts";
import type { ExpiringResolution, Resolution, ResolveContext } from "../../plugin/mod.ts";
import { accountOf, checkAccount } from "./account_guard.ts";
import { callerArn } from "./caller.ts";
import { commandDefaults, leftovers } from "./command_settings.ts";
import { connect, createClients, endpointOf } from "./clients.ts";
import { isWorthless } from "./failures.ts";
import { checkHost } from "./hosts.ts";
import { findIdentitySource } from "./identity_source.ts";
import { mfaSession, type UserAccess } from "./mfa_session.ts";
import type { AwsMfaOptions } from "./options.ts";
import { profileNote } from "./notes.ts";
import { checkSource } from "./source_checks.ts";
import { explainRoleFailure } from "./role_failures.ts";
import {
  assumeRoles,
  assumeWithCode,
  checkDurations,
  FirstHopError,
  isLong,
} from "./role_session.ts";
import { checkedExpiry, clocksOf, withoutMilliseconds } from "./sts_credentials.ts";
import { isTemporary, loadSourceKeys, type SourceKeys } from "./source_keys.ts";

/**
 * Returns the session that the options ask for. Whatever can be known to be wrong is found before
 * anybody is asked for a code.
 *
 * @throws {WevError} where there is no session to be had.
 */
export async function resolveSession(
  options: AwsMfaOptions,
  context: ResolveContext,
): Promise<Resolution> {
  const source = findIdentitySource(options, context);
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
  // With keys that stand somewhere the first request is the one to STS, which is checked then.
  if (base.kind === "provider") checkHost(await endpointOf("sts", source, context));
  const keys = await loadSourceKeys(source, context);
  checkDurations(roles, isTemporary(keys) ? keys.source : undefined);
  const connection = connect(source, context);
  const access = { options, source, keys, connection };
  const session = isTemporary(keys)
    ? await withoutCode(access, context)
    : role === undefined
    ? (await mfaSession(access, "command", context)).session
    : isLong(roles)
    ? await assumeWithCode(access, role, context)
    : await fromMfaSession(access, context);
  const identity = session.identity ?? "";
  checkAccount(options.account, accountOf(identity), identity);
  // Of what is not cached it would be said in each run.
  if (session.expiresAt !== undefined && context.names.includes("AWS_ACCESS_KEY_ID")) {
    const get = (name: string) => context.environment.get(name);
    for (const sentence of leftovers(source.profile, source.command, get)) {
      context.logger.warning(sentence);
    }
  }
  // The profile does not reach the command, and its settings would be lost with it.
  return { ...session, defaults: commandDefaults(source.command) };
}

/** Keys of a session prove nothing with a code: whoever gave them has asked for what is wanted. */
async function withoutCode(
  { keys, source: { roles }, connection }: UserAccess,
  context: ResolveContext,
): Promise<Resolution> {
  const caller = await callerArn(createClients(keys, connection), connection, context);
  if (roles.length > 0) {
    return await explained(keys, () => assumeRoles({ roles, keys, caller }, connection, context));
  }
  const { accessKeyId, secretAccessKey, sessionToken = "", expiresAt, source } = keys;
  const values = [accessKeyId, secretAccessKey, sessionToken];
  // Nobody knows until when they could be cached, and no time is better than a wrong one.
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

/** Assumes the roles with the shared session; one that AWS does not take any more is got anew, once. */
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
      if (isNew || isSecondTry || !isWorthless(error.cause)) {
        throw explainRoleFailure(error.cause, error.role, keys);
      }
      context.logger.debug("AWS does not take the cached MFA session any more");
      await lease.forget();
      isSecondTry = true;
    }
  }
}

async function explained<Result>(keys: SourceKeys, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FirstHopError)) throw error;
    throw explainRoleFailure(error.cause, error.role, keys);
  }
}
