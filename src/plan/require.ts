/**
 * `WEV_REQUIRE`: makes a run fail if nothing is configured.
 *
 * @module
 */

import { configDirectories, type DiscoverOptions } from "../config/discover.ts";
import { describeUnread, type UnreadFile } from "../config/unread_files.ts";
import { CONFIG_FILE_NAMES } from "../paths.ts";
import { asShellWord, escapeControls, WevError } from "../errors.ts";
import type { Plan } from "./plan.ts";
import type { Environment } from "../runtime.ts";

/** Nothing is configured, although `WEV_REQUIRE` requires it. */
export class NothingConfiguredError extends WevError {
  /** The name of the class. */
  override readonly name: string = "NothingConfiguredError";
}

/**
 * Returns whether `WEV_REQUIRE` requires a configuration.
 *
 * @throws {WevError} if its value is invalid.
 */
export function isConfigurationRequired(environment: Environment): boolean {
  const value = environment.get("WEV_REQUIRE") ?? "";
  switch (value.toLowerCase()) {
    case "1":
    case "true":
      return true;
    case "":
    case "0":
    case "false":
      return false;
  }
  throw new WevError(
    `WEV_REQUIRE must be 1, 0, true or false: it is "${escapeControls(value)}"`,
    { hint: "Set it to 1 to make wev fail if nothing is configured, or unset it." },
  );
}

/**
 * Checks that `plan` sets a variable, if `WEV_REQUIRE` requires it.
 *
 * @throws {NothingConfiguredError} if nothing is configured; it lists the files and directories.
 */
export function checkRequired(
  { steps }: Plan,
  environment: Environment,
  options: DiscoverOptions,
  unreadFiles: () => readonly UnreadFile[],
): void {
  if (!isConfigurationRequired(environment) || steps.length > 0) return;
  const unread = unreadFiles();
  throw new NothingConfiguredError("No variable is configured, and WEV_REQUIRE is set", {
    hint: [...lookedFor(options), ...(unread.length === 0 ? [] : [describeUnread(unread)])]
      .join("\n"),
  });
}

/** Returns lines with the files that wev looks for, and the directories. */
export function lookedFor(options: DiscoverOptions): string[] {
  const names = CONFIG_FILE_NAMES.slice(0, -1).join(", ");
  const directories = configDirectories(options).map(asShellWord).join(", ");
  return [
    `Looked for ${names} and ${CONFIG_FILE_NAMES.at(-1)} in: ${directories}` +
    (options.home === undefined ? "; the home directory is not known" : ""),
  ];
}
