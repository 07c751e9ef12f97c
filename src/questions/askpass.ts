/**
 * Questions that a program asks: the one that `WEV_ASKPASS` names, as `SSH_ASKPASS` does for OpenSSH.
 *
 * @module
 */

import { CancelledError, escapeControls, WevError } from "../errors.ts";
import { isProgram, programPath } from "../programs.ts";
import { type Dialog, ExecutionError, type Runtime } from "../runtime.ts";
import type { Answerer } from "./first_answer.ts";
import { askPinentry, PinentryError, type PinentryQuestion } from "./pinentry.ts";
import { type Choice, shorten, type TypedCode } from "./prompt.ts";

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
  readonly runtime: Pick<
    Runtime,
    "processes" | "environment" | "files" | "system" | "terminalPath"
  >;
  /** The prompt of the terminal. */
  readonly terminal: Answerer;
  /** Variables for the program, besides those of wev. */
  readonly environment: Readonly<Record<string, string>>;
  /** Waits for an answer, and says for whose if that takes long. */
  waitFor<Result>(what: string, work: Promise<Result>): Promise<Result>;
}

/** How often one question is asked: a program may give the same wrong answer for ever. */
const MAX_ATTEMPTS = 3;

/** What is asked, and for which kind of answer. */
interface Text {
  readonly kind: "code" | "choice";
  /** The lines above the label. */
  readonly lines: readonly string[];
  readonly label: string;
  check(answer: string): Promise<string | undefined>;
}

/** Asks by a program. */
export class AskpassPrompt implements Answerer {
  readonly #askpass: Askpass;
  readonly #options: AskpassPromptOptions;
  #hasTerminal: boolean | undefined;

  /** Makes a prompt; starts nothing yet. */
  constructor(askpass: Askpass, options: AskpassPromptOptions) {
    this.#askpass = askpass;
    this.#options = options;
  }

  /** Returns whether the program is to be used. If it can't be, it fails when it is asked. */
  async isAvailable(): Promise<boolean> {
    this.#hasTerminal = await this.#options.terminal.isAvailable();
    return this.#askpass.use !== "without-terminal" || !this.#hasTerminal;
  }

  /** Asks for a code. */
  async askCode({ title, label, check }: TypedCode, signal?: AbortSignal): Promise<string> {
    return await this.#ask({
      kind: "code",
      lines: [title],
      label,
      check: async (answer) => await check(answer),
    }, signal);
  }

  /** Asks for the number of a choice, or for the choice itself. */
  async choose({ title, choices }: Choice, signal?: AbortSignal): Promise<string> {
    const width = Math.max(Math.floor(MAX_CHOICES_TEXT / choices.length), MIN_CHOICE_TEXT);
    const rows = choices.map((choice, at) => shorten(`${at + 1}. ${choice}`, width));
    const chosen = (answer: string) => choices[Number(answer) - 1] ?? answer;
    const answer = await this.#ask({
      kind: "choice",
      lines: [title, ...rows],
      label: "Number:",
      check: (answer) =>
        Promise.resolve(
          choices.includes(chosen(answer)) ? undefined : `Enter a number from 1 to ${rows.length}.`,
        ),
    }, signal);
    return chosen(answer);
  }

  async #ask(text: Text, signal: AbortSignal | undefined): Promise<string> {
    const path = this.#path();
    if (this.#askpass.use === "force") await this.isAvailable();
    let problem: string | undefined;
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      const answer = (await this.#askOnce(path, text, { problem, signal })).trim();
      problem = await text.check(answer);
      if (problem === undefined) return answer;
    }
    throw this.#failure(`gave no usable answer in ${MAX_ATTEMPTS} attempts: ${problem}`);
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

  async #askOnce(
    path: string,
    text: Text,
    { problem, signal }: {
      readonly problem: string | undefined;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<string> {
    signal?.throwIfAborted();
    const isPinentry = this.#isPinentry();
    const above = text.lines.map(escapeControls);
    const label = escapeControls(text.label);
    const error = problem === undefined ? undefined : escapeControls(problem);
    const question = [...error === undefined ? [] : [error], ...above, label].join("\n");
    const dialog = await this.#start(isPinentry ? [path] : [path, question], text.kind);
    const withdraw = () => void dialog.end();
    signal?.addEventListener("abort", withdraw);
    const shown = { title: "wev", description: above.join("\n"), prompt: label, error };
    try {
      return await this.#announced(
        isPinentry ? this.#pinOf(dialog, shown) : this.#outputOf(dialog),
      );
    } finally {
      signal?.removeEventListener("abort", withdraw);
      await dialog.end();
      // A program that was withdrawn has not failed.
      signal?.throwIfAborted();
    }
  }

  async #start(argv: readonly string[], kind: Text["kind"]): Promise<Dialog> {
    const { runtime: { processes }, environment } = this.#options;
    if (processes.startDialog === undefined) throw this.#failure("can't be run here");
    try {
      return await processes.startDialog(argv, {
        speaks: this.#isPinentry(),
        environment: { ...environment, [PROMPT_VARIABLE]: kind },
      });
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      throw this.#failure(`can't be executed (${error.code})`);
    }
  }

  /** Returns the first line that the program prints. */
  async #outputOf(dialog: Dialog): Promise<string> {
    const line = await dialog.readLine();
    const code = await dialog.exitCode();
    if (code === 0) return line ?? "";
    // As shells have it: it could not be executed, or a signal ended it.
    if (code >= 126) throw this.#failure(`failed with exit status ${code}`);
    throw this.#cancelled(`ended with exit status ${code}`);
  }

  /** Returns what is entered into a pinentry. */
  async #pinOf(dialog: Dialog, question: PinentryQuestion): Promise<string> {
    try {
      const pin = await askPinentry(dialog, question, await this.#pinentryOptions());
      if (pin !== undefined) return pin;
    } catch (error) {
      throw error instanceof PinentryError ? this.#failure(error.message) : error;
    }
    throw this.#cancelled("was cancelled");
  }

  /** Says what wev waits for where no question at the terminal does, and the program does not draw there. */
  async #announced<Result>(answer: Promise<Result>): Promise<Result> {
    const { use } = this.#askpass;
    const isSilent = this.#hasTerminal === true && (use !== "force" || this.#isPinentry());
    return isSilent ? await answer : await this.#options.waitFor(this.#name(), answer);
  }

  /**
   * As gpg-agent sends them. A pinentry learns of the terminal only where it replaces wev's own question:
   * two questions can't share a terminal, and where wev has none, another program may be using it.
   */
  async #pinentryOptions(): Promise<Record<string, string | undefined>> {
    const { runtime: { environment, terminalPath } } = this.#options;
    const get = (name: string) => environment.get(name) || undefined;
    const hasTerminal = this.#askpass.use === "force" && this.#hasTerminal === true;
    return {
      ...hasTerminal
        ? { ttyname: await terminalPath?.() ?? get("GPG_TTY"), ttytype: get("TERM") }
        : {},
      display: get("DISPLAY"),
      "lc-ctype": get("LC_ALL") ?? get("LC_CTYPE") ?? get("LANG"),
      "lc-messages": get("LC_ALL") ?? get("LC_MESSAGES") ?? get("LANG"),
    };
  }

  #isPinentry(): boolean {
    return /(?:^|[\\/])pinentry[^\\/]*$/.test(this.#askpass.program);
  }

  #name(): string {
    return `the program of ${ASKPASS_VARIABLE} ("${escapeControls(this.#askpass.program)}")`;
  }

  /** A person's no. */
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
