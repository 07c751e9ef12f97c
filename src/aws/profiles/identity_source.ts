/**
 * The credentials to use and the roles to assume with them, by the options, the environment and the profiles
 * together. Sends no request.
 *
 * @module
 */

import {
  dataOf,
  formatLocation,
  type Location,
  WevError,
  type WevErrorOptions,
} from "../../errors.ts";
import type { ReadContext } from "../context.ts";
import { type EndpointKind, endpointKindOf, type Endpoints, endpointsOf } from "../endpoints.ts";
import { CHAINED_ROLE_DURATION } from "../limits.ts";
import type { NamedRegion } from "../regions.ts";
import { type ChainSettings, chainSettings, type RoleHop } from "./chain_settings.ts";
import {
  type CredentialChain,
  findCredentialChain,
  UnknownProfileError,
} from "./credential_chain.ts";
import type { BaseCredentials } from "./credentials.ts";
import { errorAt, quotedName, refuseContinued } from "./profile_errors.ts";
import { type Profile, profileSettings, settingOf } from "./shared_config.ts";
import { ssoSettings } from "./sso_settings.ts";
import { loadSharedFiles, type SharedFiles } from "./shared_files.ts";

/** The credentials to use, the roles to assume with them, and the settings for requests. */
export interface IdentitySource {
  /** The first credentials. */
  readonly base: BaseCredentials;
  /** The roles, in the order in which they are assumed. */
  readonly roles: readonly RoleHop[];
  /** The profiles of the chain, the chosen one first; none if the environment has keys. */
  readonly profiles: readonly string[];
  /** The MFA device that one of these profiles names. */
  readonly mfaSerial: string | undefined;
  /** The chosen profile, whose settings apply to requests. */
  readonly profile: string;
  /** Its settings, if there is such a profile. */
  readonly settings: Profile;
  /** The settings of the section that its `services` names. */
  readonly services: Profile;
  /** The region for the command: of the options, else of the chosen profile. */
  readonly profileRegion: string | undefined;
  /** The region of STS. */
  readonly region: string | undefined;
  /** That region and the setting that names it. */
  readonly namedRegion: NamedRegion | undefined;
  /** The custom endpoints of the environment or that profile. */
  readonly endpoints: Endpoints;
  /** The settings by which clients choose endpoints. */
  readonly endpointKind: EndpointKind;
  /** The files of profiles. */
  readonly shared: SharedFiles;
}

/** The options that select credentials and roles. */
export interface SourceOptions {
  /** The profile, as `--profile` of the AWS CLI. */
  readonly profile?: string | undefined;
  /** The region, before that of the environment and the profile. */
  readonly region?: string | undefined;
  /** The ARN of a role to assume after those of the profile. */
  readonly role_arn?: string | undefined;
  /** The name of the last role's session. */
  readonly role_session_name?: string | undefined;
  /** The lifetime of the last role's session, in seconds. */
  readonly role_duration?: number | undefined;
  /** The external ID that the last role's trust policy requires. */
  readonly external_id?: string | undefined;
}

/**
 * Returns the credentials to use, in the order of the AWS CLI: those of the profile that the options name,
 * else the environment's keys, else those of the profile that AWS_PROFILE or AWS_DEFAULT_PROFILE names, else
 * of `default`. If `needsSecret` is false, the environment's secret may be missing: an outer wev replaced it.
 *
 * @throws {WevError} if there are no credentials, or the files are invalid.
 */
export function findIdentitySource(
  options: SourceOptions,
  context: ReadContext,
  { needsSecret = true }: { readonly needsSecret?: boolean } = {},
): IdentitySource {
  const variable = (name: string) => context.environment.get(name);
  const get = (name: string) => variable(name) || undefined;
  const shared = loadSharedFiles(context);
  const isOption = options.profile !== undefined;
  const named = options.profile ?? get("AWS_PROFILE") ?? get("AWS_DEFAULT_PROFILE");
  const profile = named ?? "default";
  const chosen = profileSettings(profile, shared.config);
  const chain = withFileHints(
    { profile, named, context, shared },
    () => {
      const { config, files } = shared;
      const inputs = { named, isOption, get, config, files, needsSecret };
      return settingsOf(findCredentialChain(inputs), profile, shared);
    },
  );
  const namedRegion = regionOf(options, chain, { profile, context, shared });
  return {
    base: chain.base,
    roles: withOptions(chain.roles, options),
    profiles: chain.profiles,
    mfaSerial: chain.mfaSerial,
    profile,
    settings: chosen.profile,
    services: chosen.services,
    profileRegion: options.region ?? chain.region,
    region: namedRegion?.name,
    namedRegion,
    endpoints: endpointsOf(chosen, variable),
    endpointKind: endpointKindOf(chosen, variable),
    shared,
  };
}

/** The sources of a region, besides the options. */
interface RegionSources {
  readonly profile: string;
  readonly context: ReadContext;
  readonly shared: SharedFiles;
}

/** Returns the region of STS: of the options, the environment, or the nearest profile that has one. */
function regionOf(
  options: SourceOptions,
  chain: ChainSettings,
  { profile, context, shared: { config } }: RegionSources,
): NamedRegion | undefined {
  const at = (place: Location | undefined) =>
    place === undefined ? "" : ` (${formatLocation(place)})`;
  if (options.region !== undefined) {
    return { name: options.region, source: `the option region${at(context.placeOf("region"))}` };
  }
  for (const source of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
    const name = context.environment.get(source);
    if (name) return { name, source };
  }
  if (chain.nearestRegion === undefined) return undefined;
  const owner =
    chain.profiles.find((one) => settingOf(config.profiles.get(one), "region")?.value) ?? profile;
  const place = settingOf(config.profiles.get(owner), "region")?.valueLocation;
  return { name: chain.nearestRegion, source: `region of the profile "${owner}"${at(place)}` };
}

function settingsOf(
  sources: CredentialChain,
  profile: string,
  { config, profiles }: SharedFiles,
): ChainSettings {
  const chain = chainSettings(sources, config);
  const { base } = chain;
  if (base.kind === "provider" && base.provider === "sso") ssoSettings(base.profile!, config);
  if (chain.profiles.length > 0) return chain;
  // The environment's keys have no roles, but the profile's region applies to them.
  refuseContinued(profile, config.profiles.get(profile), ["region"]);
  const region = profiles.get(profile)?.region || undefined;
  return { ...chain, region, nearestRegion: region };
}

/** The profile that was looked up, for messages. */
interface Wanted {
  readonly profile: string;
  readonly named: string | undefined;
  readonly context: ReadContext;
  readonly shared: SharedFiles;
}

/** Returns the result of `find`; adds hints from the files to its errors. */
function withFileHints(wanted: Wanted, find: () => ChainSettings): ChainSettings {
  const { profile, shared } = wanted;
  try {
    return find();
  } catch (error) {
    if (!(error instanceof WevError)) throw error;
    const isUnknown = error instanceof UnknownProfileError;
    if (!isUnknown && shared.profiles.has(profile)) {
      // The missing credentials may be in a file that can't be read.
      if (shared.unread.length === 0) throw error;
      throw new WevError(error.message, {
        ...dataOf(error),
        hint: sentences(shared.unread),
        cause: error,
      });
    }
    const hint = misplacedProfile(profile, shared) ??
      (shared.unread.length > 0 ? sentences(shared.unread) : undefined);
    if (isUnknown) throw unknownProfile(error.message, hint, wanted);
    throw hint === undefined
      ? error
      : new WevError(error.message, { ...dataOf(error), hint, cause: error });
  }
}

function unknownProfile(
  reason: string,
  known: string | undefined,
  { profile, context, shared }: Wanted,
): WevError {
  const place = context.placeOf("profile");
  const setting = place === undefined ? "AWS_PROFILE" : "the option profile";
  const options: WevErrorOptions = known !== undefined ? { hint: known } : {
    suggest: { word: profile, known: [...shared.profiles.keys()] },
    hint: `Check ${setting}, or create the profile: aws configure --profile ${quotedName(profile)}`,
  };
  return errorAt(place, reason, options);
}

function sentences(parts: readonly string[]): string {
  return parts.map((part) => `${part}.`).join("\n");
}

/** Returns the hint for a profile whose section has the wrong form for its file. */
function misplacedProfile(
  profile: string,
  { config: { others, credentials } }: SharedFiles,
): string | undefined {
  const inConfig = [...others.values()].find(({ name }) => name.trim() === profile);
  if (inConfig !== undefined) {
    const place = formatLocation(inConfig.location);
    return profile === "default"
      ? `${place} has [${inConfig.name}]: write [default].`
      : `${place} has [${inConfig.name}]: in this file write [profile ${quotedName(profile)}].`;
  }
  const inCredentials = [...credentials.values()]
    .find(({ name }) => name.trim() === profile || name === `profile ${profile}`);
  if (inCredentials === undefined) return undefined;
  const place = formatLocation(inCredentials.location);
  return `${place} has [${inCredentials.name}]: in this file write [${profile}].`;
}

/** Adds the role of the options after those of the profile; the other options apply to the last role. */
function withOptions(
  roles: readonly RoleHop[],
  { role_arn, role_session_name, role_duration, external_id }: SourceOptions,
): readonly RoleHop[] {
  const all = role_arn === undefined
    ? roles
    : [...roles, { arn: role_arn, duration: CHAINED_ROLE_DURATION }];
  const changes = {
    ...(role_session_name === undefined ? {} : { sessionName: role_session_name }),
    ...(role_duration === undefined ? {} : { duration: role_duration }),
    ...(external_id === undefined ? {} : { externalId: external_id }),
  };
  const last = all.at(-1);
  if (last !== undefined) return [...all.slice(0, -1), { ...last, ...changes }];
  if (Object.keys(changes).length === 0) return [];
  throw new WevError("There are options for a role, but no role", {
    hint: "Add role_arn, or set profile to a profile that has one.",
  });
}
