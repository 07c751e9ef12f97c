/**
 * Tells the user about a failure.
 *
 * @module
 */

import { ExitStatus, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { closest } from "./closest.ts";

/** Says what failed and what to do, and returns the exit status. */
export function reportFailure(error: unknown, logger: Logger): number {
  if (error instanceof WevError) {
    const { suggest, hint } = error;
    const near = suggest === undefined ? undefined : closest(suggest.word, suggest.known);
    const meant = near === undefined ? [] : [`Did you mean "${near}"?`];
    const advice = [...meant, ...(hint === undefined ? [] : [hint])].join("\n");
    logger.error(error.message, advice === "" ? undefined : advice);
    return error.exitStatus;
  }
  // A bug. Its message may quote anything, a secret too, so it is not shown.
  const { name, frames } = error instanceof Error
    ? { name: error.name, frames: error.stack?.match(/^ {4}at .*$/gm) ?? [] }
    : { name: typeof error, frames: [] };
  logger.error(
    `wev failed in a way it should not (${name})`,
    ["Please report this, with where it happened:", ...frames.map((frame) => frame.trim())].join(
      "\n",
    ),
  );
  return ExitStatus.cannotPrepare;
}
