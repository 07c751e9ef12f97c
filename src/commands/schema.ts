/**
 * `wev --schema`: prints the JSON Schema of wev.yml.
 *
 * @module
 */

import { schemaText } from "../cli/schema.ts";
import { ExitStatus } from "../errors.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/** Prints the JSON Schema of wev.yml. */
export async function schema({ registry, runtime }: Session): Promise<ExitStatus> {
  writeOutput(await schemaText(registry), runtime.stdout);
  return ExitStatus.ok;
}
