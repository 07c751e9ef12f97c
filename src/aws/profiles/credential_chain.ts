/**
 * The credentials to use and the roles to assume with them, in the order of the AWS CLI (botocore's
 * `create_credential_resolver` and `AssumeRoleProvider`). Pure: no request, no file, no program.
 *
 * @module
 */

import { ConfigError, escapeControls, WevError } from "../../errors.ts";
import {
  type BaseCredentials,
  type NamedValue,
  namedValueOf,
  type ProvidedCredentials,
  type Provider,
} from "./credentials.ts";
import type { Section } from "./ini.ts";
import {
  configureHint,
  errorAt,
  errorIn,
  quoted,
  quotedName,
  refuseContinued,
} from "./profile_errors.ts";
import { settingOf, type SharedConfig, valueOf } from "./shared_config.ts";
import { environmentKeys, type EnvironmentSource, profileKeys } from "./static_keys.ts";

/** The credentials to use, and the roles to assume with them. */
export interface CredentialChain {
  /** The first credentials. */
  readonly base: BaseCredentials;
  /** The profiles whose roles are assumed, in order. */
  readonly roles: readonly string[];
  /** The profiles that were followed, the chosen one first; none if the environment has keys. */
  readonly profiles: readonly string[];
}

/** The inputs of the chain. */
export interface ChainInputs extends EnvironmentSource {
  /** The profile, if one is named. */
  readonly named: string | undefined;
  /**
   * Whether an option names it, as `--profile` of the AWS CLI does: then the environment's keys and web
   * identity are ignored.
   */
  readonly isOption: boolean;
  /** The content of the files. */
  readonly config: SharedConfig;
  /** The paths of the files, for messages. */
  readonly files: readonly string[];
}

/** The error of a profile that does not exist. */
export class UnknownProfileError extends WevError {
  /** The name of the class. */
  override readonly name: string = "UnknownProfileError";

  /** Keeps the name, because a section of the files may have a similar one. */
  constructor(readonly profile: string, message: string) {
    super(message);
  }
}

/**
 * Returns the credentials and roles that the environment and the profiles select.
 *
 * @throws {UnknownProfileError} if there is no profile of the given name.
 * @throws {WevError} if there are no credentials, or a profile is invalid.
 */
export function findCredentialChain(inputs: ChainInputs): CredentialChain {
  const { named, isOption, config } = inputs;
  const keys = isOption ? undefined : environmentKeys(inputs);
  if (keys !== undefined) return { base: keys, roles: [], profiles: [] };
  const chosen = named ?? "default";
  if (named !== undefined && !config.profiles.has(named)) {
    const places = inputs.files.join(" and ") || "any file";
    throw new UnknownProfileError(
      named,
      `There is no profile "${escapeControls(named)}" in ${places}`,
    );
  }
  return follow(chosen, inputs);
}

/** Follows `source_profile` to the keys. */
function follow(chosen: string, inputs: ChainInputs): CredentialChain {
  const { config: { profiles: sections } } = inputs;
  const profiles: string[] = [];
  const roles: string[] = [];
  let current = chosen;
  while (true) {
    profiles.push(current);
    const profile = sections.get(current);
    refuseContinued(current, profile);
    const isChosen = profiles.length === 1;
    // As in the AWS CLI, a profile's own keys win over its role only if it is the source of another one.
    if (!isRole(profile) || (!isChosen && hasKeys(profile))) {
      return { base: baseOf(current, inputs, isChosen), roles, profiles };
    }
    roles.unshift(current);
    const next = sourceOf(current, profile!, inputs);
    if (typeof next !== "string") return { base: next, roles, profiles };
    if (next === current && hasKeys(profile)) {
      return { base: baseOf(current, inputs, false), roles, profiles };
    }
    if (profiles.includes(next)) {
      const circle = [...profiles, next].map(quoted).join(" → ");
      throw errorIn(profile, "source_profile", `The profiles form a circle: ${circle}`, {
        hint: "Set one source_profile to a profile that has an access key.",
      });
    }
    if (!sections.has(next)) {
      throw errorIn(
        profile,
        "source_profile",
        `The profile ${quoted(current)} has source_profile ${quoted(next)}, but there is no such ` +
          "profile",
        {
          suggest: { word: next, known: [...sections.keys()] },
          hint: `Check the name, or create the profile: aws configure --profile ${
            quotedName(next)
          }`,
        },
      );
    }
    current = next;
  }
}

/** Returns whether a profile assumes a role with other credentials. A web identity needs none. */
function isRole(profile: Section | undefined): boolean {
  return Boolean(valueOf(profile, "role_arn")) && !valueOf(profile, "web_identity_token_file");
}

function hasKeys(profile: Section | undefined): boolean {
  return Boolean(
    valueOf(profile, "aws_access_key_id") || valueOf(profile, "aws_secret_access_key"),
  );
}

/** Returns the profile, or the credentials, with which the role of the profile `name` is assumed. */
function sourceOf(name: string, profile: Section, inputs: ChainInputs): string | BaseCredentials {
  const source = settingOf(profile, "source_profile");
  const credentials = settingOf(profile, "credential_source");
  if (source?.value && credentials?.value) {
    throw errorIn(
      profile,
      "credential_source",
      `The profile ${quoted(name)} has both source_profile and credential_source`,
      { hint: "Remove one of them." },
    );
  }
  if (source?.value) return source.value;
  if (!credentials?.value) {
    const [example] = [...inputs.config.profiles]
      .find(([other, section]) => other !== name && hasKeys(section)) ?? [];
    throw errorIn(
      profile,
      "role_arn",
      `The profile ${quoted(name)} has role_arn, but no source_profile to assume the role from`,
      {
        hint: example === undefined
          ? "Add source_profile with the name of a profile that has an access key."
          : `Add source_profile = ${escapeControls(example)}, or another profile that has an ` +
            "access key.",
      },
    );
  }
  const provider = CREDENTIAL_SOURCES.get(credentials.value);
  const sourceName = `credential_source ${credentials.value} of the profile ${quoted(name)}`;
  if (provider === undefined) {
    throw new ConfigError(
      credentials.valueLocation,
      `credential_source of the profile ${quoted(name)} can't be "${
        escapeControls(credentials.value)
      }"`,
      {
        suggest: { word: credentials.value, known: [...CREDENTIAL_SOURCES.keys()] },
        hint: `It must be one of ${[...CREDENTIAL_SOURCES.keys()].join(", ")}.`,
      },
    );
  }
  const missing = (variables: string) =>
    errorIn(profile, "credential_source", `There are no credentials from ${sourceName}`, {
      kind: "auth",
      hint: `Set ${variables}, or name a source_profile instead.`,
    });
  if (provider === "environment") {
    const keys = environmentKeys(inputs);
    if (keys === undefined) throw missing("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    return keys;
  }
  if (provider === "instance" && isMetadataDisabled(inputs)) {
    throw errorIn(profile, "credential_source", `There are no credentials from ${sourceName}`, {
      kind: "auth",
      hint: "AWS_EC2_METADATA_DISABLED is true: unset it, or name a source_profile instead.",
    });
  }
  if (provider === "container" && containerVariable(inputs) === undefined) {
    throw missing("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }
  return { kind: "provider", provider, source: sourceName, profile: name };
}

const CREDENTIAL_SOURCES: ReadonlyMap<string, "environment" | "container" | "instance"> = new Map([
  ["Environment", "environment"],
  ["EcsContainer", "container"],
  ["Ec2InstanceMetadata", "instance"],
]);

/** Returns the credentials of a profile that assumes no role, in the order of the AWS CLI. */
function baseOf(name: string, inputs: ChainInputs, isChosen: boolean): BaseCredentials {
  const { config } = inputs;
  const profile = config.profiles.get(name);
  const provided = (provider: Provider, setting: string): ProvidedCredentials => ({
    kind: "provider",
    provider,
    source: `${setting} of the profile ${quoted(name)}`,
    profile: name,
  });
  const webIdentity = webIdentityOf(name, inputs, isChosen && !inputs.isOption);
  if (webIdentity !== undefined) return webIdentity;
  if (valueOf(profile, "sso_account_id") || valueOf(profile, "sso_role_name")) {
    return provided("sso", valueOf(profile, "sso_session") ? "sso_session" : "sso_start_url");
  }
  const ofCredentials = profileKeys(name, config.credentials.get(name), profile);
  if (ofCredentials !== undefined) return ofCredentials;
  if (valueOf(profile, "login_session")) return provided("login_session", "login_session");
  if (valueOf(profile, "credential_process")) {
    return provided("credential_process", "credential_process");
  }
  const ofConfig = profileKeys(name, config.config.get(name), profile);
  if (ofConfig !== undefined) return ofConfig;
  const none = noCredentials(name, inputs);
  // A secret without its ID is half an access key: then the machine's keys are not meant.
  if (!isChosen || valueOf(profile, "aws_secret_access_key")) throw none;
  return machineBase(inputs, none);
}

function webIdentityOf(
  name: string,
  { config, get }: ChainInputs,
  countsEnvironment: boolean,
): ProvidedCredentials | undefined {
  const profile = config.profiles.get(name);
  const variableOr = (variable: string, setting: string): NamedValue | undefined => {
    const value = countsEnvironment ? get(variable) : undefined;
    if (value !== undefined) return { value, name: variable };
    return namedValueOf(name, profile, setting);
  };
  const tokenFile = variableOr("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (tokenFile === undefined) return undefined;
  const roleArn = variableOr("AWS_ROLE_ARN", "role_arn");
  const isOfProfile = tokenFile.location !== undefined;
  if (roleArn === undefined) {
    const missing = isOfProfile ? `role_arn of the profile ${quoted(name)}` : "AWS_ROLE_ARN";
    const reason = `${tokenFile.name} is set but ${missing} is not`;
    const hint = `Set both, or remove ${isOfProfile ? "the setting" : tokenFile.name}.`;
    throw errorAt(tokenFile.location, reason, { hint });
  }
  return {
    kind: "provider",
    provider: "web_identity",
    source: tokenFile.name,
    profile: isOfProfile ? name : undefined,
    webIdentity: {
      roleArn,
      tokenFile,
      sessionName: variableOr("AWS_ROLE_SESSION_NAME", "role_session_name"),
    },
  };
}

/** Returns the provider of the keys of this machine; throws `none` if there is none. */
function machineBase(inputs: ChainInputs, none: WevError): ProvidedCredentials {
  const variable = containerVariable(inputs);
  if (variable !== undefined) {
    return {
      kind: "provider",
      provider: "container",
      source: `the container (${variable})`,
      profile: undefined,
    };
  }
  if (isMetadataDisabled(inputs)) throw none;
  return {
    kind: "provider",
    provider: "instance",
    source: "the instance metadata of this machine",
    profile: undefined,
    otherwise: none,
  };
}

function isMetadataDisabled({ get }: ChainInputs): boolean {
  return get("AWS_EC2_METADATA_DISABLED")?.toLowerCase() === "true";
}

function containerVariable({ get }: ChainInputs): string | undefined {
  return ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    .find((name) => get(name) !== undefined);
}

function noCredentials(name: string, { config, files }: ChainInputs): WevError {
  const profile = config.profiles.get(name);
  if (profile === undefined) {
    const places = new Intl.ListFormat("en").format(["the environment", ...files]);
    return new WevError(`No AWS credentials found (searched ${places})`, {
      kind: "auth",
      hint: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run: aws configure",
    });
  }
  if (valueOf(profile, "sso_session") || valueOf(profile, "sso_start_url")) {
    return new ConfigError(
      profile.location,
      `The profile ${quoted(name)} has no sso_account_id`,
      { hint: "Add it, or run: aws configure sso" },
    );
  }
  return errorIn(
    profile,
    "aws_secret_access_key",
    `The profile ${quoted(name)} has no aws_access_key_id`,
    { kind: "auth", hint: configureHint(name) },
  );
}
