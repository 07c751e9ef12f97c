/**
 * The questions that a plugin has wev ask. They are data: a plugin never sees the terminal.
 *
 * @module
 */

import type { KeepParts } from "./keep.ts";

/** A question to the person, or to what answers instead. */
export type Question = CodeQuestion | ChoiceQuestion;

/**
 * A question for a one-time code. wev takes it from the command line, from a variable that the plugin
 * consumes, or from `program`, else asks the person. It hands out no code of a device twice, to any
 * plugin: a code counts as used from then on.
 */
export interface CodeQuestion {
  /** The kind of question. */
  readonly kind: "code";
  /** What shows the codes: its serial number, or whatever else tells it from all others. */
  readonly device: string;
  /** Who checks the code, for messages: `AWS`. */
  readonly service: string;
  /** The account of the device, if that is known. */
  readonly account?: string | undefined;
  /** The role that the code is for, if it is for one. */
  readonly role?: string | undefined;
  /** Where the keys stand that are sent with it: `the profile "work"`. */
  readonly keys?: string | undefined;
  /** The line above the question. */
  readonly title: string;
  /** The question itself, with its colon: `Token:`. */
  readonly label: string;
  /** What to do if nobody can be asked, before the ways to give a code: sentences. */
  readonly help: string;
  /** The program that prints codes, if there is one. */
  readonly program?: CodeProgram | undefined;
  /** What became of the last code, if this is not the first question. */
  readonly previous?: "refused" | "answer-lost" | undefined;
}

/** A program that prints one-time codes. */
export interface CodeProgram {
  /** What calls it that, for messages: `token_command`. */
  readonly name: string;
  /** The program and its arguments. */
  readonly argv: readonly string[];
}

/** A question with a few answers to choose from. */
export interface ChoiceQuestion {
  /** The kind of question. */
  readonly kind: "choice";
  /** The line above the answers. */
  readonly title: string;
  /** The answers, at least one. */
  readonly choices: readonly string[];
  /** The choice that is the answer if it is kept by the time the person could be asked. */
  readonly answeredBy?: KeepParts;
  /** What fails if nobody can be asked. */
  readonly unavailable: Unavailable;
}

/** The failure of a question that nobody can be asked. */
export interface Unavailable {
  /** What failed. */
  readonly message: string;
  /** What the user can do about it. */
  readonly hint: string;
}
