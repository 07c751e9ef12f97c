/**
 * Running the programs that access keyrings.
 *
 * @module
 */

import { type Captured, ExecutionError, type Processes } from "../runtime.ts";
import { KeyringError } from "./keyring.ts";

/** How such a program is run. */
export interface ProgramOptions {
  /** Runs the program. */
  readonly processes: Pick<Processes, "capture">;
  /** The maximum time in milliseconds: a program that takes longer waits at a dialog. */
  readonly timeout: number;
  /**
   * Its standard input: a secret, which other users could see in arguments.
   *
   * @default {""}
   */
  readonly input?: string;
}

/**
 * Returns the output and exit code of a program.
 *
 * @throws {KeyringError} if it does not exist or takes too long.
 */
export async function runKeyringProgram(
  argv: readonly string[],
  { processes, timeout, input = "" }: ProgramOptions,
): Promise<Captured> {
  const [program = ""] = argv;
  try {
    const captured = await processes.capture(argv, { timeout, input, stderr: "null" });
    if (captured.stopped === undefined) return captured;
    throw new KeyringError(`${program} does not answer`);
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    throw new KeyringError(`${program} can't be run (${error.code})`, { cause: error });
  }
}
