/**
 * `wev --completions`: prints the completion script of a shell.
 *
 * @module
 */

import { completionsFor } from "../cli/completions.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/** Prints the completion script of a shell. */
export function completions({ options, runtime }: Session): Promise<ExitStatus> {
  writeOutput(completionsFor(options.shell!), runtime.stdout);
  return Promise.resolve(ExitStatus.ok);
}
