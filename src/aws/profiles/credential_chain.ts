/**
 * Whose credentials are used, decided once, from variables and files that have been read: data, with the
 * place of each fact. The order is that of the AWS CLI (botocore's `create_credential_resolver` and
 * `AssumeRoleProvider`). Pure: no request, no file, no program.
 *
 * @module
 */

import {
  ConfigError,
  escapeControls,
  type Location,
  WevError,
  type WevErrorOptions,
} from "../../errors.ts";
import type { Section } from "./ini.ts";
import { placeOf, settingOf, type SharedConfig } from "./shared_config.ts";

/** Where a fact stands: in a variable, or in a setting of a profile. */
export interface Origin {
  /** What it is called in messages: `AWS_PROFILE`, `region of the profile "foo"`. */
  readonly name: string;
  /** Its place, if it stands in a file. */
  readonly location?: Location | undefined;
}

/** A value and where it stands. */
export interface Fact extends Origin {
  /** The value. */
  readonly value: string;
}

/** Keys that stand in variables or in a profile. */
export interface StaticBase {
  /** Tells it from the other kind. */
  readonly kind: "keys";
  /** Where they stand, for messages: `AWS_ACCESS_KEY_ID`, `the profile "foo"`. */
  readonly source: string;
  /** The profile in which they stand; none if it is the environment. */
  readonly profile: string | undefined;
  /** The access key ID. */
  readonly accessKeyId: string;
  /** The secret. */
  readonly secretAccessKey: string;
  /** The session token of temporary keys. */
  readonly sessionToken: string | undefined;
  /** When temporary keys expire, if that stands beside them. */
  readonly expiration: Fact | undefined;
  /** A session token that is not used, since the access key is a long-term one. */
  readonly staleToken: Origin | undefined;
}

/** Who gives keys that stand nowhere. */
export type Provider =
  | "container"
  | "credential_process"
  | "instance"
  | "login_session"
  | "sso"
  | "web_identity";

/** A role of a web identity. */
export interface WebIdentity {
  /** The role. */
  readonly roleArn: Fact;
  /** The file with the token. */
  readonly tokenFile: Fact;
  /** What the role's session is called, if that is said. */
  readonly sessionName: Fact | undefined;
}

/** Keys that somebody else gives: a program, IAM Identity Center, the machine. */
export interface ProvidedBase {
  /** Tells it from the other kind. */
  readonly kind: "provider";
  /** Who gives them. */
  readonly provider: Provider;
  /** Where they come from, for messages: `credential_process of the profile "foo"`. */
  readonly source: string;
  /** The profile that says so; none if the environment does. */
  readonly profile: string | undefined;
  /** The role, if it is that of a web identity. */
  readonly webIdentity?: WebIdentity;
  /** What is wrong if the machine has no keys: it is asked last, and nobody may have meant it. */
  readonly otherwise?: WevError;
}

/** Keys that everything else is made with. */
export type Base = StaticBase | ProvidedBase;

/** Whose credentials are used. */
export interface Whose {
  /** The keys it begins with. */
  readonly base: Base;
  /** The profiles whose roles are assumed, in that order. */
  readonly roles: readonly string[];
  /** The profiles that were followed, the chosen one first; none if the environment has keys. */
  readonly profiles: readonly string[];
}

/** What the decision is made from. */
export interface Choice {
  /** The profile, if one is named. */
  readonly named: string | undefined;
  /**
   * Whether an option names it, as `--profile` of the AWS CLI does: then neither keys nor a web identity
   * of the environment count.
   */
  readonly isOption: boolean;
  /** Returns an environment variable that is not empty. */
  readonly get: (name: string) => string | undefined;
  /** What the files say. */
  readonly config: SharedConfig;
  /** The paths of the files, for messages. */
  readonly files: readonly string[];
  /** Whether keys of the environment need a secret: a wev around this one may have replaced it. */
  readonly needsSecret: boolean;
}

/** A profile that is named and that there is not. */
export class UnknownProfileError extends WevError {
  /** The name of the class. */
  override readonly name: string = "UnknownProfileError";

  /** Tells of the profile, whose name may stand elsewhere in the files. */
  constructor(readonly profile: string, message: string) {
    super(message);
  }
}

/**
 * Returns whose credentials are used.
 *
 * @throws {UnknownProfileError} if the profile is named and there is no such profile.
 * @throws {WevError} if there are none, or what the files say makes no sense.
 */
export function whoseCredentials(choice: Choice): Whose {
  const { named, isOption, config } = choice;
  const keys = isOption ? undefined : environmentKeys(choice);
  if (keys !== undefined) return { base: keys, roles: [], profiles: [] };
  const chosen = named ?? "default";
  if (named !== undefined && !config.profiles.has(named)) {
    const places = choice.files.join(" and ") || "any file";
    throw new UnknownProfileError(
      named,
      `There is no profile "${escapeControls(named)}" in ${places}`,
    );
  }
  return follow(chosen, choice);
}

/** Follows `source_profile` to the keys. */
function follow(chosen: string, choice: Choice): Whose {
  const { config: { profiles: sections } } = choice;
  const profiles: string[] = [];
  const roles: string[] = [];
  let current = chosen;
  while (true) {
    profiles.push(current);
    const profile = sections.get(current);
    refuseContinued(current, profile);
    const isChosen = profiles.length === 1;
    // As in the AWS CLI, keys of its own win over a role only if a profile is another one's source.
    if (!isRole(profile) || (!isChosen && hasKeys(profile))) {
      return { base: baseOf(current, choice, isChosen), roles, profiles };
    }
    roles.unshift(current);
    const next = sourceOf(current, profile!, choice);
    if (typeof next !== "string") return { base: next, roles, profiles };
    if (next === current && hasKeys(profile)) {
      return { base: baseOf(current, choice, false), roles, profiles };
    }
    if (profiles.includes(next)) {
      const circle = [...profiles, next].map(quoted).join(" → ");
      throw at(profile, "source_profile", `The profiles go in a circle: ${circle}`, {
        hint: "Let one source_profile name a profile that has an access key.",
      });
    }
    if (!sections.has(next)) {
      throw at(
        profile,
        "source_profile",
        `The profile ${quoted(current)} has source_profile ${quoted(next)}, which there is not`,
        {
          suggest: { word: next, known: [...sections.keys()] },
          hint: `Check the name, or make the profile: aws configure --profile ${quotedName(next)}`,
        },
      );
    }
    current = next;
  }
}

/** A web identity assumes its role itself. */
function isRole(profile: Section | undefined): boolean {
  return Boolean(valueOf(profile, "role_arn")) && !valueOf(profile, "web_identity_token_file");
}

function hasKeys(profile: Section | undefined): boolean {
  return Boolean(
    valueOf(profile, "aws_access_key_id") || valueOf(profile, "aws_secret_access_key"),
  );
}

/** Returns the profile, or the keys, with which the role of the profile `name` is assumed. */
function sourceOf(name: string, profile: Section, choice: Choice): string | Base {
  const source = settingOf(profile, "source_profile");
  const credentials = settingOf(profile, "credential_source");
  if (source?.value && credentials?.value) {
    throw at(
      profile,
      "credential_source",
      `The profile ${quoted(name)} has both source_profile and credential_source`,
      { hint: "Remove one of them." },
    );
  }
  if (source?.value) return source.value;
  if (!credentials?.value) {
    const [example] = [...choice.config.profiles]
      .find(([other, section]) => other !== name && hasKeys(section)) ?? [];
    throw at(
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
      `credential_source of the profile ${quoted(name)} is "${
        escapeControls(credentials.value)
      }", which there is not`,
      {
        suggest: { word: credentials.value, known: [...CREDENTIAL_SOURCES.keys()] },
        hint: `It must be one of ${[...CREDENTIAL_SOURCES.keys()].join(", ")}.`,
      },
    );
  }
  const missing = (variables: string) =>
    at(profile, "credential_source", `There are no credentials from ${sourceName}`, {
      hint: `Set ${variables}, or name a source_profile instead.`,
    });
  if (provider === "environment") {
    const keys = environmentKeys(choice);
    if (keys === undefined) throw missing("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    return keys;
  }
  if (provider === "instance" && isMetadataDisabled(choice)) {
    throw at(profile, "credential_source", `There are no credentials from ${sourceName}`, {
      hint: "AWS_EC2_METADATA_DISABLED is true: unset it, or name a source_profile instead.",
    });
  }
  if (provider === "container" && containerVariable(choice) === undefined) {
    throw missing("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }
  return { kind: "provider", provider, source: sourceName, profile: name };
}

const CREDENTIAL_SOURCES: ReadonlyMap<string, "environment" | "container" | "instance"> = new Map([
  ["Environment", "environment"],
  ["EcsContainer", "container"],
  ["Ec2InstanceMetadata", "instance"],
]);

/** Returns the keys of a profile that assumes no role, in the order of the AWS CLI. */
function baseOf(name: string, choice: Choice, isChosen: boolean): Base {
  const { config } = choice;
  const profile = config.profiles.get(name);
  const provided = (provider: Provider, setting: string): ProvidedBase => ({
    kind: "provider",
    provider,
    source: `${setting} of the profile ${quoted(name)}`,
    profile: name,
  });
  const webIdentity = webIdentityOf(name, choice, isChosen && !choice.isOption);
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
  const none = noCredentials(name, choice);
  // A secret without its ID is half of what somebody meant, and no reason to take another identity.
  if (!isChosen || valueOf(profile, "aws_secret_access_key")) throw none;
  return machineBase(choice, none);
}

function webIdentityOf(
  name: string,
  { config, get }: Choice,
  countsEnvironment: boolean,
): ProvidedBase | undefined {
  const profile = config.profiles.get(name);
  const fact = (variable: string, setting: string): Fact | undefined => {
    const value = countsEnvironment ? get(variable) : undefined;
    if (value !== undefined) return { value, name: variable };
    return factOf(name, profile, setting);
  };
  const tokenFile = fact("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (tokenFile === undefined) return undefined;
  const roleArn = fact("AWS_ROLE_ARN", "role_arn");
  const isOfProfile = tokenFile.location !== undefined;
  if (roleArn === undefined) {
    const missing = isOfProfile ? `role_arn of the profile ${quoted(name)}` : "AWS_ROLE_ARN";
    const reason = `${tokenFile.name} is set but ${missing} is not`;
    const hint = `Set both, or remove ${isOfProfile ? "the setting" : tokenFile.name}.`;
    throw tokenFile.location === undefined
      ? new WevError(reason, { hint })
      : new ConfigError(tokenFile.location, reason, { hint });
  }
  return {
    kind: "provider",
    provider: "web_identity",
    source: tokenFile.name,
    profile: isOfProfile ? name : undefined,
    webIdentity: {
      roleArn,
      tokenFile,
      sessionName: fact("AWS_ROLE_SESSION_NAME", "role_session_name"),
    },
  };
}

/** Returns the keys that stand in one file; `profile` is the whole profile, for the expiration. */
function profileKeys(
  name: string,
  section: Section | undefined,
  profile: Section | undefined,
): StaticBase | undefined {
  const accessKeyId = valueOf(section, "aws_access_key_id");
  if (!accessKeyId) return undefined;
  const secretAccessKey = valueOf(section, "aws_secret_access_key");
  if (!secretAccessKey) {
    throw at(
      section,
      "aws_access_key_id",
      `The profile ${quoted(name)} has no aws_secret_access_key`,
      { hint: configureHint(name) },
    );
  }
  // The AWS CLI reads the older name first.
  const token = ["aws_security_token", "aws_session_token"]
    .map((setting) => factOf(name, section, setting))
    .find((fact) => fact !== undefined);
  const expiration = PROFILE_EXPIRATIONS
    .map((setting) => factOf(name, profile, setting))
    .find((fact) => fact !== undefined);
  return staticBase({
    source: `the profile ${quoted(name)}`,
    profile: name,
    accessKeyId: factOf(name, section, "aws_access_key_id")!,
    secretAccessKey: factOf(name, section, "aws_secret_access_key")!,
    token,
    expiration,
  });
}

/** Settings in which tools that write temporary keys into a profile say when they expire. */
const PROFILE_EXPIRATIONS = [
  "aws_credential_expiration",
  "aws_session_expiration",
  "aws_expiration",
  "x_security_token_expires",
  "expiration",
];

/** Returns the keys of the environment, if it has any. */
function environmentKeys({ get, needsSecret }: Choice): StaticBase | undefined {
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
  const fact = (name: string): Fact | undefined => {
    const value = get(name);
    return value === undefined ? undefined : { name, value };
  };
  return staticBase({
    source: "AWS_ACCESS_KEY_ID",
    profile: undefined,
    accessKeyId: { name: "AWS_ACCESS_KEY_ID", value: accessKeyId },
    secretAccessKey: { name: "AWS_SECRET_ACCESS_KEY", value: secretAccessKey ?? "" },
    // The AWS CLI reads the older name first.
    token: fact("AWS_SECURITY_TOKEN") ?? fact("AWS_SESSION_TOKEN"),
    expiration: fact("AWS_CREDENTIAL_EXPIRATION"),
  });
}

/** Keys that were found, as they stand. */
interface FoundKeys {
  readonly source: string;
  readonly profile: string | undefined;
  readonly accessKeyId: Fact;
  readonly secretAccessKey: Fact;
  readonly token: Fact | undefined;
  readonly expiration: Fact | undefined;
}

function staticBase(
  { source, profile, accessKeyId, secretAccessKey, token, expiration }: FoundKeys,
): StaticBase {
  // AWS gives no token with a long-term key: one that stands beside it is left over from a session.
  const isStale = token !== undefined && accessKeyId.value.startsWith("AKIA");
  const sessionToken = isStale ? undefined : token;
  for (const fact of [accessKeyId, secretAccessKey, sessionToken]) {
    if (fact !== undefined) checkCharacters(fact);
  }
  // If the secret is lost, since a wev around this one has replaced it, so is the token.
  const isLost = secretAccessKey.value === "";
  if (!isLost && sessionToken === undefined && accessKeyId.value.startsWith("ASIA")) {
    throw wrong(
      accessKeyId,
      `${accessKeyId.name} is the temporary access key …${accessKeyId.value.slice(-4)}, and its ` +
        "session token is missing",
      profile === undefined
        ? "Set AWS_SESSION_TOKEN too, or take an access key that begins with AKIA."
        : "Add aws_session_token, or take an access key that begins with AKIA.",
    );
  }
  return {
    kind: "keys",
    source,
    profile,
    accessKeyId: accessKeyId.value,
    secretAccessKey: secretAccessKey.value,
    sessionToken: sessionToken?.value,
    expiration: sessionToken === undefined ? undefined : expiration,
    staleToken: isStale ? { name: token.name, location: token.location } : undefined,
  };
}

/**
 * Refuses what no key or token has in it, and what nobody sees: it can't be sent, or AWS takes it for
 * another key.
 */
function checkCharacters(fact: Fact): void {
  const character = foreignCharacter(fact.value);
  if (character === undefined) return;
  throw wrong(
    fact,
    `${fact.name} has ${character} in it, which no key has`,
    "Copy the key again, without what stands around it.",
  );
}

/** Returns what the first character of `text` is called that no key or token has; `undefined` if none. */
export function foreignCharacter(text: string): string | undefined {
  const [character] = /[^\x21-\x7e]/u.exec(text) ?? [];
  return character === undefined ? undefined : nameOf(character);
}

function nameOf(character: string): string {
  const known = CHARACTERS.get(character);
  if (known !== undefined) return known;
  const shown = escapeControls(character);
  if (/[\p{Cf}\p{DI}]/u.test(character)) return `a zero-width character (${shown})`;
  if (/\p{Zs}/u.test(character)) return "a blank that is not a space";
  return shown === character ? `the character "${character}"` : `an invisible character (${shown})`;
}

const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["\r", "a carriage return"],
  ["\n", "a line feed"],
  ["\t", "a tab"],
  [" ", "a space"],
  ["\u00a0", "a no-break space"],
]);

/** Returns who gives keys to this machine. */
function machineBase(choice: Choice, none: WevError): ProvidedBase {
  const variable = containerVariable(choice);
  if (variable !== undefined) {
    return {
      kind: "provider",
      provider: "container",
      source: `the container (${variable})`,
      profile: undefined,
    };
  }
  if (isMetadataDisabled(choice)) throw none;
  return {
    kind: "provider",
    provider: "instance",
    source: "the instance metadata of this machine",
    profile: undefined,
    otherwise: none,
  };
}

function isMetadataDisabled({ get }: Choice): boolean {
  return get("AWS_EC2_METADATA_DISABLED")?.toLowerCase() === "true";
}

function containerVariable({ get }: Choice): string | undefined {
  return ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    .find((name) => get(name) !== undefined);
}

function noCredentials(name: string, { config, files }: Choice): WevError {
  const profile = config.profiles.get(name);
  if (profile === undefined) {
    const places = files.join(" and ") || "any file";
    return new WevError(`There are no AWS credentials in ${places}`, {
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
  return at(
    profile,
    "aws_secret_access_key",
    `The profile ${quoted(name)} has no aws_access_key_id`,
    { hint: configureHint(name) },
  );
}

/** Returns where keys come from that are those of a session for sure; `undefined` if they may not be. */
export function temporarySource(base: Base): string | undefined {
  const isTemporary = base.kind === "keys"
    ? base.sessionToken !== undefined
    : base.provider !== "credential_process";
  return isTemporary ? base.source : undefined;
}

/** Returns what is said of a session token that is left over beside a long-term key. */
export function staleTokenNote({ accessKeyId, staleToken }: StaticBase): string {
  return `${staleToken!.name} is not used: the access key …${
    accessKeyId.slice(-4)
  } is a long-term ` +
    "one, which has no session token";
}

/** Returns what to do to give a profile a new access key. */
export function configureHint(profile: string): string {
  return `Run: aws configure${profile === "default" ? "" : ` --profile ${quotedName(profile)}`}`;
}

/** Returns the name of a profile as a shell and the configuration file want it. */
export function quotedName(profile: string): string {
  const name = escapeControls(profile);
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** Returns the name of a profile as messages quote it. */
export function quoted(profile: string): string {
  return `"${escapeControls(profile)}"`;
}

function valueOf(section: Section | undefined, setting: string): string | undefined {
  return settingOf(section, setting)?.value;
}

function factOf(
  profile: string,
  section: Section | undefined,
  setting: string,
): Fact | undefined {
  const { value, valueLocation } = settingOf(section, setting) ?? {};
  if (!value) return undefined;
  return {
    value,
    name: `${setting} of the profile ${quoted(profile)}`,
    location: valueLocation,
  };
}

function wrong({ location }: Origin, reason: string, hint: string): WevError {
  return location === undefined
    ? new WevError(reason, { hint })
    : new ConfigError(location, reason, { hint });
}

/** Returns an error at the place of a setting, or else of its section. */
function at(
  section: Section | undefined,
  setting: string,
  reason: string,
  options: WevErrorOptions,
): WevError {
  const place = settingOf(section, setting)?.location ?? section?.location;
  return place === undefined
    ? new WevError(reason, options)
    : new ConfigError(place, reason, options);
}

/** Returns an error at the place of a setting of a profile, or of the profile. */
export function problemAt(
  { profiles }: SharedConfig,
  [profile, setting]: readonly [profile: string, setting: string],
  reason: string,
  options: WevErrorOptions = {},
): WevError {
  const place = placeOf(profiles, profile, setting) ?? placeOf(profiles, profile);
  return place === undefined
    ? new WevError(reason, options)
    : new ConfigError(place, reason, options);
}

/** The settings that must be on one line. */
const SINGLE_LINE = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_security_token",
  "aws_session_token",
  "credential_source",
  "duration_seconds",
  "external_id",
  "login_session",
  "mfa_serial",
  "region",
  "role_arn",
  "role_session_name",
  "source_profile",
  "sso_account_id",
  "sso_region",
  "sso_role_name",
  "sso_session",
  "sso_start_url",
  "web_identity_token_file",
];

/**
 * Refuses a profile in which one of `names` has a value of several lines: an indented line belongs to the
 * setting above it, and what it was meant to set is not set.
 *
 * @throws {ConfigError} at that line.
 */
export function refuseContinued(
  profile: string,
  section: Section | undefined,
  names: readonly string[] = SINGLE_LINE,
): void {
  for (const name of names) {
    const place = settingOf(section, name)?.continuation;
    if (place === undefined) continue;
    throw new ConfigError(
      place,
      `this line belongs to ${name} of the profile ${quoted(profile)}, since it is indented`,
      { hint: "Remove the blanks in front of it." },
    );
  }
}
