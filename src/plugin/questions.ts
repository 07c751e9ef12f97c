/**
 * The questions that a plugin can have asked. It never sees the terminal.
 *
 * @module
 */

import type { WevError } from "../errors.ts";

/** A question for a secret of digits. */
export interface CodeQuestion {
  /** The line above the question. */
  readonly title: string;
  /** The question itself, with its colon: `Token:`. */
  readonly label: string;
  /** Returns what is wrong with an answer, or `undefined`. The answer comes without outer spaces. */
  check(answer: string): string | undefined | Promise<string | undefined>;
  /** What would have answered, where there is no terminal; or what fails there. */
  readonly withoutTerminal: string | WevError;
  /** Gives the question up, with its reason. */
  readonly signal?: AbortSignal;
}

/** A question with a few answers to choose from. */
export interface ChoiceQuestion {
  /** The line above the answers. */
  readonly title: string;
  /** The answers, at least one. */
  readonly choices: readonly string[];
  /** What fails where there is no terminal. */
  withoutTerminal(): WevError;
  /** Gives the question up, with its reason. */
  readonly signal?: AbortSignal;
}

/** Asks the person at the terminal. */
export interface Prompt {
  /**
   * Asks for a code, masked as it is typed, until `check` finds nothing wrong with the answer.
   *
   * @throws {CancelledError} where the person gives up.
   * @throws {WevError} where there is no terminal.
   */
  askCode(question: CodeQuestion): Promise<string>;
  /**
   * Asks which of a few answers is right, by arrow keys or by its number.
   *
   * @throws {CancelledError} where the person gives up.
   * @throws {WevError} that the question has for it, where there is no terminal.
   */
  choose(question: ChoiceQuestion): Promise<string>;
  /**
   * Waits until this variable may bother the person, without a question of wev's own: a program that
   * is about to say "touch the key", a code that comes from elsewhere.
   */
  turn(): Promise<void>;
}
