/**
 * `wev --help`: prints the help.
 *
 * @module
 */

import { helpText } from "../cli/help.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/** Prints the help. */
export function help({ runtime }: Session): Promise<ExitStatus> {
  writeOutput(helpText(), runtime.stdout);
  return Promise.resolve(ExitStatus.ok);
}
