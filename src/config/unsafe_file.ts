/**
 * The error of a configuration file that other users can write, with the remedy.
 *
 * @module
 */

import { parentOf } from "../paths.ts";
import { asShellWord, ConfigError, escapeControls } from "../errors.ts";
import type { Reader, UnsafeFile } from "./read_if_safe.ts";

/** Returns the error of the configuration file `file`, which is not read because of `unsafe`. */
export function unsafeFileError(
  file: string,
  { path, info, fault }: UnsafeFile,
  reader: Reader,
): ConfigError {
  const { user, system } = reader;
  const isLink = info.kind === "link";
  const subject = isLink
    ? `The symbolic link ${path === file ? "" : `${escapeControls(path)} `}`
    : path === file
    ? "The configuration "
    : `${escapeControls(path)}, where the configuration leads, `;
  const word = asShellWord(path);
  const fail = (predicate: string, hint: string) =>
    new ConfigError({ file, line: 1, column: 1 }, subject + predicate, { hint });
  switch (fault) {
    case "owner":
      return fail(
        `belongs to another user (${info.uid})`,
        `If you trust it, run: sudo chown ${isLink ? "-h " : ""}${user} ${word}\n` +
          "Or name its directory in WEV_TRUSTED_DIRECTORIES. Else remove it.",
      );
    case "everybody":
      return fail("may be written by everybody", `Check it, then run: chmod go-w ${word}`);
    case "group":
      return fail(
        `may be written by the group ${info.gid}`,
        `Check it, then run: chmod g-w ${word}`,
      );
    case "directory": {
      const directory = asShellWord(parentOf(path, system));
      return fail(
        "lies in a directory that everybody may write",
        `Move it to a directory of your own, with mode 755 or less, or run: chmod o-w ${directory}`,
      );
    }
    case "links":
      return fail("leads through too many links", `Remove it: rm ${word}`);
  }
}
