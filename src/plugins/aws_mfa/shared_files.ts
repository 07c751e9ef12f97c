/**
 * The files of profiles that AWS's tools share: `~/.aws/config` and `~/.aws/credentials`.
 *
 * @module
 */

import { loadSharedConfigFiles } from "@smithy/core/config";
import type { ExplainContext } from "../../plugin/mod.ts";
import type { Profiles } from "./profile_chain.ts";

/** The files, and what they say. */
export interface SharedFiles {
  /** The absolute paths, there or not. */
  readonly files: readonly string[];
  /** The configuration file's path, if it is known. */
  readonly configFile: string | undefined;
  /** The credentials file's path, if it is known. */
  readonly credentialsFile: string | undefined;
  /** The profiles of both files together; the credentials file wins, as in the AWS CLI. */
  readonly profiles: Profiles;
}

/** Reads the files, by the SDK's own loader. A file that is not there is empty. */
export async function loadSharedFiles({ environment, home }: ExplainContext): Promise<SharedFiles> {
  const path = (variable: string, file: string) =>
    expanded(environment.get(variable), home) ??
      (home === undefined ? undefined : `${home}/.aws/${file}`);
  const configFilepath = path("AWS_CONFIG_FILE", "config");
  const filepath = path("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ...(filepath === undefined ? {} : { filepath }),
    ...(configFilepath === undefined ? {} : { configFilepath }),
    // The files are read anew when they have changed.
    ignoreCache: true,
  });
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  const profiles = new Map(
    [...names].map((name) => [name, { ...configFile[name], ...credentialsFile[name] }]),
  );
  return {
    files: [filepath, configFilepath].filter((file) => file !== undefined),
    configFile: configFilepath,
    credentialsFile: filepath,
    profiles,
  };
}

/** The AWS CLI expands `~` in these variables, for shells that do not. */
function expanded(path: string | undefined, home: string | undefined): string | undefined {
  if (!path) return undefined;
  return home !== undefined && path.startsWith("~/") ? home + path.slice(1) : path;
}
