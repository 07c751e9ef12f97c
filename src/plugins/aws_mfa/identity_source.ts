/**
 * Whose credentials a variable is made of, and which roles are assumed with them: the options, the
 * environment and the profiles taken together, without a request.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Section } from "../../aws/ini.ts";
import { settingOf, textsOf } from "../../aws/shared_config.ts";
import {
  type Base,
  type ProvidedBase,
  quotedName,
  refuseContinued,
  UnknownProfileError,
  type Whose,
  whoseCredentials,
} from "../../aws/whose.ts";
import {
  ConfigError,
  formatLocation,
  type Location,
  WevError,
  type WevErrorOptions,
} from "../../errors.ts";
import type { ExplainContext, PluginBasis } from "../../plugin/mod.ts";
import {
  commandDefaults,
  type CommandSettings,
  configuredEndpoint,
  ignoresEndpoints,
  isTrue,
  type ProfileSettings,
} from "./command_settings.ts";
import { CHAINED_ROLE_DURATION } from "./limits.ts";
import { readToken } from "./machine_keys.ts";
import type { AwsMfaOptions } from "./options.ts";
import { type Profile, type ProfileChain, profileChain, type RoleHop } from "./profile_chain.ts";
import { checkProvider } from "./provider_settings.ts";
import type { NamedRegion } from "./regions.ts";
import { isSignedIn, signInFile } from "./sign_in.ts";
import { loadSharedFiles, type SharedFiles } from "./shared_files.ts";

/** Whose credentials a variable is made of, and what is made of them. */
export interface IdentitySource {
  /** The keys it begins with. */
  readonly base: Base;
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
  /** Which of their endpoints clients choose. */
  readonly endpointKind: EndpointKind;
  /** The files of profiles. */
  readonly shared: SharedFiles;
}

/** Endpoints of one's own, by service. */
export interface Endpoints {
  /** That of STS. */
  readonly sts: string | undefined;
  /** That of IAM. */
  readonly iam: string | undefined;
  /** That of IAM Identity Center. */
  readonly sso: string | undefined;
  /** That of what renews a sign-in there. */
  readonly ssoOidc: string | undefined;
  /** That of what renews a sign-in of `aws login`. */
  readonly signin: string | undefined;
}

/** Which endpoints the SDK's clients choose, by the names it has for that. */
export interface EndpointKind {
  /** Whether endpoints of one's own do not count. */
  readonly ignoreConfiguredEndpointUrls: boolean;
  /** Whether AWS's are those with IPv6. */
  readonly useDualstackEndpoint: boolean;
  /** Whether AWS's are those with FIPS 140. */
  readonly useFipsEndpoint: boolean;
}

/** Options that decide whose credentials it is. */
export type SourceOptions = Omit<AwsMfaOptions, "account" | "duration" | "token_command">;

/**
 * Returns whose credentials are to be used. The order is that of the AWS CLI: a profile that the
 * options name, else the environment's keys, else the profile that AWS_PROFILE or AWS_DEFAULT_PROFILE
 * names, or `default`. Where `needsSecret` is false, the environment's secret may be missing: a wev
 * around this one has replaced it.
 *
 * @throws {WevError} where there are none, or what the files say makes no sense.
 */
export function findIdentitySource(
  options: SourceOptions,
  context: ExplainContext,
  { needsSecret = true }: { readonly needsSecret?: boolean } = {},
): IdentitySource {
  const variable = (name: string) => context.environment.get(name);
  const get = (name: string) => variable(name) || undefined;
  const shared = loadSharedFiles(context);
  const isOption = options.profile !== undefined;
  const named = options.profile ?? get("AWS_PROFILE") ?? get("AWS_DEFAULT_PROFILE");
  const profile = named ?? "default";
  const chosen = profileSettings(profile, shared);
  const settings = chosen.profile;
  const isOn = (name: string, setting: string) => isTrue(variable(name) ?? settings[setting]);
  const endpoint = (service: string) => configuredEndpoint(service, chosen, variable);
  const chain = explainedBy(
    { profile, named, context, shared },
    () => {
      const { config, files } = shared;
      const whose = whoseCredentials({ named, isOption, get, config, files, needsSecret });
      return chainOf(whose, profile, shared);
    },
  );
  const namedRegion = regionOf(options, chain, { profile, context, shared });
  return {
    base: chain.base,
    roles: withOptions(chain.roles, options),
    profiles: chain.profiles,
    profile,
    settings,
    device: options.mfa_device ?? chain.mfaSerial,
    deviceSource: options.mfa_device !== undefined
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
      sts: endpoint("sts"),
      iam: endpoint("iam"),
      sso: endpoint("sso"),
      ssoOidc: endpoint("sso_oidc"),
      signin: endpoint("signin"),
    },
    endpointKind: {
      ignoreConfiguredEndpointUrls: ignoresEndpoints(chosen, variable),
      useDualstackEndpoint: isOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
      useFipsEndpoint: isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
    },
    shared,
  };
}

/** What may name a region beside the options. */
interface RegionSources {
  readonly profile: string;
  readonly context: ExplainContext;
  readonly shared: SharedFiles;
}

/** Returns the region where STS is asked: the one of the nearest profile that has one comes last. */
function regionOf(
  options: SourceOptions,
  chain: ProfileChain,
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

/** Returns what a profile says, with what stands below other settings. */
function profileSettings(name: string, { config }: SharedFiles): ProfileSettings {
  const profile = flatTexts(config.profiles.get(name));
  const { services } = profile;
  return { profile, services: services ? flatTexts(config.services.get(services)) : {} };
}

/** Returns the values of a section by name; of a setting below another one as `s3.endpoint_url`. */
function flatTexts(section: Section | undefined): Record<string, string> {
  const all = [...section?.settings.values() ?? []].flatMap(({ name, value, settings }) =>
    settings === undefined
      ? [[name, value]]
      : [...settings.values()].map((below) => [`${name}.${below.name}`, below.value])
  );
  return Object.fromEntries(all);
}

function chainOf(whose: Whose, profile: string, { config, profiles }: SharedFiles): ProfileChain {
  const chain = profileChain(whose, config);
  if (chain.base.kind === "provider") checkProvider(chain.base, config);
  if (chain.profiles.length > 0) return chain;
  // The environment's keys know no roles; the region is the profile's all the same.
  refuseContinued(profile, config.profiles.get(profile), ["region"]);
  const region = profiles.get(profile)?.region || undefined;
  return { ...chain, region, nearestRegion: region };
}

/** Returns what of the files decides the credentials, and the files. */
export async function findBasis(
  options: SourceOptions,
  context: ExplainContext,
): Promise<PluginBasis> {
  const source = findIdentitySource(options, context, { needsSecret: false });
  const { base, roles, command: { chosen } } = source;
  const endpoints = [
    ...Object.entries(chosen.profile).filter(([name]) => ENDPOINT_SETTINGS.test(name)),
    ...Object.entries(chosen.services),
  ];
  const inputs: Record<string, string | undefined> = {
    "profile": source.profiles[0],
    ...(base.kind === "provider" ? signedInFacts(base, source, context) : {}),
    "access key ID": base.kind === "keys" ? base.accessKeyId : undefined,
    "credentials": base.kind === "provider" ? await digestOf(base, source) : undefined,
    "roles": roles.length === 0 ? undefined : JSON.stringify(roles),
    "MFA device": source.device,
    "settings of the command": JSON.stringify(commandDefaults(source.command)),
    "region": source.region,
    "endpoints": endpoints.length === 0 ? undefined : JSON.stringify(endpoints.sort()),
  };
  return {
    inputs: Object.fromEntries(
      Object.entries(inputs).filter((input): input is [string, string] => input[1] !== undefined),
    ),
    files: [
      ...source.shared.files,
      ...(base.kind === "provider" ? filesOf(base, source, context) : []),
    ],
  };
}

/** The files by which somebody else tells that keys are those of another one, or worth nothing any more. */
function filesOf(
  base: ProvidedBase,
  { shared }: IdentitySource,
  context: ExplainContext,
): string[] {
  const file = base.webIdentity?.tokenFile.value ?? signInFile(base, shared, context);
  return file ? [resolve(file)] : [];
}

/** What these files say. A token that is renewed is another text, and says the same. */
function signedInFacts(
  base: ProvidedBase,
  source: IdentitySource,
  context: ExplainContext,
): Record<string, string> {
  const [file] = filesOf(base, source, context);
  if (file === undefined) return {};
  return base.webIdentity === undefined
    ? { "signed in": isSignedIn(file, context) ? "yes" : "no" }
    : { "token": subjectOf(file, context) };
}

/** Returns a digest of whom the token of a web identity is about. */
function subjectOf(file: string, { files }: ExplainContext): string {
  try {
    const token = readToken(file, "", files);
    return createHash("sha256").update(claimsOf(token) ?? token).digest("hex");
  } catch (error) {
    // Without it nothing new can be had, and the run says why.
    if (error instanceof WevError) return "none";
    throw error;
  }
}

/** Returns issuer, audience and subject, if it is a JSON Web Token. */
function claimsOf(token: string): string | undefined {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    const { iss, aud, sub } = JSON.parse(payload);
    return sub === undefined ? undefined : JSON.stringify([iss, aud, sub]);
  } catch {
    return undefined;
  }
}

/** What of a profile decides where requests go. */
const ENDPOINT_SETTINGS =
  /^(?:endpoint_url|services|use_fips_endpoint|use_dualstack_endpoint|sts_regional_endpoints|ignore_configured_endpoint_urls)$/;

/** A command line may have a secret in it, so what is kept of it is a digest. */
async function digestOf(
  { profile, provider, webIdentity }: ProvidedBase,
  { shared }: IdentitySource,
): Promise<string> {
  if (profile === undefined) return webIdentity?.roleArn.value ?? provider;
  const { aws_secret_access_key: _, aws_session_token: __, aws_security_token: ___, ...rest } =
    shared.profiles.get(profile) ?? {};
  const session = shared.config.ssoSessions.get(rest.sso_session ?? "");
  const settings = session === undefined ? [rest] : [rest, textsOf(session)];
  const bytes = new TextEncoder().encode(JSON.stringify(settings));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** What was looked for, for messages. */
interface Wanted {
  readonly profile: string;
  readonly named: string | undefined;
  readonly context: ExplainContext;
  readonly shared: SharedFiles;
}

/** Returns what `find` returns; its errors are told with what is known of the files. */
function explainedBy(wanted: Wanted, find: () => ProfileChain): ProfileChain {
  const { profile, shared } = wanted;
  try {
    return find();
  } catch (error) {
    if (!(error instanceof WevError)) throw error;
    const isUnknown = error instanceof UnknownProfileError;
    if (!isUnknown && shared.profiles.has(profile)) {
      // What is missing may stand there.
      if (shared.unread.length === 0) throw error;
      throw new WevError(error.message, { hint: sentences(shared.unread), cause: error });
    }
    const hint = misplacedProfile(profile, shared) ??
      (shared.unread.length > 0 ? sentences(shared.unread) : undefined);
    if (isUnknown) throw unknownProfile(error.message, hint, wanted);
    throw hint === undefined ? error : new WevError(error.message, { hint, cause: error });
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
    hint: `Check ${setting}, or make the profile: aws configure --profile ${quotedName(profile)}`,
  };
  return place === undefined
    ? new WevError(reason, options)
    : new ConfigError(place, reason, options);
}

function sentences(parts: readonly string[]): string {
  return parts.map((part) => `${part}.`).join("\n");
}

/** Returns what to do where a profile's section is there, but not as its file wants it. */
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

/** The options' role comes after those of the profile; the other options are about the last role. */
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
    hint: "Add role_arn, or choose a profile that has one with profile.",
  });
}
