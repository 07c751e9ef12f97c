/**
 * The keys in variables and profiles, checked.
 *
 * @module
 */

import { escapeControls, WevError } from "../../errors.ts";
import { type NamedValue, namedValueOf, type StaticCredentials } from "./credentials.ts";
import type { Section } from "./ini.ts";
import { configureHint, errorAt, errorIn, quoted } from "./profile_errors.ts";
import { valueOf } from "./shared_config.ts";

/**
 * Returns the keys that a profile has in one of the files, if any. `section` is its section there,
 * `profile` the profile of both files, for the expiration.
 *
 * @throws {WevError} if half of the key is missing, or it can't be a key.
 */
export function profileKeys(
  name: string,
  section: Section | undefined,
  profile: Section | undefined,
): StaticCredentials | undefined {
  const accessKeyId = valueOf(section, "aws_access_key_id");
  if (!accessKeyId) return undefined;
  const secretAccessKey = valueOf(section, "aws_secret_access_key");
  if (!secretAccessKey) {
    throw errorIn(
      section,
      "aws_access_key_id",
      `The profile ${quoted(name)} has no aws_secret_access_key`,
      { hint: configureHint(name) },
    );
  }
  // The AWS CLI reads the older name first.
  const token = ["aws_security_token", "aws_session_token"]
    .map((setting) => namedValueOf(name, section, setting))
    .find((found) => found !== undefined);
  const expiration = PROFILE_EXPIRATIONS
    .map((setting) => namedValueOf(name, profile, setting))
    .find((found) => found !== undefined);
  return checkedKeys({
    source: `the profile ${quoted(name)}`,
    profile: name,
    accessKeyId: namedValueOf(name, section, "aws_access_key_id")!,
    secretAccessKey: namedValueOf(name, section, "aws_secret_access_key")!,
    token,
    expiration,
  });
}

/** The settings in which tools note the expiration of temporary keys that they write into a profile. */
const PROFILE_EXPIRATIONS = [
  "aws_credential_expiration",
  "aws_session_expiration",
  "aws_expiration",
  "x_security_token_expires",
  "expiration",
];

/** The environment. */
export interface EnvironmentSource {
  /** Returns an environment variable that is not empty. */
  readonly get: (name: string) => string | undefined;
  /** Whether the secret is needed: an outer wev may have replaced it. */
  readonly needsSecret: boolean;
}

/**
 * Returns the keys of the environment, if it has any.
 *
 * @throws {WevError} if half of the key is missing, or it can't be a key.
 */
export function environmentKeys(
  { get, needsSecret }: EnvironmentSource,
): StaticCredentials | undefined {
  const accessKeyId = get("AWS_ACCESS_KEY_ID");
  const secretAccessKey = get("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || (secretAccessKey === undefined && needsSecret)) {
    const [present, missing] = accessKeyId === undefined
      ? ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"]
      : ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    throw new WevError(`${present} is set but ${missing} is not`, {
      hint: `Set both, or unset ${present} to use a profile.`,
    });
  }
  const variable = (name: string): NamedValue | undefined => {
    const value = get(name);
    return value === undefined ? undefined : { name, value };
  };
  return checkedKeys({
    source: "AWS_ACCESS_KEY_ID",
    profile: undefined,
    accessKeyId: { name: "AWS_ACCESS_KEY_ID", value: accessKeyId },
    secretAccessKey: { name: "AWS_SECRET_ACCESS_KEY", value: secretAccessKey ?? "" },
    // The AWS CLI reads the older name first.
    token: variable("AWS_SECURITY_TOKEN") ?? variable("AWS_SESSION_TOKEN"),
    expiration: variable("AWS_CREDENTIAL_EXPIRATION"),
  });
}

/** Keys, not yet checked. */
interface FoundKeys {
  readonly source: string;
  readonly profile: string | undefined;
  readonly accessKeyId: NamedValue;
  readonly secretAccessKey: NamedValue;
  readonly token: NamedValue | undefined;
  readonly expiration: NamedValue | undefined;
}

function checkedKeys(
  { source, profile, accessKeyId, secretAccessKey, token, expiration }: FoundKeys,
): StaticCredentials {
  // AWS gives no token with a long-term key: a token beside one is left from an earlier session.
  const isStale = token !== undefined && accessKeyId.value.startsWith("AKIA");
  const sessionToken = isStale ? undefined : token;
  for (const one of [accessKeyId, secretAccessKey, sessionToken]) {
    if (one !== undefined) checkCharacters(one);
  }
  // An outer wev that replaced the secret has replaced the token too.
  const isLost = secretAccessKey.value === "";
  if (!isLost && sessionToken === undefined && accessKeyId.value.startsWith("ASIA")) {
    throw errorAt(
      accessKeyId.location,
      `${accessKeyId.name} is the temporary access key …${accessKeyId.value.slice(-4)}, but its ` +
        "session token is missing",
      {
        hint: profile === undefined
          ? "Set AWS_SESSION_TOKEN too, or use an access key that begins with AKIA."
          : "Add aws_session_token, or use an access key that begins with AKIA.",
      },
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
 * Refuses characters that no key or token has, most of them invisible: they can't be sent, or they make it
 * another key.
 */
function checkCharacters({ name, value, location }: NamedValue): void {
  const character = foreignCharacter(value);
  if (character === undefined) return;
  throw errorAt(location, `${name} has ${character} in it, which no key has`, {
    hint: "Copy the key again, without the characters around it.",
  });
}

/** Returns the name of the first character in `text` that no key or token has, if there is one. */
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
