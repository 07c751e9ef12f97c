/**
 * The files of profiles that AWS's tools share: `~/.aws/config` and `~/.aws/credentials`.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import type { ReadContext } from "../context.ts";
import {
  parseSharedConfig,
  type Profiles,
  type SharedConfig,
  type SharedFile,
  textsOf,
} from "./shared_config.ts";

/** The files and their content. */
export interface SharedFiles {
  /** The absolute paths, whether the files exist or not. */
  readonly files: readonly string[];
  /** A sentence for each file that exists but can't be read. */
  readonly unread: readonly string[];
  /** The profiles of both files together; the credentials file wins, as in the AWS CLI. */
  readonly profiles: Profiles;
  /** The content of the files, with its places. */
  readonly config: SharedConfig;
}

/** Bytes: far more than such a file has. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads the files, as the AWS CLI does: a file that does not exist or can't be read is empty.
 *
 * @throws {ConfigError} if the AWS CLI would refuse a file.
 */
export function loadSharedFiles(context: ReadContext): SharedFiles {
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

function read(file: string, { files }: ReadContext): ReadFile {
  if (file === "") return { file, text: undefined };
  const unread = (reason: string): ReadFile => ({
    file,
    text: undefined,
    unread: `Can't read ${file}: ${reason}`,
  });
  let bytes: Uint8Array | undefined;
  try {
    const info = files.stat(file);
    // AWS_CONFIG_FILE=/dev/null means no file. Other special files are not opened: a pipe may never end.
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
  return typeof code === "string" ? code : "the system gives no reason";
}

/** Editors on Windows write it at the start of a UTF-8 file. */
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Returns the text of a file that must be UTF-8. Drops a byte order mark.
 *
 * @throws {ConfigError} if it is in another encoding.
 */
export function decodeShared(bytes: Uint8Array, file: string): string {
  const hint = "Save the file as UTF-8.";
  if (isUtf16(bytes)) {
    const location = { file, line: 1, column: 1 };
    throw new ConfigError(location, "the file is UTF-16, not UTF-8", { hint });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split(/\r\n|\r|\n/);
    // The decoder puts U+FFFD where it can't decode.
    const line = lines.findIndex((text) => text.includes("\ufffd"));
    const text = lines[line]!;
    const mark = line === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    const column = text.indexOf("\ufffd") + 1 - mark;
    const location = { file, line: line + 1, column };
    throw new ConfigError(location, "there is a character here that is not UTF-8", {
      hint,
    });
  }
}

/** Returns whether a file is in UTF-16: by its mark, or by the zeros beside its first ASCII characters. */
function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) ||
    (first === 0 && third === 0) || (second === 0 && fourth === 0);
}
