/**
 * `wev --completions`: the script with which a shell completes wev's command line.
 *
 * @module
 */

import { completionsFor } from "../cli/completions.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/** Shows the script with which a shell completes wev's command line. */
export function completions({ options, runtime }: Session): Promise<ExitStatus> {
  writeOutput(completionsFor(options.shell!), runtime.stdout);
  return Promise.resolve(ExitStatus.ok);
}
