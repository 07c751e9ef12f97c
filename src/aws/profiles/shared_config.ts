/**
 * The content of `~/.aws/config` and `~/.aws/credentials` together: profiles, sessions of IAM Identity Center
 * and endpoints of services, with their places. The rules are those of the AWS CLI (botocore's
 * `configloader.py` and `session.py`).
 *
 * @module
 */

import type { Location } from "../../errors.ts";
import { parseIni, type Section, type Setting } from "./ini.ts";
import { shellWords } from "./shell_words.ts";

/** The settings of a profile, by name. */
export type Profile = Readonly<Record<string, string | undefined>>;

/** Profiles by name. */
export type Profiles = ReadonlyMap<string, Profile>;

/** Sections by the name of the profile, session or service that they describe. */
export type Sections = ReadonlyMap<string, Section>;

/** The content of both files. */
export interface SharedConfig {
  /** The profiles of both files; of a setting in both, that of the credentials file. */
  readonly profiles: Sections;
  /** The profiles of the configuration file. */
  readonly config: Sections;
  /** The profiles of the credentials file. */
  readonly credentials: Sections;
  /** Sessions of IAM Identity Center, by name. */
  readonly ssoSessions: Sections;
  /** Endpoints of services, by name. */
  readonly services: Sections;
  /** Sections of the configuration file that are none of these: `[prod]` without `profile`. */
  readonly others: Sections;
}

/** A file and its content. */
export interface SharedFile {
  /** Its path, for messages. */
  readonly file: string;
  /** Its content; `undefined` if there is no such file. */
  readonly text: string | undefined;
}

/**
 * Parses the files.
 *
 * @throws {ConfigError} if the AWS CLI would refuse one of them.
 */
export function parseSharedConfig(config: SharedFile, credentials: SharedFile): SharedConfig {
  const named = { profile: newSections(), "sso-session": newSections(), services: newSections() };
  const others = newSections();
  for (const [header, section] of parseIni(config.text ?? "", config.file)) {
    // As in the AWS CLI, which also reads [profilex y] as the profile y.
    const kind = (["profile", "sso-session", "services"] as const)
      .find((kind) => header.startsWith(kind));
    if (kind !== undefined) {
      const words = shellWords(header) ?? [];
      // Of two sections of one profile ([profile a] and [profile "a"]) the later one replaces the other.
      if (words.length === 2) named[kind].set(words[1]!, section);
    } else if (header === "default") named.profile.set(header, section);
    else others.set(header, section);
  }
  const ofCredentials = parseIni(credentials.text ?? "", credentials.file);
  const profiles = new Map(named.profile);
  for (const [name, section] of ofCredentials) {
    const former = profiles.get(name);
    profiles.set(
      name,
      former === undefined
        ? section
        : { ...former, settings: new Map([...former.settings, ...section.settings]) },
    );
  }
  return {
    profiles,
    config: named.profile,
    credentials: ofCredentials,
    ssoSessions: named["sso-session"],
    services: named.services,
    others,
  };
}

function newSections(): Map<string, Section> {
  return new Map();
}

/** Returns the values of a section by name, as text. */
export function textsOf({ settings }: Section): Record<string, string> {
  return Object.fromEntries([...settings].map(([name, { value }]) => [name, value]));
}

/** The settings of a profile, and those of the section that its `services` names. */
export interface ProfileSettings {
  /** The profile's own, by name; a setting below another one is `s3.use_arn_region`. */
  readonly profile: Profile;
  /** Those of its services: `dynamodb.endpoint_url`. */
  readonly services: Profile;
}

/** Returns the settings of the profile `name`; none if there is no such profile. */
export function profileSettings(name: string, config: SharedConfig): ProfileSettings {
  const profile = flatTexts(config.profiles.get(name));
  const { services } = profile;
  return { profile, services: services ? flatTexts(config.services.get(services)) : {} };
}

function flatTexts(section: Section | undefined): Record<string, string> {
  const all = [...section?.settings.values() ?? []].flatMap(({ name, value, settings }) =>
    settings === undefined
      ? [[name, value]]
      : [...settings.values()].map((below) => [`${name}.${below.name}`, below.value])
  );
  return Object.fromEntries(all);
}

/** Returns the value of a setting, if it has one, on one line. */
export function lineOf(profile: Profile, name: string): string | undefined {
  const value = profile[name];
  return value === undefined || value === "" || hasControls(value) ? undefined : value;
}

// deno-lint-ignore no-control-regex -- they can't be in a variable.
const CONTROLS = /[\0-\x1f\x7f]/;

/** Returns whether `text` has control characters, which no variable or URL may have. */
export function hasControls(text: string): boolean {
  return CONTROLS.test(text);
}

/** Returns whether a switch is on. As in the AWS CLI, every value but "true" is off; SDKs differ. */
export function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === "true";
}

/** Returns the place of a profile or of its setting; `undefined` if there is none. */
export function placeOf(
  sections: Sections,
  name: string,
  setting?: string,
): Location | undefined {
  const section = sections.get(name);
  return setting === undefined ? section?.location : settingOf(section, setting)?.location;
}

/** Returns the value of the setting `name` of a section, if it has one. */
export function valueOf(section: Section | undefined, name: string): string | undefined {
  return settingOf(section, name)?.value;
}

/** Returns the setting `name` of a section, if it has one. */
export function settingOf(section: Section | undefined, name: string): Setting | undefined {
  return section?.settings.get(name);
}
