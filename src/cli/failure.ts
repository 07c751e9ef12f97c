/**
 * Failures in a user's words.
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
import { isUnreadable } from "../runtime.ts";

/** What is said of a failure. */
export interface FailureDescription {
  /** What failed. */
  readonly message: string;
  /** What to do about it, one or more lines. */
  readonly advice: string | undefined;
  /** What wev exits with. */
  readonly exitStatus: number;
  /** What it is, for programs. */
  readonly data: FailureData;
}

/** Characters of a line. One that is longer quotes something that nobody wrote: a key of 200 KB. */
const MAX_LINE = 2_000;

function shortened(message: string): string {
  return message.length > MAX_LINE ? `${message.slice(0, MAX_LINE)}…` : message;
}

/** Returns what to say of `error`. */
export async function describeFailure(error: unknown): Promise<FailureDescription> {
  if (error instanceof WevError) {
    const { message, suggest, hint, exitStatus } = error;
    const near = suggest === undefined ? undefined : await suggestion(suggest);
    const meant = near === undefined ? [] : [`Did you mean "${escapeControls(near)}"?`];
    const advice = [...meant, ...(hint === undefined ? [] : hint.split("\n"))].map(shortened)
      .join("\n");
    return {
      // One line: text from outside in it can't pass for a line of wev's own.
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
  // A bug. Its message may quote anything, a secret too, so it is not shown.
  const { name, frames } = error instanceof Error
    ? { name: error.name, frames: framesOf(error) }
    : { name: typeof error, frames: [] };
  return {
    message: `wev failed in a way it should not (${name})`,
    advice: ["Please report this, with where it happened:", ...frames.map((frame) => frame.trim())]
      .join("\n"),
    exitStatus: ExitStatus.cannotPrepare,
    data: { kind: "internal" },
  };
}

async function suggestion({ word, known, synonyms }: Suggestion): Promise<string | undefined> {
  // Loaded here, since every run that asks for a code would wait for it.
  const { closest } = await import("./closest.ts");
  return closest(word, known, synonyms);
}

/** Returns the lines that say where `error` happened; a message may have lines that look the same. */
function framesOf({ stack = "", message }: Error): readonly string[] {
  const start = stack.indexOf(message);
  const rest = start < 0 ? "" : stack.slice(start + message.length);
  return rest.match(/^ {4}at .*$/gm) ?? [];
}
