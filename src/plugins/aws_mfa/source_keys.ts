/**
 * Where the long-term access key comes from: the environment, else a profile of the shared files.
 *
 * @module
 */

import { loadSharedConfigFiles } from "@smithy/core/config";
import { WevError } from "../../errors.ts";
import type { PluginBasis, ResolveContext } from "../../plugin/mod.ts";

/** A long-term access key, where it comes from, and the region that goes with it. */
export interface SourceKeys {
  /** The access key ID, `AKIA…`. */
  readonly accessKeyId: string;
  /** The secret. */
  readonly secretAccessKey: string;
  /** Where the key comes from, for messages: `AWS_ACCESS_KEY_ID`, `the profile "foo"`. */
  readonly source: string;
  /** The region of the environment, else of the profile. */
  readonly region: string | undefined;
  /** The region of the profile. */
  readonly profileRegion: string | undefined;
}

/** Returns what the key depends on that stands in the shared files. */
export async function findBasis(context: ResolveContext): Promise<PluginBasis> {
  const profile = await loadProfile(context);
  const keyId = context.environment.get("AWS_ACCESS_KEY_ID") || profile.values?.aws_access_key_id;
  const region = profile.values?.region;
  return {
    facts: {
      ...(keyId === undefined ? {} : { "access key ID": keyId }),
      ...(region === undefined ? {} : { "region of the profile": region }),
    },
    files: profile.files,
  };
}

/** Keys that may be anything yet: long-term or temporary. */
interface FoundKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly source: string;
  /** Where the session token comes from, for messages. */
  readonly tokenSource: string;
}

/**
 * Returns the long-term access key. The order is that of the AWS CLI: the environment's key first,
 * then the profile that AWS_PROFILE or AWS_DEFAULT_PROFILE names, or `default`.
 *
 * @throws {WevError} where there is none, or a temporary one, from which GetSessionToken gives nothing.
 */
export async function loadSourceKeys(context: ResolveContext): Promise<SourceKeys> {
  const get = (name: string) => context.environment.get(name) || undefined;
  const profile = await loadProfile(context);
  const profileRegion = profile.values?.region;
  const region = get("AWS_REGION") ?? get("AWS_DEFAULT_REGION") ?? profileRegion;
  const keys = keysOfEnvironment(context) ?? keysOfProfile(profile);
  if (keys.sessionToken !== undefined || keys.accessKeyId.startsWith("ASIA")) {
    const evidence = keys.sessionToken === undefined
      ? `${keys.source} has the temporary access key …${keys.accessKeyId.slice(-4)}`
      : `${keys.tokenSource} has a session token`;
    throw new WevError(`A session can't be made from temporary credentials: ${evidence}`, {
      hint: "Give wev the long-term access key of an IAM user (it begins with AKIA): unset " +
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or choose another profile " +
        "with AWS_PROFILE.",
    });
  }
  const { accessKeyId, secretAccessKey, source } = keys;
  return { accessKeyId, secretAccessKey, source, region, profileRegion };
}

function keysOfEnvironment({ environment }: ResolveContext): FoundKeys | undefined {
  const get = (name: string) => environment.get(name) || undefined;
  const accessKeyId = get("AWS_ACCESS_KEY_ID");
  const secretAccessKey = get("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const [there, missing] = accessKeyId === undefined
      ? ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"]
      : ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    throw new WevError(`${there} is set but ${missing} is not`, {
      hint: `Set both, or unset ${there} to use a profile.`,
    });
  }
  const legacy = get("AWS_SECURITY_TOKEN");
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: get("AWS_SESSION_TOKEN") ?? legacy,
    source: "AWS_ACCESS_KEY_ID",
    tokenSource: get("AWS_SESSION_TOKEN") === undefined
      ? "AWS_SECURITY_TOKEN"
      : "AWS_SESSION_TOKEN",
  };
}

/** A profile of the shared files. */
interface LoadedProfile {
  readonly name: string;
  /** Whether the environment names it. */
  readonly named: boolean;
  readonly files: readonly string[];
  readonly values: Readonly<Record<string, string | undefined>> | undefined;
}

async function loadProfile({ environment, home }: ResolveContext): Promise<LoadedProfile> {
  const chosen = environment.get("AWS_PROFILE") || environment.get("AWS_DEFAULT_PROFILE");
  const name = chosen || "default";
  const path = (variable: string, file: string) =>
    environment.get(variable) || (home === undefined ? undefined : `${home}/.aws/${file}`);
  const configFilepath = path("AWS_CONFIG_FILE", "config");
  const filepath = path("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  const files = [filepath, configFilepath].filter((file) => file !== undefined);
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ...(filepath === undefined ? {} : { filepath }),
    ...(configFilepath === undefined ? {} : { configFilepath }),
    // The files are read anew when they have changed.
    ignoreCache: true,
  });
  const parts = [configFile[name], credentialsFile[name]].filter((part) => part !== undefined);
  const values = parts.length === 0 ? undefined : Object.assign({}, ...parts);
  return { name, named: Boolean(chosen), files, values };
}

function keysOfProfile({ name, named, files, values }: LoadedProfile): FoundKeys {
  const source = `the profile "${name}"`;
  const places = files.join(" and ");
  if (values === undefined) {
    throw new WevError(
      named
        ? `There is no profile "${name}" in ${places}`
        : `There are no AWS credentials in ${places}`,
      {
        hint: named
          ? "Check AWS_PROFILE, or make the profile: aws configure --profile " + name
          : "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run: aws configure",
      },
    );
  }
  const accessKeyId = values.aws_access_key_id;
  const secretAccessKey = values.aws_secret_access_key;
  if (!accessKeyId || !secretAccessKey) {
    throw new WevError(
      `The profile "${name}" has no ${accessKeyId ? "aws_secret_access_key" : "aws_access_key_id"}`,
      { hint: `Run: aws configure${named ? ` --profile ${name}` : ""}` },
    );
  }
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: values.aws_session_token || undefined,
    source,
    tokenSource: source,
  };
}
