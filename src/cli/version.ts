/**
 * The version.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };

/** Returns the text of `wev --version`. */
export function versionText(): string {
  return `wev ${manifest.version}\n`;
}
