/**
 * `wev --version`: prints version, target, runtime and commit.
 *
 * @module
 */

import { versionText } from "../cli/version_output.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/** Prints version, target, runtime and commit. */
export function version({ runtime }: Session): Promise<ExitStatus> {
  writeOutput(versionText(runtime.platform), runtime.stdout);
  return Promise.resolve(ExitStatus.ok);
}
