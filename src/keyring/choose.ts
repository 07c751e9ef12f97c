/**
 * Which keyring there is, and whether it is wanted.
 *
 * @module
 */

import { escapeControls, WevError } from "../errors.ts";
import { programPath } from "../programs.ts";
import type { Runtime } from "../runtime.ts";
import { dataProtection } from "./data_protection.ts";
import { keychain } from "./keychain.ts";
import type { Keyring } from "./keyring.ts";
import { secretService } from "./secret_service.ts";

/** The variable that says whether values are sealed with a key in the keyring. */
export const KEYRING_VARIABLE = "WEV_KEYRING";

/**
 * Returns whether the user wants the keyring: `auto`, and not `off`.
 *
 * @throws {WevError} where the variable says neither.
 */
export function wantsKeyring({ environment }: Pick<Runtime, "environment">): boolean {
  const wish = environment.get(KEYRING_VARIABLE) || "off";
  if (wish === "auto" || wish === "off") return wish === "auto";
  throw new WevError(`${KEYRING_VARIABLE} must be auto or off: it is "${escapeControls(wish)}"`, {
    hint: "auto seals what is cached with a key in the platform's keyring.",
    shared: false,
  });
}

/**
 * Returns the keyring of this system, reachable or not; `undefined` where none is known for it. Windows
 * keeps the key in the file `keyFile`.
 */
export function platformKeyring(
  runtime: Pick<Runtime, "system" | "processes" | "files" | "environment">,
  keyFile: string | undefined,
): Keyring | undefined {
  const { system, processes } = runtime;
  switch (system) {
    case "linux":
      // By its path: in the directory of somebody else's project it could be another program.
      return secretService(processes, programPath("secret-tool", runtime));
    case "darwin":
      return keychain(processes);
    case "windows":
      return keyFile === undefined ? undefined : dataProtection({ ...runtime, path: keyFile });
    default:
      return undefined;
  }
}
