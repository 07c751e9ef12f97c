/**
 * The keyring of the platform.
 *
 * @module
 */

import { programPath } from "../programs.ts";
import type { Runtime } from "../runtime.ts";
import { dataProtection } from "./data_protection.ts";
import { keychain } from "./keychain.ts";
import type { Keyring } from "./keyring.ts";
import { secretService } from "./secret_service.ts";

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
