/**
 * Files that people take for a configuration and that set nothing: their name is not quite right, or
 * they are empty. Nobody should have to guess why nothing happens.
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
  /** Why it sets nothing, after its name: `is empty`. */
  readonly problem: string;
}

/**
 * Bytes that a directory itself may have to be listed, some thousand names: listing a larger one
 * takes longer than all the rest of wev.
 */
const MAX_DIRECTORY_BYTES = 131_072;

/** A name that is meant to be that of a configuration file: dots, `wev`, `user`, endings. */
const ALIKE =
  /^([._ -]*)wev([._ -]*(?:users?|local))?((?:[._ -]*(?:rc|ya?ml|ym|yl|json[5c]?|toml|txt|rtf|conf|cfg|config|ini))*)[. ]*$/;

/** What is looked for where a directory can't be listed, or has too many names. */
const USUAL_MISTAKES = [
  ...["yaml", "yml.txt", "yaml.txt", "json", "YML", "YAML"].flatMap((ending) =>
    [".wev", "wev", ".wev.user", "wev.user"].map((stem) => `${stem}.${ending}`)
  ),
  ...["yml", "YML", "yaml"].flatMap((ending) =>
    [".Wev", "Wev", ".WEV", "WEV"].map((stem) => `${stem}.${ending}`)
  ),
];

/**
 * Returns the files that set nothing in the directories where configuration files count. `texts` holds
 * the configuration files that were read, by path. What can't be looked at is left out.
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
    // The home directory may be reached by another path, too.
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

/** How many files are named in a line. */
const MAX_NAMED = 5;

/** Returns one line about `unread`, which are one or more. */
export function describeUnread(unread: readonly UnreadFile[]): string {
  const told = unread.slice(0, MAX_NAMED)
    .map(({ file, problem }) => `${escapeControls(file)} ${problem}`);
  const rest = unread.length - told.length;
  return [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}

/** Returns the configuration file's name that `name` was meant to be; `undefined` where it is one. */
export function nameMeantBy(name: string): string | undefined {
  if ((CONFIG_FILE_NAMES as readonly string[]).includes(name)) return undefined;
  const [found, start = "", user, ending] = ALIKE.exec(name.toLowerCase()) ?? [];
  const isHidden = start.includes(".");
  // `wev` is a program, or a directory of its source.
  if (found === undefined || (ending === "" && !isHidden)) return undefined;
  return `${isHidden ? "." : ""}wev${user === undefined ? "" : ".user"}.yml`;
}

/** Returns why a configuration sets nothing, if there is nothing in it. */
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
    // Who may go through a directory need not be allowed to list it.
    return USUAL_MISTAKES;
  }
}

/** A file whose name is nearly right. */
interface Candidate {
  readonly directory: string;
  readonly name: string;
  readonly file: string;
  readonly system: System;
}

/**
 * Returns whether a file is none of the configuration files of its directory: where letter case does
 * not matter, or a link leads from one name to the other, it is read.
 */
function isOther(files: Files, { directory, name, file, system }: Candidate): boolean {
  const info = look(files, file);
  if (info?.kind !== "file") return false;
  return CONFIG_FILE_NAMES.every((right) => {
    const read = look(files, joinPath(directory, right, system));
    if (read === undefined) return true;
    // Windows does not always tell the numbers of a file.
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
