/**
 * Writing requested output to standard output.
 *
 * @module
 */

import { escapeControls, ExitStatus, WevError } from "./errors.ts";
import type { Output } from "./runtime.ts";

/** The reasons in words, by the system's names of the errors. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EAGAIN: "its reader does not read",
  EIO: "input/output error",
  ENOSPC: "no space left on device",
  EPIPE: "nobody reads it",
  EROFS: "the file system is read-only",
};

/**
 * Writes `text`. A reader may stop reading: `wev --help | head -1` does not fail.
 *
 * @throws {WevError} if it can't be written.
 */
export function writeOutput(text: string, stdout: Output): void {
  try {
    stdout.write(text);
  } catch (error) {
    if (codeOf(error) !== "EPIPE") throw describe(error);
  }
}

/**
 * Writes `text` to a reader that must read all of it.
 *
 * @throws {WevError} if it can't be written, or the reader has closed its end.
 */
export function writeToReader(text: string, stdout: Pick<Output, "write">): void {
  try {
    stdout.write(text);
  } catch (error) {
    throw describe(error);
  }
}

function describe(error: unknown): WevError {
  const exitStatus = ExitStatus.failure;
  return new WevError(`Cannot write to standard output: ${reasonOf(error)}`, {
    kind: "internal",
    exitStatus,
  });
}

/** Returns the reason of a failed write in words. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return REASONS[codeOf(error) ?? ""] ?? escapeControls(message);
}

/** Returns the system's name of an error, if it has one. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
