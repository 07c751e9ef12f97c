/**
 * What can be known to be wrong before a request is made or anybody is asked: of a run, and of what
 * `wev --explain` tells of it.
 *
 * @module
 */

import { temporarySource } from "../../aws/profiles/credential_chain.ts";
import type { ExplainContext } from "../../plugin/mod.ts";
import { accountOf, checkAccount } from "./account_guard.ts";
import type { IdentitySource } from "../../aws/profiles/identity_source.ts";
import type { AwsMfaOptions } from "./options.ts";
import { checkPartitions } from "../../aws/partition.ts";
import { checkDurations } from "./role_session.ts";
import { checkProvided } from "../../aws/keys/source_keys.ts";

/**
 * Checks durations, partitions, accounts, and whether somebody is signed in.
 *
 * @throws {WevError} of the first that is wrong.
 */
export function checkSource(
  options: Pick<AwsMfaOptions, "account">,
  source: IdentitySource,
  context: ExplainContext,
): void {
  const { base, roles, device, region } = source;
  const role = roles.at(-1);
  checkDurations(roles, temporarySource(base));
  const ofWebIdentity = base.kind === "provider" ? base.webIdentity?.roleArn.value : undefined;
  checkPartitions(region, [
    ...(ofWebIdentity === undefined ? [] : [ofWebIdentity]),
    ...roles.map(({ arn }) => arn),
    ...(device === undefined ? [] : [device]),
  ]);
  const last = role?.arn ?? ofWebIdentity;
  if (last !== undefined) checkAccount(options.account, accountOf(last), last);
  if (base.kind === "provider") checkProvided(base, source, context);
}
