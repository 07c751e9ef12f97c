/**
 * Whether the user wants a keyring.
 *
 * @module
 */

import { escapeControls, WevError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";

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
