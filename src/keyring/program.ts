/**
 * The programs by which keyrings are reached.
 *
 * @module
 */

import { type Captured, ExecutionError, type Processes } from "../runtime.ts";
import { KeyringError } from "./keyring.ts";

/** How such a program is run. */
export interface ProgramOptions {
  /** Runs it. */
  readonly processes: Pick<Processes, "capture">;
  /** Milliseconds that it may take: longer means that it waits for somebody at a dialog. */
  readonly timeout: number;
  /**
   * What stands on its standard input: a secret, which others could see in arguments.
   *
   * @default {""}
   */
  readonly input?: string;
}

/**
 * Returns what a program prints and its exit code.
 *
 * @throws {KeyringError} where it is not there or takes too long.
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
