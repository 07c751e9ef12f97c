/**
 * The choice of the keyring: that of the platform, if the user wants one.
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

/** Whether cached values are encrypted with a key in the keyring: `auto` or `off`. */
const KEYRING_VARIABLE = "WEV_KEYRING";

/**
 * Returns whether `WEV_KEYRING` is `auto`, and not `off`.
 *
 * @throws {WevError} if it is neither.
 */
export function wantsKeyring({ environment }: Pick<Runtime, "environment">): boolean {
  const wish = environment.get(KEYRING_VARIABLE) || "off";
  if (wish === "auto" || wish === "off") return wish === "auto";
  throw new WevError(`${KEYRING_VARIABLE} must be auto or off: it is "${escapeControls(wish)}"`, {
    hint: "With auto, cached values are encrypted with a key in the keyring of the platform.",
    shared: false,
  });
}

/**
 * Returns the keyring of this system, even if it is unavailable; `undefined` if none is known. Windows
 * stores the key in the file `keyFile`.
 */
export function platformKeyring(
  runtime: Pick<Runtime, "system" | "processes" | "files" | "environment">,
  keyFile: string | undefined,
): Keyring | undefined {
  const { system, processes } = runtime;
  switch (system) {
    case "linux":
      // An absolute path: in somebody else's project, PATH could lead to a program of the project.
      return secretService(processes, programPath("secret-tool", runtime));
    case "darwin":
      return keychain(processes);
    case "windows":
      return keyFile === undefined ? undefined : dataProtection({ ...runtime, path: keyFile });
    default:
      return undefined;
  }
}
