/**
 * The credentials that the options, the environment and the profiles select, with the MFA device and the
 * settings of the command. All checks that need no request are here.
 *
 * @module
 */

import { accountOf } from "../../aws/arn.ts";
import { checkEndpoints } from "../../aws/endpoints.ts";
import { credentialBasis } from "../../aws/keys/basis.ts";
import { CHAINED_ROLE_DURATION } from "../../aws/limits.ts";
import type { RoleHop } from "../../aws/profiles/chain_settings.ts";
import { temporarySource } from "../../aws/profiles/credentials.ts";
import {
  findIdentitySource,
  type IdentitySource,
  type SourceOptions,
} from "../../aws/profiles/identity_source.ts";
import { errorAt } from "../../aws/profiles/profile_errors.ts";
import { profileSettings } from "../../aws/profiles/shared_config.ts";
import { checkPartitions, checkRegion } from "../../aws/regions.ts";
import { WevError } from "../../errors.ts";
import type { ExplainContext, PluginBasis } from "../../plugin/mod.ts";
import { commandDefaults, type CommandSettings } from "./command_settings.ts";
import type { AwsMfaOptions } from "./options.ts";

/** The credentials to use, and the MFA device. */
export interface MfaSource extends IdentitySource {
  /** The MFA device that the options or a profile name. */
  readonly device: string | undefined;
  /** The setting that names it: the option, or `mfa_serial` of a profile. */
  readonly deviceSource: "mfa_device" | "mfa_serial" | undefined;
  /** The settings of the profile for the command. */
  readonly command: CommandSettings;
}

/** The options that select them. */
export type MfaSourceOptions = SourceOptions & Pick<AwsMfaOptions, "mfa_device">;

/**
 * Returns the credentials to use and the MFA device: see {@linkcode findIdentitySource}.
 *
 * @throws {WevError} if there are no credentials, or the files are invalid.
 */
export function findMfaSource(
  options: MfaSourceOptions,
  context: ExplainContext,
  how?: { readonly needsSecret: boolean },
): MfaSource {
  const source = findIdentitySource(options, context, how);
  const { profile, settings, services, shared: { config }, mfaSerial } = source;
  return {
    ...source,
    device: options.mfa_device ?? mfaSerial,
    deviceSource: options.mfa_device !== undefined
      ? "mfa_device"
      : mfaSerial === undefined
      ? undefined
      : "mfa_serial",
    command: {
      chosen: { profile: settings, services },
      fallback: profile === "default" ? undefined : profileSettings("default", config),
      region: source.profileRegion,
    },
  };
}

/**
 * Returns a sentence if the configuration and the environment name different profiles: wev ignores that of
 * the environment.
 */
export function profileNote(
  { profile }: Pick<AwsMfaOptions, "profile">,
  { environment }: ExplainContext,
): string[] {
  if (profile === undefined) return [];
  const variable = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].find((name) => environment.get(name));
  const outside = variable && environment.get(variable);
  return outside === undefined || outside === profile
    ? []
    : [`Uses the profile "${profile}" of the configuration, not "${outside}" of ${variable}.`];
}

/** Returns the settings and files that the values depend on. */
export async function findBasis(
  options: MfaSourceOptions,
  context: ExplainContext,
): Promise<PluginBasis> {
  const source = findMfaSource(options, context, { needsSecret: false });
  const { settings, files } = await credentialBasis(source, context);
  const all: Record<string, string | undefined> = {
    ...settings,
    "MFA device": source.device,
    "settings of the command": JSON.stringify(commandDefaults(source.command)),
  };
  const inputs = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined);
  return { inputs: Object.fromEntries(inputs), files };
}

/**
 * Checks durations, partitions, accounts and sign-ins: everything that needs no request and no question.
 *
 * @throws {WevError} for the first problem.
 */
export async function checkSource(
  options: Pick<AwsMfaOptions, "account">,
  source: MfaSource,
  context: ExplainContext,
): Promise<void> {
  const { base, roles, device, region, namedRegion, endpoints } = source;
  if (namedRegion !== undefined) {
    checkRegion(namedRegion, { hasEndpoint: endpoints.sts !== undefined });
  }
  checkEndpoints(source, (name) => context.environment.get(name));
  checkDurations(roles, temporarySource(base));
  const ofWebIdentity = base.kind === "provider" ? base.webIdentity?.roleArn.value : undefined;
  checkPartitions(region, [
    ...(ofWebIdentity === undefined ? [] : [ofWebIdentity]),
    ...roles.map(({ arn }) => arn),
    ...(device === undefined ? [] : [device]),
  ]);
  const last = roles.at(-1)?.arn ?? ofWebIdentity;
  if (last !== undefined) checkAccount(options, last, context);
  if (base.kind !== "provider") return;
  const { checkProvider }: typeof import("../../aws/keys/provider_checks.ts") = await import(
    ["../../aws/keys/provider_checks.ts"].join()
  );
  checkProvider(base, source, context);
}

/**
 * Checks that the account of the identity `arn` is the option `account`.
 *
 * @throws {WevError} at the option, if it is another one.
 */
export function checkAccount(
  { account: wanted }: Pick<AwsMfaOptions, "account">,
  arn: string,
  { placeOf }: Pick<ExplainContext, "placeOf">,
): void {
  const actual = accountOf(arn);
  if (wanted === undefined || wanted === actual) return;
  throw errorAt(
    placeOf("account"),
    `The credentials would belong to account ${actual ?? "(unknown)"} (${arn}), but the option ` +
      `account is ${wanted}`,
    { hint: "Check AWS_PROFILE, the profile, the role's ARN and the option account." },
  );
}

/** Returns whether the last role's session is too long to be assumed with a session. */
export function isLong(roles: readonly RoleHop[]): boolean {
  return (roles.at(-1)?.duration ?? 0) > CHAINED_ROLE_DURATION;
}

/**
 * Checks, before the question for a code, that AWS allows the lifetime of the last role's session. `session`
 * is the source of the keys that assume the first role, if they are temporary.
 *
 * @throws {WevError} if AWS does not: wev never shortens a lifetime silently.
 */
export function checkDurations(roles: readonly RoleHop[], session: string | undefined): void {
  const last = roles.at(-1);
  if (last === undefined || !isLong(roles)) return;
  const reason = roles.length > 1
    ? `it is assumed from the role ${roles.at(-2)!.arn}`
    : session !== undefined
    ? `it is assumed from the session of ${session}`
    : undefined;
  if (reason === undefined) return;
  throw new WevError(
    `A session of ${last.arn} can't last ${last.duration} seconds: ${reason}, and AWS limits that ` +
      `to ${CHAINED_ROLE_DURATION} seconds (role chaining)`,
    {
      hint:
        `Set ${
          last.profile === undefined ? "role_duration" : "duration_seconds or role_duration"
        } ` +
        `to ${CHAINED_ROLE_DURATION} or less, or let the user assume the role directly.`,
    },
  );
}
