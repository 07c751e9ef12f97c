/**
 * What `wev --version` shows.
 *
 * @module
 */

import type { Platform } from "../runtime.ts";
import { VERSION } from "../version.ts";

/** The commit that an executable is made of: the compiler puts it here. From source there is none. */
declare const WEV_COMMIT: string | undefined;

/** Returns the version, and what it takes to tell one build from another. */
export function versionText({ target, engine }: Platform): string {
  const origin = typeof WEV_COMMIT === "undefined" ? "from source" : `commit ${WEV_COMMIT}`;
  return `wev ${VERSION} (${target}, ${engine}, ${origin})\n`;
}
