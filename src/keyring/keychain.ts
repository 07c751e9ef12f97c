/**
 * The Keychain of macOS, by security(1).
 *
 * @module
 */

import type { Processes } from "../runtime.ts";
import { KEY_NAME, type Keyring, KeyringError } from "./keyring.ts";
import { runKeyringProgram } from "./program.ts";

const TIMEOUT_MS = 3_000;
/** An absolute path, so that no other program on PATH gets the key. */
const SECURITY = "/usr/bin/security";
/** The exit code of `security` if there is no such item: errSecItemNotFound, as a byte. */
const NOT_FOUND = 44;

/** Returns the user's default keychain. */
export function keychain(processes: Pick<Processes, "capture">): Keyring {
  const options = { processes, timeout: TIMEOUT_MS };
  const item = ["-s", KEY_NAME.service, "-a", KEY_NAME.account];
  return {
    async load() {
      const argv = [SECURITY, "find-generic-password", ...item, "-w"];
      const { stdout, code } = await runKeyringProgram(argv, options);
      if (code === NOT_FOUND) return undefined;
      if (code !== 0) throw new KeyringError("the keychain is locked");
      return stdout.trim();
    },
    async save(key) {
      // -i: reads the command from standard input. -U: updates an existing item. The item trusts the
      // program that created it, `security`, so reading it opens no dialog.
      const words = ["add-generic-password", ...item, "-w", key, "-U", "-l", `"${KEY_NAME.label}"`];
      const input = `${words.join(" ")}\n`;
      const { code } = await runKeyringProgram([SECURITY, "-i"], { ...options, input });
      if (code !== 0) throw new KeyringError("the keychain rejected the key");
    },
  };
}
