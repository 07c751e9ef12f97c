/**
 * Files that look like a configuration but set nothing, because their name is wrong or they are empty. A
 * warning names them, so that users need not guess why nothing happens.
 *
 * @module
 */

import { CONFIG_FILE_NAMES, joinPath } from "../paths.ts";
import { escapeControls } from "../errors.ts";
import type { FileInfo, Files, System } from "../runtime.ts";
import { configDirectories, type DiscoverOptions } from "./discover.ts";

/** A file that sets nothing. */
export interface UnreadFile {
  /** Its absolute path. */
  readonly file: string;
  /** The reason, as a predicate: `is empty`. */
  readonly problem: string;
}

/**
 * The maximum size of a directory that is listed, in bytes; it has some thousand names. Listing a larger
 * one would take longer than the rest of the run.
 */
const MAX_DIRECTORY_BYTES = 131_072;

/** Names that resemble that of a configuration file: dots, `wev`, `user`, endings. */
const ALIKE =
  /^([._ -]*)wev([._ -]*(?:users?|local))?((?:[._ -]*(?:rc|ya?ml|ym|yl|json[5c]?|toml|txt|rtf|conf|cfg|config|ini))*)[. ]*$/;

/** The names to look for if a directory can't be listed, or is too large. */
const USUAL_MISTAKES = [
  ...["yaml", "yml.txt", "yaml.txt", "json", "YML", "YAML"].flatMap((ending) =>
    [".wev", "wev", ".wev.user", "wev.user"].map((stem) => `${stem}.${ending}`)
  ),
  ...["yml", "YML", "yaml"].flatMap((ending) =>
    [".Wev", "Wev", ".WEV", "WEV"].map((stem) => `${stem}.${ending}`)
  ),
];

/**
 * Returns the files that set nothing in the directories of configuration files. `texts` are the
 * configuration files that were read, by path. Files that can't be examined are skipped.
 */
export function unreadFiles(
  files: Files,
  options: DiscoverOptions,
  texts: ReadonlyMap<string, string>,
): UnreadFile[] {
  const { system } = options;
  const empty = [...texts].flatMap(([file, text]) => {
    const problem = emptinessOf(text);
    return problem === undefined ? [] : [{ file, problem }];
  });
  const seen = new Set<string>();
  const misnamed = configDirectories(options).flatMap((directory) => {
    const info = look(files, directory);
    if (info === undefined) return [];
    // The home directory may have another path, too.
    const identity = `${info.device}:${info.inode}`;
    if (info.inode !== 0 && seen.has(identity)) return [];
    seen.add(identity);
    return namesIn(files, directory, info)
      .filter((name) => nameMeantBy(name) !== undefined)
      .toSorted()
      .map((name) => ({ name, file: joinPath(directory, name, system) }))
      .filter(({ name, file }) => isOther(files, { directory, name, file, system }))
      .map(({ name, file }) => ({
        file,
        problem: `is not read: its name should be ${nameMeantBy(name)}`,
      }));
  });
  return [...misnamed, ...empty];
}

/** The maximum number of files named in a message. */
const MAX_NAMED = 5;

/** Returns one line about `unread`, which are one or more. */
export function describeUnread(unread: readonly UnreadFile[]): string {
  const told = unread.slice(0, MAX_NAMED)
    .map(({ file, problem }) => `${escapeControls(file)} ${problem}`);
  const rest = unread.length - told.length;
  return [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}

/** Returns the right name for `name`; `undefined` if it is right, or does not resemble one. */
export function nameMeantBy(name: string): string | undefined {
  if ((CONFIG_FILE_NAMES as readonly string[]).includes(name)) return undefined;
  const [found, start = "", user, ending] = ALIKE.exec(name.toLowerCase()) ?? [];
  const isHidden = start.includes(".");
  // `wev` is the program, or a directory with its source.
  if (found === undefined || (ending === "" && !isHidden)) return undefined;
  return `${isHidden ? "." : ""}wev${user === undefined ? "" : ".user"}.yml`;
}

/** Returns the reason why a configuration sets nothing, if it is empty. */
function emptinessOf(text: string): string | undefined {
  const lines = text.replace(/^\ufeff/, "").split(/[\r\n]+/).map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length === 0) return "is empty";
  return lines.every((line) => /^(?:#|---$|\.\.\.$)/.test(line))
    ? "is empty but for comments"
    : undefined;
}

function namesIn(files: Files, directory: string, { size }: FileInfo): readonly string[] {
  if (size > MAX_DIRECTORY_BYTES) return USUAL_MISTAKES;
  try {
    return files.list(directory);
  } catch {
    // The user may have search permission, but no read permission.
    return USUAL_MISTAKES;
  }
}

/** A file with a wrong name. */
interface Candidate {
  readonly directory: string;
  readonly name: string;
  readonly file: string;
  readonly system: System;
}

/**
 * Returns whether a file is different from the configuration files of its directory. It may be the same
 * if the file system ignores case, or by a link.
 */
function isOther(files: Files, { directory, name, file, system }: Candidate): boolean {
  const info = look(files, file);
  if (info?.kind !== "file") return false;
  return CONFIG_FILE_NAMES.every((right) => {
    const read = look(files, joinPath(directory, right, system));
    if (read === undefined) return true;
    // Windows does not always return the inode number.
    if (info.inode === 0) return right !== name.toLowerCase();
    return read.inode !== info.inode || read.device !== info.device;
  });
}

function look(files: Files, path: string): FileInfo | undefined {
  try {
    return files.stat(path);
  } catch {
    return undefined;
  }
}
