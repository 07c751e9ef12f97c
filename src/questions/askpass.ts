/**
 * Questions that a program asks: the one that `WEV_ASKPASS` names, as `SSH_ASKPASS` does for OpenSSH.
 *
 * @module
 */

import { CancelledError, escapeControls, WevError } from "../errors.ts";
import { isProgram, programPath } from "../programs.ts";
import {
  type Dialog,
  EndedError,
  ExecutionError,
  type OwnTerminal,
  type Runtime,
  SuspendedError,
} from "../runtime.ts";
import type { Answerer } from "./first_answer.ts";
import { askPinentry, PinentryError } from "./pinentry.ts";
import { type Choice, endedBy, shorten, SuspendedQuestion, type TypedCode } from "./prompt.ts";

/** The variable with the program: an absolute path, or a name that is looked up on PATH. */
export const ASKPASS_VARIABLE = "WEV_ASKPASS";
/** The variable that says when the program is used. */
const REQUIRE_VARIABLE = "WEV_ASKPASS_REQUIRE";
/** The variable that tells the program what it asks for. */
const PROMPT_VARIABLE = "WEV_ASKPASS_PROMPT";

/** When the program is used: without a terminal, beside it, or instead of it. */
type AskpassUse = "without-terminal" | "prefer" | "force";

/** A program that asks. */
export interface Askpass {
  /** Its path, or its name. */
  readonly program: string;
  /** When it is used. */
  readonly use: AskpassUse;
}

/**
 * Returns what the variables of the caller say; `undefined` if no program is to be used.
 *
 * @throws {WevError} if `WEV_ASKPASS_REQUIRE` has an unknown value.
 */
export function askpassOf({ environment }: Pick<Runtime, "environment">): Askpass | undefined {
  const program = environment.get(ASKPASS_VARIABLE);
  if (!program) return undefined;
  const use = environment.get(REQUIRE_VARIABLE) || "without-terminal";
  switch (use) {
    case "never":
      return undefined;
    case "prefer":
    case "force":
    case "without-terminal":
      return { program, use };
  }
  throw new WevError(
    `${REQUIRE_VARIABLE} must be prefer, force or never: it is "${escapeControls(use)}"`,
    {
      hint: `Unset it to use the program of ${ASKPASS_VARIABLE} only without a terminal.`,
      shared: false,
    },
  );
}

/** What an {@linkcode AskpassPrompt} needs. */
export interface AskpassPromptOptions {
  /** The system. */
  readonly runtime: Pick<Runtime, "processes" | "environment" | "files" | "system" | "ownTerminal">;
  /** The prompt of the terminal. */
  readonly terminal: Answerer;
  /** Variables for the program, besides those of wev. */
  readonly environment: Readonly<Record<string, string>>;
  /** Waits for an answer, and says for whose if that takes long. */
  waitFor<Result>(what: string, work: Promise<Result>): Promise<Result>;
}

/** How often one question is asked: a program may give the same wrong answer for ever. */
const MAX_ATTEMPTS = 3;

/** A question. */
interface Question {
  /** The value of `WEV_ASKPASS_PROMPT`. */
  readonly kind: "code" | "choice";
  /** The lines above the label. */
  readonly lines: readonly string[];
  readonly label: string;
  /** Is called when it is asked. */
  readonly onShown?: (() => void) | undefined;
  /** What is wrong with the last answer, if there was one. */
  readonly problem?: string;
}

/** Returns what is wrong with an answer. */
type Check = (answer: string) => string | undefined | Promise<string | undefined>;

/** Asks by a program. */
export class AskpassPrompt implements Answerer {
  readonly #askpass: Askpass;
  readonly #options: AskpassPromptOptions;
  readonly #isPinentry: boolean;
  #hasTerminal = false;

  /** Makes a prompt; starts nothing yet. */
  constructor(askpass: Askpass, options: AskpassPromptOptions) {
    this.#askpass = askpass;
    this.#options = options;
    this.#isPinentry = /(?:^|[\\/])pinentry[^\\/]*$/.test(askpass.program);
  }

  /** Returns whether the program is to be used. If it can't be, it fails when it is asked. */
  async isAvailable(): Promise<boolean> {
    this.#hasTerminal = await this.#options.terminal.isAvailable();
    return this.#askpass.use !== "without-terminal" || !this.#hasTerminal;
  }

  /** Asks for a code. */
  async askCode(
    { about, title, label, check, onShown }: TypedCode,
    signal?: AbortSignal,
  ): Promise<string> {
    const lines = [...(about === undefined ? [] : [about]), title];
    return await this.#ask({ kind: "code", lines, label, onShown }, check, signal);
  }

  /** Asks for the number of a choice, or for the choice itself. */
  async choose({ title, choices }: Choice, signal?: AbortSignal): Promise<string> {
    const width = Math.max(Math.floor(MAX_CHOICES_TEXT / choices.length), MIN_CHOICE_TEXT);
    const rows = choices.map((choice, at) => shorten(`${at + 1}. ${choice}`, width));
    const chosen = (answer: string) => choices[Number(answer) - 1] ?? answer;
    const check = (answer: string) =>
      choices.includes(chosen(answer)) ? undefined : `Enter a number from 1 to ${rows.length}.`;
    const question: Question = { kind: "choice", lines: [title, ...rows], label: "Number:" };
    return chosen(await this.#ask(question, check, signal));
  }

  async #ask(question: Question, check: Check, signal: AbortSignal | undefined): Promise<string> {
    // Nobody else asks whether the only one that asks is available.
    if (this.#askpass.use === "force") await this.isAvailable();
    let last = question;
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      const answer = (await this.#answerOf(last, signal)).trim();
      const problem = await check(answer);
      if (problem === undefined) return answer;
      last = { ...question, problem };
    }
    throw this.#failure(`gave no usable answer in ${MAX_ATTEMPTS} attempts: ${last.problem}`);
  }

  /** Asks once. */
  async #answerOf(question: Question, signal: AbortSignal | undefined): Promise<string> {
    signal?.throwIfAborted();
    const shown = {
      ...question,
      lines: question.lines.map(escapeControls),
      label: escapeControls(question.label),
      ...question.problem === undefined ? {} : { problem: escapeControls(question.problem) },
    };
    const terminal = await this.#sharedTerminal();
    const dialog = await this.#start(shown, terminal);
    question.onShown?.();
    const withdraw = () => void dialog.end();
    signal?.addEventListener("abort", withdraw);
    try {
      const answer = this.#isPinentry
        ? this.#pinOf(dialog, shown, terminal)
        : this.#outputOf(dialog);
      // The question at the terminal, or the program there, says enough.
      const isShown = this.#hasTerminal && (this.#askpass.use === "prefer" || this.#isPinentry);
      return await (isShown ? answer : this.#options.waitFor(this.#name(), answer));
    } finally {
      signal?.removeEventListener("abort", withdraw);
      await dialog.end();
      // A program that was withdrawn has not failed.
      signal?.throwIfAborted();
    }
  }

  /**
   * Returns the terminal, if the program may draw there: only a pinentry in place of wev's own question.
   * Two questions can't share a terminal, and where wev has none, another program may be using it.
   */
  async #sharedTerminal(): Promise<OwnTerminal | undefined> {
    const isShared = this.#isPinentry && this.#askpass.use === "force" && this.#hasTerminal;
    return isShared ? await this.#options.runtime.ownTerminal?.() : undefined;
  }

  async #start(
    { kind, problem, lines, label }: Question,
    terminal: OwnTerminal | undefined,
  ): Promise<Dialog> {
    const { runtime: { processes }, environment } = this.#options;
    const path = this.#path();
    const text = [...problem === undefined ? [] : [problem], ...lines, label].join("\n");
    try {
      if (processes.startDialog === undefined) throw new ExecutionError("ENOSYS", "Not here");
      return await processes.startDialog(this.#isPinentry ? [path] : [path, text], {
        speaks: this.#isPinentry,
        drawsOnTerminal: terminal?.isForeground ?? false,
        environment: { ...environment, [PROMPT_VARIABLE]: kind },
      });
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      throw this.#failure(`can't be executed (${error.code})`);
    }
  }

  #path(): string {
    const { program } = this.#askpass;
    const path = programPath(program, this.#options.runtime);
    if (path !== undefined && isProgram(path, this.#options.runtime)) return path;
    throw this.#failure(
      "is not found",
      `Set ${ASKPASS_VARIABLE} to the absolute path of a program, or to the name of one in an ` +
        "absolute directory of PATH. It gets no arguments but the question.",
    );
  }

  /** Returns the first line that the program prints. */
  async #outputOf(dialog: Dialog): Promise<string> {
    const line = await dialog.readLine();
    const code = await dialog.exitCode();
    if (code === 0) return line ?? "";
    // As in shells: it could not be executed, or a signal ended it.
    if (code >= 126) throw this.#failure(`failed with exit status ${code}`);
    throw this.#cancelled(`ended with exit status ${code}`);
  }

  /** Returns the text that is entered into a pinentry. */
  async #pinOf(
    dialog: Dialog,
    { lines, label, problem }: Question,
    terminal: OwnTerminal | undefined,
  ): Promise<string> {
    const shown = { title: "wev", description: lines.join("\n"), prompt: label, error: problem };
    try {
      const pin = await askPinentry(dialog, shown, this.#pinentryOptions(terminal));
      if (pin !== undefined) return pin;
    } catch (error) {
      throw this.#pinentryFailure(error, terminal);
    }
    throw this.#cancelled("was cancelled");
  }

  #pinentryFailure(error: unknown, terminal: OwnTerminal | undefined): unknown {
    if (error instanceof EndedError) return endedBy(error);
    if (error instanceof SuspendedError) {
      return new SuspendedQuestion(error.how, this.#failure("can't use the terminal"));
    }
    if (!(error instanceof PinentryError)) return error;
    const failure = this.#failure(error.message);
    // In the foreground it could ask.
    return terminal?.isForeground === false
      ? new SuspendedQuestion("background", failure)
      : failure;
  }

  /** Returns the options that gpg-agent sends, too. */
  #pinentryOptions(terminal: OwnTerminal | undefined): Record<string, string | undefined> {
    const { environment } = this.#options.runtime;
    const get = (name: string) => environment.get(name) || undefined;
    const place = terminal?.isForeground
      ? { ttyname: terminal.path ?? get("GPG_TTY"), ttytype: get("TERM") }
      : {};
    return {
      ...place,
      display: get("DISPLAY"),
      "lc-ctype": get("LC_ALL") ?? get("LC_CTYPE") ?? get("LANG"),
      "lc-messages": get("LC_ALL") ?? get("LC_MESSAGES") ?? get("LANG"),
    };
  }

  #name(): string {
    return `the program of ${ASKPASS_VARIABLE} ("${escapeControls(this.#askpass.program)}")`;
  }

  #cancelled(how: string): CancelledError {
    return new CancelledError(`The question was not answered: ${this.#name()} ${how}`);
  }

  #failure(problem: string, hint = "Run it by itself, or unset the variable."): WevError {
    // Other runs may name another program.
    return new WevError(`Cannot ask: ${this.#name()} ${problem}`, { hint, shared: false });
  }
}

/** Characters of all choices in one question, and of one: more does not fit into a line of Assuan. */
const MAX_CHOICES_TEXT = 700;
const MIN_CHOICE_TEXT = 30;
