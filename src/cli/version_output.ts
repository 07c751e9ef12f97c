/**
 * The output of `wev --version`.
 *
 * @module
 */

import type { Platform } from "../runtime.ts";
import { VERSION } from "../version.ts";

/** The commit that the executable was built from, set at compile time. Undefined in a run from source. */
declare const WEV_COMMIT: string | undefined;

/** Returns the version, and the details that identify a build. */
export function versionText({ target, engine }: Platform): string {
  const origin = typeof WEV_COMMIT === "undefined" ? "from source" : `commit ${WEV_COMMIT}`;
  return `wev ${VERSION} (${target}, ${engine}, ${origin})\n`;
}
