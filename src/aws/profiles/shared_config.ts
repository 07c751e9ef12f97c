/**
 * What `~/.aws/config` and `~/.aws/credentials` say together: profiles, sessions of IAM Identity Center
 * and endpoints of services, with the places. The rules are those of the AWS CLI (botocore's
 * `configloader.py` and `session.py`).
 *
 * @module
 */

import type { Location } from "../../errors.ts";
import { parseIni, type Section, type Setting } from "./ini.ts";
import { shellWords } from "./shell_words.ts";

/** Sections by the name of what they describe. */
export type Sections = ReadonlyMap<string, Section>;

/** What both files say. */
export interface SharedConfig {
  /** The profiles of both files; where both have a setting, that of the credentials file. */
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

/** A file and what it holds. */
export interface SharedFile {
  /** Its path, for places. */
  readonly file: string;
  /** What it holds; nothing where there is no such file. */
  readonly text: string | undefined;
}

/**
 * Returns what the files say.
 *
 * @throws {ConfigError} where the AWS CLI would refuse one of them.
 */
export function parseSharedConfig(config: SharedFile, credentials: SharedFile): SharedConfig {
  const named = { profile: newSections(), "sso-session": newSections(), services: newSections() };
  const others = newSections();
  for (const [header, section] of parseIni(config.text ?? "", config.file)) {
    // As the AWS CLI does, which takes [profilex y] for the profile y, too.
    const kind = (["profile", "sso-session", "services"] as const)
      .find((kind) => header.startsWith(kind));
    if (kind !== undefined) {
      const words = shellWords(header) ?? [];
      // Of two sections of one profile ([profile a] and [profile "a"]) the later is taken as a whole.
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

/** Returns where a profile stands, or the setting of it; `undefined` where there is none. */
export function placeOf(
  sections: Sections,
  name: string,
  setting?: string,
): Location | undefined {
  const section = sections.get(name);
  return setting === undefined ? section?.location : settingOf(section, setting)?.location;
}

/** Returns the setting `name` of a section, if it has one. */
export function settingOf(section: Section | undefined, name: string): Setting | undefined {
  return section?.settings.get(name);
}
