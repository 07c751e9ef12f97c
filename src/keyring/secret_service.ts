/**
 * The Secret Service of Linux desktops (GNOME Keyring, KWallet, KeePassXC), by secret-tool(1).
 *
 * @module
 */

import type { Captured, Processes } from "../runtime.ts";
import { KEY_NAME, type Keyring, KeyringError } from "./keyring.ts";
import { runKeyringProgram } from "./program.ts";

const TIMEOUT_MS = 3_000;
const ATTRIBUTES = ["service", KEY_NAME.service, "account", KEY_NAME.account];

/**
 * Returns the keyring of the Secret Service. `program` is the path of secret-tool; `undefined` if it is
 * not installed.
 */
export function secretService(
  processes: Pick<Processes, "capture">,
  program: string | undefined,
): Keyring {
  const run = async (args: readonly string[], input = ""): Promise<Captured> => {
    if (program === undefined) throw new KeyringError("secret-tool is in no directory of PATH");
    return await runKeyringProgram([program, ...args], { processes, timeout: TIMEOUT_MS, input });
  };
  return {
    async load() {
      // Unlike `lookup`, `search` opens no dialog if the keyring is locked: it omits the secret.
      const { stdout, code } = await run(["search", ...ATTRIBUTES]);
      const secret = /^secret = (.*)$/m.exec(stdout)?.[1];
      if (secret !== undefined && secret !== "") return secret;
      if (stdout !== "") throw new KeyringError("the keyring is locked");
      if (code !== 0) throw new KeyringError("secret-tool finds no Secret Service");
      return undefined;
    },
    async save(key) {
      const { code } = await run(["store", "--label", KEY_NAME.label, ...ATTRIBUTES], key);
      if (code !== 0) throw new KeyringError("secret-tool can't store the key");
    },
  };
}
