/**
 * Resolves a variable to the MFA session of a user, the session of a role, or temporary keys, unchanged.
 *
 * @module
 */

import { isRevoked } from "../../aws/failures.ts";
import { isTemporary, writtenKeys } from "../../aws/keys/keys.ts";
import { staleTokenNote } from "../../aws/profiles/credentials.ts";
import type { ExpiringResolution, Resolution, ResolveContext } from "../../plugin/context.ts";
import { commandDefaults, defaultProfileWarnings } from "./command_settings.ts";
import { assumeWithCode, mfaSession } from "./mfa_session.ts";
import type { AwsMfaOptions } from "./options.ts";
import { explainRoleFailure, FirstHopError, sessionKeys } from "./roles.ts";
import {
  checkAccount,
  checkDurations,
  checkSource,
  findMfaSource,
  isLong,
  profileNote,
} from "./source.ts";
import { loadRequests, UserAccess } from "./user.ts";

/**
 * Returns the session that the options ask for. What can be checked without a request is checked before the
 * question for a code, the rest before the code is sent.
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
  await checkSource(options, source, context);
  if (base.kind === "keys" && base.staleToken !== undefined) {
    context.logger.warning(staleTokenNote(base));
  }
  const role = roles.at(-1);
  const keys = base.kind === "keys"
    ? writtenKeys(base, source.region)
    : await (await loadRequests()).providedKeys(base, source, context);
  checkDurations(roles, isTemporary(keys) ? keys.source : undefined);
  const access = new UserAccess(options, source, keys, context);
  const session = isTemporary(keys)
    ? await (await loadRequests()).withoutCode(source, keys, context)
    : role === undefined
    ? (await mfaSession(access, "command", context)).session
    : isLong(roles)
    ? await assumeWithCode(access, role)
    : await fromMfaSession(access, context);
  checkAccount(options, session.identity ?? "", context);
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

/** Assumes the roles with the MFA session. If AWS no longer accepts it, requests a new one, once. */
async function fromMfaSession(
  access: UserAccess,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  const { keys: { region }, source: { roles } } = access;
  let isSecondTry = false;
  while (true) {
    const { session, lease, isNew } = await mfaSession(access, "source", context);
    const keys = sessionKeys(session, region, "the MFA session");
    const path = { roles, keys, caller: session.identity ?? "" };
    try {
      const { assumeRoles } = await loadRequests();
      return await assumeRoles(path, (await access.requests()).connection, context);
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
