/**
 * The files of profiles that AWS's tools share: `~/.aws/config` and `~/.aws/credentials`.
 *
 * @module
 */

import { decodeShared } from "./decode.ts";
import { parseSharedConfig, type SharedConfig, type SharedFile, textsOf } from "./shared_config.ts";
import { ConfigError } from "../../errors.ts";
import type { ExplainContext } from "../../plugin/mod.ts";
import type { Profiles } from "./profile_chain.ts";

/** The files, and what they say. */
export interface SharedFiles {
  /** The absolute paths, there or not. */
  readonly files: readonly string[];
  /** A sentence for each file that is there and can't be read. */
  readonly unread: readonly string[];
  /** The profiles of both files together; the credentials file wins, as in the AWS CLI. */
  readonly profiles: Profiles;
  /** All that the files say, with the places. */
  readonly config: SharedConfig;
}

/** More than anybody has in these files. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads the files, as the AWS CLI does: one that is not there is empty, and so is one that can't be read.
 *
 * @throws {ConfigError} where the AWS CLI would refuse a file.
 */
export function loadSharedFiles(context: ExplainContext): SharedFiles {
  const { home } = context;
  // As for the AWS CLI, an empty variable names no file.
  const path = (variable: string, file: string) =>
    context.pathFrom(variable) ?? (home === undefined ? "" : `${home}/.aws/${file}`);
  const configFile = path("AWS_CONFIG_FILE", "config");
  const credentialsFile = path("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  const [ofConfig, ofCredentials] = [read(configFile, context), read(credentialsFile, context)];
  const config = parseSharedConfig(ofConfig, ofCredentials);
  return {
    files: [credentialsFile, configFile].filter((file) => file !== ""),
    unread: [ofCredentials.unread, ofConfig.unread].filter((sentence) => sentence !== undefined),
    profiles: new Map([...config.profiles].map(([name, section]) => [name, textsOf(section)])),
    config,
  };
}

/** A file, or why it can't be read. */
interface ReadFile extends SharedFile {
  readonly unread?: string;
}

function read(file: string, { files }: ExplainContext): ReadFile {
  if (file === "") return { file, text: undefined };
  const unread = (reason: string): ReadFile => ({
    file,
    text: undefined,
    unread: `Can't read ${file}: ${reason}`,
  });
  let bytes: Uint8Array | undefined;
  try {
    const info = files.stat(file);
    // Whoever wants no file names this one. Nothing else is opened: a pipe may never end.
    if (info === undefined || file === "/dev/null") return { file, text: undefined };
    if (info.kind !== "file") {
      return unread(info.kind === "directory" ? "it is a directory" : "it is not a regular file");
    }
    bytes = files.read(file, MAX_BYTES);
  } catch (error) {
    return unread(reasonOf(error));
  }
  if (bytes === undefined) return { file, text: undefined };
  if (bytes.length > MAX_BYTES) {
    throw new ConfigError({ file, line: 1, column: 1 }, "the file is larger than 16 MiB", {
      hint: "Check that it is a file with profiles.",
    });
  }
  return { file, text: decodeShared(bytes, file) };
}

function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return typeof code === "string" ? code : "the system does not say why";
}
