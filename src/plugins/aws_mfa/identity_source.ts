/**
 * Whose credentials a variable is made of, and which roles are assumed with them: the options, the
 * environment and the profiles taken together, without a request.
 *
 * @module
 */

import { escapeControls, WevError } from "../../errors.ts";
import type { ExplainContext, PluginBasis } from "../../plugin/mod.ts";
import {
  commandDefaults,
  type CommandSettings,
  configuredEndpoint,
  type ProfileSettings,
} from "./command_settings.ts";
import { CHAINED_ROLE_DURATION } from "./limits.ts";
import type { AwsMfaOptions, RoleOptions } from "./options.ts";
import {
  type Profile,
  type ProfileChain,
  profileChain,
  type Profiles,
  type ProvidedBase,
  type RoleHop,
  type StaticBase,
} from "./profile_chain.ts";
import type { NamedRegion } from "./regions.ts";
import { loadSharedFiles, type SharedFiles } from "./shared_files.ts";

/** Whose credentials a variable is made of, and what is made of them. */
export interface IdentitySource {
  /** The keys it begins with. */
  readonly base: StaticBase | ProvidedBase;
  /** The roles, in the order in which they are assumed. */
  readonly roles: readonly RoleHop[];
  /** The profiles that were followed, the chosen one first; none where the environment has keys. */
  readonly profiles: readonly string[];
  /** The profile whose settings count for requests. */
  readonly profile: string;
  /** What that profile says, if there is such a profile. */
  readonly settings: Profile;
  /** The MFA device that the options or a profile name. */
  readonly device: string | undefined;
  /** Where the device is named, for messages. */
  readonly deviceSource: string | undefined;
  /** The region where STS is asked. */
  readonly region: string | undefined;
  /** That region, and who names it. */
  readonly namedRegion: NamedRegion | undefined;
  /** What that profile says for the command. */
  readonly command: CommandSettings;
  /** Where the environment or that profile has services asked, if they say it. */
  readonly endpoints: Endpoints;
  /** The files of profiles. */
  readonly shared: SharedFiles;
}

/** Endpoints of one's own, by service. */
export interface Endpoints {
  /** That of STS. */
  readonly sts: string | undefined;
  /** That of IAM. */
  readonly iam: string | undefined;
}

/** Options that decide whose credentials it is. */
export type SourceOptions = Pick<AwsMfaOptions, "mfaDevice" | "profile" | "region" | "role">;

/**
 * Returns whose credentials are to be used. The order is that of the AWS CLI: a profile that the
 * options name, else the environment's keys, else the profile that AWS_PROFILE or AWS_DEFAULT_PROFILE
 * names, or `default`. Where `needsSecret` is false, the environment's secret may be missing: a wev
 * around this one has replaced it.
 *
 * @throws {WevError} where there are none, or what the files say makes no sense.
 */
export async function findIdentitySource(
  options: SourceOptions,
  context: ExplainContext,
  { needsSecret = true }: { readonly needsSecret?: boolean } = {},
): Promise<IdentitySource> {
  const variable = (name: string) => context.environment.get(name);
  const get = (name: string) => variable(name) || undefined;
  const shared = await loadSharedFiles(context);
  const named = options.profile ?? get("AWS_PROFILE") ?? get("AWS_DEFAULT_PROFILE");
  const profile = named ?? "default";
  const keys = options.profile === undefined ? environmentKeys(context, needsSecret) : undefined;
  const chosen = profileSettings(profile, shared);
  const settings = chosen.profile;
  const chain = keys === undefined
    ? chainOf({ profile, named, isOption: options.profile !== undefined }, shared)
    : chainOfKeys(keys, settings);
  const namedRegion = regionOf(options, chain, { profile, profiles: shared.profiles, get });
  return {
    base: chain.base,
    roles: withOptions(chain.roles, options.role),
    profiles: chain.profiles,
    profile,
    settings,
    device: options.mfaDevice ?? chain.mfaSerial,
    deviceSource: options.mfaDevice !== undefined
      ? "mfa_device"
      : chain.mfaSerial === undefined
      ? undefined
      : "mfa_serial of the profile",
    region: namedRegion?.name,
    namedRegion,
    command: {
      chosen,
      fallback: profile === "default" ? undefined : profileSettings("default", shared),
      region: options.region ?? chain.region,
    },
    endpoints: {
      sts: configuredEndpoint("sts", chosen, variable),
      iam: configuredEndpoint("iam", chosen, variable),
    },
    shared,
  };
}

/** What may name a region beside the options. */
interface RegionSources {
  readonly profile: string;
  readonly profiles: Profiles;
  readonly get: (name: string) => string | undefined;
}

/** Returns the region where STS is asked: the one of the nearest profile that has one comes last. */
function regionOf(
  options: SourceOptions,
  chain: ProfileChain,
  { profile, profiles, get }: RegionSources,
): NamedRegion | undefined {
  if (options.region !== undefined) return { name: options.region, source: "the option region" };
  for (const source of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
    const name = get(source);
    if (name !== undefined) return { name, source };
  }
  if (chain.nearestRegion === undefined) return undefined;
  const owner = chain.profiles.find((one) => profiles.get(one)?.region) ?? profile;
  return { name: chain.nearestRegion, source: `region of the profile "${owner}"` };
}

/** Returns what a profile says, with what stands below other settings. */
function profileSettings(name: string, { profiles }: SharedFiles): ProfileSettings {
  const profile = profiles.get(name) ?? {};
  const { services } = profile;
  return { profile, services: services ? profiles.get(`services.${services}`) ?? {} : {} };
}

/** Returns what of the files decides the credentials, and the files. */
export async function findBasis(
  options: SourceOptions,
  context: ExplainContext,
): Promise<PluginBasis> {
  const source = await findIdentitySource(options, context, { needsSecret: false });
  const { base, roles, settings } = source;
  const endpoints = Object.entries(settings).filter(([name]) => ENDPOINT_SETTINGS.test(name));
  const facts: Record<string, string | undefined> = {
    "access key ID": base.kind === "keys" ? base.accessKeyId : undefined,
    "credentials": base.kind === "provider" ? await digestOf(base, source) : undefined,
    "roles": roles.length === 0 ? undefined : JSON.stringify(roles),
    "MFA device": source.device,
    "settings of the command": JSON.stringify(commandDefaults(source.command)),
    "region": source.region,
    "endpoints": endpoints.length === 0 ? undefined : JSON.stringify(endpoints.sort()),
  };
  return {
    facts: Object.fromEntries(
      Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined),
    ),
    files: source.shared.files,
  };
}

/** What of a profile decides where requests go. */
const ENDPOINT_SETTINGS =
  /^(?:endpoint_url|services|use_fips_endpoint|use_dualstack_endpoint|sts_regional_endpoints|ignore_configured_endpoint_urls)$/;

/** A command line may have a secret in it, so what is kept of it is a digest. */
async function digestOf({ profile }: ProvidedBase, { shared }: IdentitySource): Promise<string> {
  const { aws_secret_access_key: _, aws_session_token: __, ...rest } =
    shared.profiles.get(profile) ?? {};
  const bytes = new TextEncoder().encode(JSON.stringify(rest));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

function environmentKeys(
  { environment }: ExplainContext,
  needsSecret: boolean,
): StaticBase | undefined {
  const get = (name: string) => environment.get(name) || undefined;
  const accessKeyId = get("AWS_ACCESS_KEY_ID");
  const secretAccessKey = get("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || (secretAccessKey === undefined && needsSecret)) {
    const [there, missing] = accessKeyId === undefined
      ? ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"]
      : ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    throw new WevError(`${there} is set but ${missing} is not`, {
      hint: `Set both, or unset ${there} to use a profile.`,
    });
  }
  const hasNewName = get("AWS_SESSION_TOKEN") !== undefined;
  return {
    kind: "keys",
    source: "AWS_ACCESS_KEY_ID",
    tokenSource: hasNewName ? "AWS_SESSION_TOKEN" : "AWS_SECURITY_TOKEN",
    accessKeyId,
    secretAccessKey: secretAccessKey ?? "",
    sessionToken: get("AWS_SESSION_TOKEN") ?? get("AWS_SECURITY_TOKEN"),
  };
}

/** The environment's keys know no roles; the region is the profile's all the same. */
function chainOfKeys(base: StaticBase, { region }: Profile): ProfileChain {
  const ofProfile = region || undefined;
  return {
    base,
    roles: [],
    profiles: [],
    mfaSerial: undefined,
    region: ofProfile,
    nearestRegion: ofProfile,
  };
}

/** Which profile was chosen, and how. */
interface Choice {
  readonly profile: string;
  readonly named: string | undefined;
  readonly isOption: boolean;
}

function chainOf({ profile, named, isOption }: Choice, shared: SharedFiles): ProfileChain {
  if (shared.profiles.has(profile)) return profileChain(profile, shared.profiles);
  const places = shared.files.join(" and ");
  if (named === undefined) {
    throw new WevError(`There are no AWS credentials in ${places}`, {
      hint: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run: aws configure",
    });
  }
  throw new WevError(`There is no profile "${profile}" in ${places}`, {
    hint: `Check ${isOption ? "profile" : "AWS_PROFILE"}, or make the profile: ` +
      `aws configure --profile ${escapeControls(profile)}`,
  });
}

/** The options' role comes after those of the profile; the other options are about the last role. */
function withOptions(roles: readonly RoleHop[], options: RoleOptions = {}): readonly RoleHop[] {
  const { arn, duration, ...rest } = options;
  const all = arn === undefined ? roles : [...roles, { arn, duration: CHAINED_ROLE_DURATION }];
  const last = all.at(-1);
  if (last === undefined) {
    if (Object.keys(options).length === 0) return [];
    throw new WevError("There are options for a role, but no role", {
      hint: "Add role_arn, or choose a profile that has one with profile.",
    });
  }
  return [...all.slice(0, -1), {
    ...last,
    ...rest,
    ...(duration === undefined ? {} : { duration }),
  }];
}
