/**
 * Credentials as variables and profiles describe them: keys, or their provider. Only data.
 *
 * @module
 */

import type { Location, WevError } from "../../errors.ts";
import type { Section } from "./ini.ts";
import { quoted } from "./profile_errors.ts";
import { settingOf } from "./shared_config.ts";

/** The variable, or the setting of a profile, that has a value. */
export interface Origin {
  /** Its name in messages: `AWS_PROFILE`, `region of the profile "foo"`. */
  readonly name: string;
  /** Its place, if it is in a file. */
  readonly location?: Location | undefined;
}

/** A value and its origin. */
export interface NamedValue extends Origin {
  /** The value. */
  readonly value: string;
}

/** Keys in variables or in a profile. */
export interface StaticCredentials {
  /** The kind of credentials. */
  readonly kind: "keys";
  /** Their origin, for messages: `AWS_ACCESS_KEY_ID`, `the profile "foo"`. */
  readonly source: string;
  /** The profile that has them; none if the environment has them. */
  readonly profile: string | undefined;
  /** The access key ID. */
  readonly accessKeyId: string;
  /** The secret. */
  readonly secretAccessKey: string;
  /** The session token of temporary keys. */
  readonly sessionToken: string | undefined;
  /** The expiration of temporary keys, if it is set beside them. */
  readonly expiration: NamedValue | undefined;
  /** A session token that is ignored, because the access key is a long-term one. */
  readonly staleToken: Origin | undefined;
}

/** The providers of keys that are in no variable or profile. */
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
  readonly roleArn: NamedValue;
  /** The file with the token. */
  readonly tokenFile: NamedValue;
  /** The name of the role's session, if it is set. */
  readonly sessionName: NamedValue | undefined;
}

/** Keys that are requested: from a program, IAM Identity Center, the machine. */
export interface ProvidedCredentials {
  /** The kind of credentials. */
  readonly kind: "provider";
  /** The provider. */
  readonly provider: Provider;
  /** Where they come from, for messages: `credential_process of the profile "foo"`. */
  readonly source: string;
  /** The profile that names the provider; none if the environment does. */
  readonly profile: string | undefined;
  /** The role, if it is that of a web identity. */
  readonly webIdentity?: WebIdentity;
  /** The error if the machine has no keys. No setting names the machine, so the error is not about it. */
  readonly otherwise?: WevError;
}

/** The first credentials of a chain. */
export type BaseCredentials = StaticCredentials | ProvidedCredentials;

/** Returns the source of keys that are certainly temporary, else `undefined`. */
export function temporarySource(base: BaseCredentials): string | undefined {
  const isTemporary = base.kind === "keys"
    ? base.sessionToken !== undefined
    : base.provider !== "credential_process";
  return isTemporary ? base.source : undefined;
}

/** Returns the warning about a session token beside a long-term key. */
export function staleTokenNote({ accessKeyId, staleToken }: StaticCredentials): string {
  return `${staleToken!.name} is not used: the access key …${
    accessKeyId.slice(-4)
  } is a long-term ` +
    "key, which has no session token";
}

/** Returns a setting of a profile with its name and place, if it has a value. */
export function namedValueOf(
  profile: string,
  section: Section | undefined,
  setting: string,
): NamedValue | undefined {
  const { value, valueLocation } = settingOf(section, setting) ?? {};
  if (!value) return undefined;
  return {
    value,
    name: `${setting} of the profile ${quoted(profile)}`,
    location: valueLocation,
  };
}

/**
 * The variable by which the AWS CLI notices that a profile's program runs, through other tools, the AWS CLI
 * again: `aws configure export-credentials` keeps the profiles in it, as a line of CSV.
 */
export const PROFILE_CHAIN = "_AWS_CLI_PROFILE_CHAIN";
