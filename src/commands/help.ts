/**
 * `wev --help`: the help.
 *
 * @module
 */

import { helpText } from "../cli/help.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/** Shows the help. */
export function help({ runtime }: Session): Promise<ExitStatus> {
  writeOutput(helpText(), runtime.stdout);
  return Promise.resolve(ExitStatus.ok);
}
