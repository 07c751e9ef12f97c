/**
 * The questions that wev asks for a plugin. They are data: a plugin never sees the terminal.
 *
 * @module
 */

import type { KeepParts } from "./keep.ts";

/** A question to the user, or to a source that answers instead. */
export type Question = CodeQuestion | ChoiceQuestion;

/**
 * A question for a one-time code. wev takes the code from the command line, from a variable that the plugin
 * consumes or from `program`; otherwise it asks the user. It marks the code as used, and never gives the
 * same code of a device to any plugin again.
 */
export interface CodeQuestion {
  /** The kind of question. */
  readonly kind: "code";
  /** The device that shows the codes: its serial number, or another unique name. */
  readonly device: string | undefined;
  /** The service that checks the code, for messages: `AWS`. */
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
  /** The remedy if wev can't ask, in sentences. The ways to supply a code follow it. */
  readonly help: string;
  /** The program that prints codes, if there is one. */
  readonly program?: CodeProgram | undefined;
  /** The result of the last code, if this is not the first question. */
  readonly previous?: "refused" | "answer-lost" | undefined;
}

/** A program that prints one-time codes. */
export interface CodeProgram {
  /** The option that names it, for messages: `token_command`. */
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
  /** The kept choice that answers the question, if another run has stored it meanwhile. */
  readonly answeredBy?: KeepParts;
  /** The error if wev can't ask. */
  readonly unavailable: Unavailable;
}

/** The error of a question that wev can't ask. */
export interface Unavailable {
  /** The message: what failed. */
  readonly message: string;
  /** The remedy. */
  readonly hint: string;
}
