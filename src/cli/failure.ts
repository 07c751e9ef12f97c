/**
 * Error messages for failures.
 *
 * @module
 */

import {
  dataOf,
  escapeControls,
  ExitStatus,
  type FailureData,
  type Suggestion,
  WevError,
} from "../errors.ts";
import { NothingConfiguredError } from "../plan/require.ts";
import { isUnreadable } from "../runtime.ts";

/** A failure as it is shown to the user. */
export interface FailureDescription {
  /** The message: what failed. */
  readonly message: string;
  /** The remedy, one or more lines. */
  readonly advice: string | undefined;
  /** The exit status of wev. */
  readonly exitStatus: number;
  /** The failure as data. */
  readonly data: FailureData;
}

/** Most characters in a line. A longer one quotes generated text, such as a key of 200 KB. */
const MAX_LINE = 2_000;

function shortened(message: string): string {
  return message.length > MAX_LINE ? `${message.slice(0, MAX_LINE)}…` : message;
}

/** Returns whether `error` says that nothing is configured. */
export function isNothingConfigured(error: unknown): boolean {
  return error instanceof NothingConfiguredError;
}

/** Returns what to say of `error`. */
export async function describeFailure(error: unknown): Promise<FailureDescription> {
  if (error instanceof WevError) {
    const { message, suggest, hint, exitStatus } = error;
    const known = suggest === undefined ? undefined : await suggestion(suggest);
    const question = known === undefined ? [] : [`Did you mean "${escapeControls(known)}"?`];
    const advice = [...question, ...(hint === undefined ? [] : hint.split("\n"))].map(shortened)
      .join("\n");
    return {
      // One line, so that quoted text can't look like a line from wev.
      message: shortened(escapeControls(message)),
      advice: advice === "" ? undefined : advice,
      exitStatus,
      data: dataOf(error),
    };
  }
  if (isUnreadable(error)) {
    return {
      message: escapeControls(error.message),
      advice: error.hint,
      exitStatus: ExitStatus.cannotPrepare,
      data: { kind: "config" },
    };
  }
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
    return {
      message: `Cannot load the rest of wev: ${escapeControls(error.message.split("\n", 1)[0]!)}`,
      advice: "Install wev again. If you run it from source, check its files.",
      exitStatus: ExitStatus.cannotPrepare,
      data: { kind: "internal" },
    };
  }
  // A bug. Its message is not shown, because it may quote a secret.
  const { name, frames } = error instanceof Error
    ? { name: error.name, frames: framesOf(error) }
    : { name: typeof error, frames: [] };
  return {
    message: `wev failed because of a bug (${name})`,
    advice: ["Please report the bug with these lines:", ...frames.map((frame) => frame.trim())]
      .join("\n"),
    exitStatus: ExitStatus.cannotPrepare,
    data: { kind: "internal" },
  };
}

async function suggestion({ word, known, synonyms }: Suggestion): Promise<string | undefined> {
  // Few failures need it.
  const { closest } = await import("./closest.ts");
  return closest(word, known, synonyms);
}

/** Returns the stack frames of `error`. The message is cut off, because its lines may look like frames. */
function framesOf({ stack = "", message }: Error): readonly string[] {
  const start = stack.indexOf(message);
  const rest = start < 0 ? "" : stack.slice(start + message.length);
  return rest.match(/^ {4}at .*$/gm) ?? [];
}
