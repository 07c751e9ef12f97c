/**
 * The Secret Service of Linux desktops (GNOME Keyring, KWallet, KeePassXC), by secret-tool(1).
 *
 * @module
 */

import type { Processes } from "../runtime.ts";
import { KEY_NAME, type Keyring, KeyringError } from "./keyring.ts";
import { runKeyringProgram } from "./program.ts";

const TIMEOUT_MS = 3_000;
const ATTRIBUTES = ["service", KEY_NAME.service, "account", KEY_NAME.account];

/** Returns the keyring behind the Secret Service. */
export function secretService(processes: Pick<Processes, "capture">): Keyring {
  const options = { processes, timeout: TIMEOUT_MS };
  return {
    async load() {
      // Unlike `lookup`, `search` opens no dialog where the keyring is locked: it leaves the secret out.
      const { stdout, code } = await runKeyringProgram(
        ["secret-tool", "search", ...ATTRIBUTES],
        options,
      );
      const secret = /^secret = (.*)$/m.exec(stdout)?.[1];
      if (secret !== undefined && secret !== "") return secret;
      if (stdout !== "") throw new KeyringError("the keyring is locked");
      if (code !== 0) throw new KeyringError("secret-tool finds no Secret Service");
      return undefined;
    },
    async save(key) {
      const argv = ["secret-tool", "store", "--label", KEY_NAME.label, ...ATTRIBUTES];
      const { code } = await runKeyringProgram(argv, { ...options, input: key });
      if (code !== 0) throw new KeyringError("secret-tool can't store the key");
    },
  };
}
