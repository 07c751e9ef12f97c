/**
 * Writing what was asked for to standard output.
 *
 * @module
 */

import { escapeControls, ExitStatus, WevError } from "./errors.ts";
import type { Output } from "./runtime.ts";

/** What the system means, by its name for the reason; for others its own words do. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EAGAIN: "its reader takes nothing",
  EIO: "input/output error",
  ENOSPC: "no space left on device",
  EPIPE: "nobody reads it",
  EROFS: "the file system is read-only",
};

/**
 * Writes `text`, as far as somebody reads it: `wev --help | head -1` is no failure.
 *
 * @throws {WevError} where it can't be written.
 */
export function writeOutput(text: string, stdout: Output): void {
  try {
    stdout.write(text);
  } catch (error) {
    if (codeOf(error) !== "EPIPE") throw describe(error);
  }
}

/**
 * Writes `text`, of which all must be read.
 *
 * @throws {WevError} where it can't be written, or nobody reads it.
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
  return new WevError(`Cannot write to standard output: ${reasonOf(error)}`, { exitStatus });
}

/** Returns why something can't be written, in words. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return REASONS[codeOf(error) ?? ""] ?? escapeControls(message);
}

/** Returns the system's name for what failed, if it has one. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
