/**
 * Asks questions at the terminal. A pure function decides what a key does. The loop around it owns the
 * terminal and restores its mode.
 *
 * @module
 */

import { CancelledError, escapeControls, ExitStatus, WevError } from "../errors.ts";
import type { ChoiceQuestion } from "../plugin/questions.ts";
import {
  EndedError,
  type OpenedTerminal,
  SuspendedError,
  type Suspension,
  type Terminal,
} from "../runtime.ts";
import { choiceNeeded, codeNeeded } from "./needed_input.ts";
import { hasTerminal } from "./notify.ts";

/** A question for a code that the user types. */
export interface TypedCode {
  /** The device that shows the code, if it is known yet. */
  readonly device: string | undefined;
  /** The device, once it is known, if it is looked up while the question stands. Never rejects. */
  readonly found?: Promise<string | undefined>;
  /** The role that the code is for, if it is for one. */
  readonly role?: string | undefined;
  /** What the code is for, and why it is asked for: a line above the first question. */
  readonly about?: string;
  /** The line above the question. */
  readonly title: string;
  /** The question itself, with its colon: `Token:`. */
  readonly label: string;
  /** Returns the problem with an answer, or `undefined`. The answer is already trimmed. */
  check(answer: string): string | undefined | Promise<string | undefined>;
  /** If there is no terminal: the hint of the error, or the error itself. */
  readonly withoutTerminal: string | WevError;
  /** Is called when the question stands. */
  readonly onShown?: () => void;
}

/** A question with answers to choose from. */
export type Choice = Pick<ChoiceQuestion, "title" | "choices" | "unavailable">;

/** Asks the user. An aborted `signal` withdraws the question, and its reason is thrown. */
export interface Prompt {
  /**
   * Asks for a code until the answer passes the check. The terminal shows a `*` for each character.
   *
   * @throws {CancelledError} if the user cancels.
   * @throws {WevError} if there is nobody to ask.
   */
  askCode(question: TypedCode, signal?: AbortSignal): Promise<string>;
  /**
   * Asks the user to choose an answer, with the arrow keys or by its number.
   *
   * @throws {CancelledError} if the user cancels.
   * @throws {WevError} if there is nobody to ask.
   */
  choose(question: Choice, signal?: AbortSignal): Promise<string>;
}

/** The state of a typed answer. */
interface Typed {
  /** The characters so far. */
  readonly text: string;
  /** What the last key ended, if anything: the answer, the question (Ctrl-C) or the input (Ctrl-D). */
  readonly end?: "answer" | "interrupt" | "input";
}

/** Returns the answer after the key `key`. The keys are those of the terminal's own line editing. */
export function typeKey(typed: string, key: string): Typed {
  switch (key) {
    case "\r":
    case "\n":
      return { text: typed, end: "answer" };
    case "\x03": // Ctrl-C
    case "\x1c": // Ctrl-\
      return { text: typed, end: "interrupt" };
    case "\x04": // Ctrl-D ends the input only at the start of a line.
      return typed === "" ? { text: typed, end: "input" } : { text: typed };
    case "\x7f": // Backspace
    case "\b":
      return { text: typed.replace(/.$/su, "") };
    case "\x15": // Ctrl-U
    case "\x17": // Ctrl-W
      return { text: "" };
    default:
      // Ignores control characters, and the sequences of arrow and function keys, which start with one.
      return { text: key < " " ? typed : typed + key };
  }
}

/** The state of a choice. */
interface Chosen {
  /** The position of the selected answer, from 0. */
  readonly at: number;
  /** What the last key ended, as in {@linkcode Typed}. */
  readonly end?: Typed["end"];
}

/** Returns the choice among `count` answers after `key`: arrows and j/k move, a digit chooses. */
function chooseKey(at: number, key: string, count: number): Chosen {
  switch (key) {
    case "\x1b[A":
    case "\x1bOA":
    case "k":
      return { at: (at + count - 1) % count };
    case "\x1b[B":
    case "\x1bOB":
    case "j":
    case "\t":
      return { at: (at + 1) % count };
    case "\r":
    case "\n":
      return { at, end: "answer" };
    case "\x03": // Ctrl-C
    case "\x1c": // Ctrl-\
      return { at, end: "interrupt" };
    case "\x04": // Ctrl-D
      return { at, end: "input" };
  }
  const number = /^[1-9]$/.test(key) ? Number(key) : 0;
  return number >= 1 && number <= count ? { at: number - 1, end: "answer" } : { at };
}

/** A question was suspended: this process must stop, or it can't ask in the background. */
export class SuspendedQuestion extends WevError {
  /** The name of the class. */
  override readonly name: string = "SuspendedQuestion";

  /** Creates an error: `how` to suspend this process, and the `refusal` to throw if it still can't ask. */
  constructor(readonly how: Suspension, readonly refusal: WevError) {
    // It concerns only the terminal of this run.
    super("The question is suspended", { shared: false });
  }
}

/** Asks at the terminal that `open` opens. It is opened for the first question. */
export class TerminalPrompt implements Prompt {
  readonly #open: () => Promise<OpenedTerminal>;
  readonly #rings: boolean;
  #suspended: Terminal | undefined;

  /** Creates a prompt; does not open the terminal yet. If it `rings`, the bell rings with each question. */
  constructor(
    open: () => Promise<OpenedTerminal>,
    { rings = false }: { readonly rings?: boolean } = {},
  ) {
    this.#open = open;
    this.#rings = rings;
  }

  /** Returns whether there is a terminal. */
  async isAvailable(): Promise<boolean> {
    return this.#suspended !== undefined || await hasTerminal(this.#open);
  }

  /** Asks for a code. */
  async askCode(question: TypedCode, signal?: AbortSignal): Promise<string> {
    const { device, withoutTerminal } = question;
    const refusal = (why: string) =>
      withoutTerminal instanceof WevError
        ? withoutTerminal
        : new WevError(`Cannot ask for the code: ${why}`, {
          ...codeNeeded(device),
          hint: withoutTerminal,
          // Another run may have a terminal.
          shared: false,
        });
    return await this.#ask(refusal, async (terminal) => {
      const keys = readKeys(terminal, signal);
      const label = escapeControls(question.label);
      const { about, title } = question;
      const bell = this.#rings ? "\x07" : "";
      let lines = [...(about === undefined ? [] : [about]), title].map(escapeControls);
      while (true) {
        // In one write: otherwise other processes might write in between.
        terminal.write(`${bell}${lines.join("\r\n")}\r\n${label} `);
        question.onShown?.();
        const answer = (await readAnswer(terminal, keys, { lines, label })).trim();
        const problem = await question.check(answer);
        if (problem === undefined) return answer;
        lines = [escapeControls(problem)];
      }
    });
  }

  /** Asks the user to choose an answer. */
  async choose(question: Choice, signal?: AbortSignal): Promise<string> {
    const { message, hint } = question.unavailable;
    const refusal = (why: string) =>
      new WevError(why === NO_TERMINAL ? message : `${message}. Cannot ask which one: ${why}`, {
        ...choiceNeeded(question.choices),
        hint,
      });
    return await this.#ask(refusal, async (terminal) => {
      const above = [escapeControls(question.title), CHOICE_KEYS];
      terminal.write(above.map((row) => `${row}\r\n`).join(""));
      return await readChoice(terminal, question, { above, signal });
    });
  }

  /** Turns echo off after a suspension, because the question will be asked again. */
  resume(): void {
    this.#suspended?.setMode("silent");
  }

  /** Restores and closes the terminal of a suspended question. */
  close(): void {
    this.#suspended?.close();
    this.#suspended = undefined;
  }

  async #ask<Answer>(
    refusal: (why: string) => WevError,
    ask: (terminal: Terminal) => Promise<Answer>,
  ): Promise<Answer> {
    const terminal = this.#suspended ?? await this.#open();
    this.#suspended = undefined;
    if (terminal === undefined) throw refusal(NO_TERMINAL);
    if (terminal === "in use") throw refusal("another program uses the terminal");
    try {
      return await askAgain(terminal, ask);
    } catch (error) {
      if (error instanceof EndedError) throw endedBy(error);
      if (!(error instanceof SuspendedError)) throw error;
      terminal.setMode("original");
      if (error.how !== "background") terminal.write("\r\n");
      this.#suspended = terminal;
      throw new SuspendedQuestion(error.how, refusal("wev runs in the background"));
    } finally {
      if (terminal !== this.#suspended) terminal.close();
    }
  }
}

const NO_TERMINAL = "there is no terminal";

/** Asks, and asks again if the process was stopped without notice: the screen may have changed. */
async function askAgain<Answer>(
  terminal: Terminal,
  ask: (terminal: Terminal) => Promise<Answer>,
): Promise<Answer> {
  while (true) {
    terminal.setMode("raw");
    try {
      return await ask(terminal);
    } catch (error) {
      if (!(error instanceof SuspendedError) || error.how !== "continued") throw error;
      terminal.write("\r\n");
    }
  }
}

/** Returns the error for a signal, with the exit status that a shell reports for it. */
export function endedBy({ signal }: EndedError): CancelledError {
  return new CancelledError(`Signal ${signal} ended the question`, {
    // Nobody refused.
    kind: "input-needed",
    exitStatus: 128 + signal,
    shared: false,
  });
}

const CHOICE_KEYS = "Press a number, or the arrow keys and Enter. Ctrl-C cancels.";

/** Assumed number of columns if the terminal does not report it. */
const USUAL_COLUMNS = 80;

/**
 * Turn line wrapping off and on (DECAWM). Without wrapping each choice takes exactly one row, however
 * narrow the terminal is, so the list can be redrawn in place.
 */
const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";

/** Returns `line` cut to `width` columns. It keeps both ends, because ARNs differ at the end. */
export function shorten(line: string, width: number): string {
  if (line.length <= width) return line;
  const room = Math.max(width - 1, 0);
  const head = Math.min(Math.floor(room / 3), MAX_HEAD);
  return `${line.slice(0, head)}…${line.slice(line.length - (room - head))}`;
}

/** Most characters to keep at the start: the number and `arn:aws:iam::`. */
const MAX_HEAD = 18;

/** Returns the chosen answer. The list is redrawn in place after each key. */
async function readChoice(
  terminal: Terminal,
  { choices }: Choice,
  { above, signal }: {
    readonly above: readonly string[];
    readonly signal: AbortSignal | undefined;
  },
): Promise<string> {
  const draw = (chosen: number) => {
    const width = terminal.columns() ?? USUAL_COLUMNS;
    const rows = choices.map(escapeControls)
      .map((choice, at) => shorten(`${at === chosen ? ">" : " "} ${at + 1}. ${choice}`, width));
    terminal.write(`${NO_WRAP}${rows.map((row) => `\r\x1b[K${row}\r\n`).join("")}${WRAP}`);
  };
  const keys = readKeys(terminal, signal);
  let at = 0;
  let rowsAbove = rowsOf(above, terminal);
  draw(at);
  while (true) {
    const { value: key, done } = await keys.next().catch((error) => {
      takeBack(terminal, error, rowsAbove + choices.length);
      throw error;
    });
    if (key === OTHERS_WROTE) {
      rowsAbove = 0;
      terminal.write(freshRow(terminal));
      draw(at);
      continue;
    }
    const chosen: Chosen = done ? { at, end: "input" } : chooseKey(at, key, choices.length);
    if (chosen.at !== at) {
      at = chosen.at;
      terminal.write(`\x1b[${choices.length}A`);
      draw(at);
    }
    if (chosen.end === "answer") return choices[at]!;
    if (chosen.end !== undefined) throw cancelled("Nothing was chosen", chosen.end);
  }
}

/**
 * Returns the text typed up to Enter. `lines` and `label` are already shown; each character shows as a `*`
 * after the label.
 */
async function readAnswer(
  terminal: Terminal,
  keys: AsyncGenerator<string>,
  { lines, label }: { readonly lines: readonly string[]; readonly label: string },
): Promise<string> {
  let text = "";
  let stars = "";
  let above = lines;
  while (true) {
    const { value: key, done } = await keys.next().catch((error) => {
      // The cursor is in the last of them.
      takeBack(terminal, error, rowsOf([...above, `${label} ${stars}`], terminal) - 1);
      throw error;
    });
    if (key === OTHERS_WROTE) {
      above = [];
      terminal.write(`${freshRow(terminal)}${label} ${stars}`);
      continue;
    }
    const typed = done ? { text, end: "input" as const } : typeKey(text, key);
    text = typed.text;
    const before = stars;
    stars = "*".repeat([...text].length);
    if (stars !== before) terminal.write(redraw(terminal, label, { before, stars }));
    if (typed.end === undefined) continue;
    terminal.write("\r\n");
    if (typed.end === "answer") return text;
    throw cancelled("No code was given", typed.end);
  }
}

/** Returns the output that replaces the stars `before` by `stars`. */
function redraw(
  terminal: Terminal,
  label: string,
  { before, stars }: { readonly before: string; readonly stars: string },
): string {
  const row = `${label} ${stars}`;
  // Rewrite the row, because other processes may have written to it. A full row would wrap.
  if (!terminal.noticesOthers && row.length < (terminal.columns() ?? 0)) return `\r\x1b[K${row}`;
  return "\b \b".repeat(Math.max(before.length - stars.length, 0)) +
    "*".repeat(Math.max(stars.length - before.length, 0));
}

/**
 * Returns the output that moves to an empty row, wherever another process left the cursor. It writes as
 * many spaces as the terminal has columns: they wrap to the next row, unless the cursor is already at
 * the start of one. It erases no output of other processes.
 */
function freshRow(terminal: Terminal): string {
  const columns = terminal.columns();
  return columns === undefined ? "\r\n" : `${" ".repeat(columns)}\r`;
}

/** Returns the number of rows that `lines` take; 0 if other processes may have written between them. */
function rowsOf(lines: readonly string[], terminal: Terminal): number {
  const columns = terminal.columns();
  if (!terminal.noticesOthers || columns === undefined) return 0;
  return lines.reduce((rows, { length }) => rows + Math.max(Math.ceil(length / columns), 1), 0);
}

/**
 * Erases a question that is withdrawn because of `reason`: the row of the cursor and the rows `above` it.
 * A suspended question stays, because it will be asked again or the user should see why it ended.
 */
function takeBack(terminal: Terminal, reason: unknown, above: number): void {
  if (reason instanceof SuspendedError || reason instanceof EndedError) return;
  terminal.write(`\r\x1b[K${"\x1b[A\x1b[K".repeat(Math.max(above, 0))}`);
}

function cancelled(message: string, end: "interrupt" | "input"): CancelledError {
  return new CancelledError(message, {
    exitStatus: end === "interrupt" ? ExitStatus.interrupted : ExitStatus.cannotPrepare,
  });
}

/** Not a key: another process has written to the terminal. */
const OTHERS_WROTE = "";

/**
 * Yields the pressed keys: characters, and the sequences of arrow and function keys. A keypad key yields
 * its label.
 */
async function* readKeys(
  terminal: Terminal,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let sequence = "";
  const read = () => terminal.read(signal);
  for (let bytes = await read(); bytes !== undefined; bytes = await read()) {
    if (bytes.length === 0) yield OTHERS_WROTE;
    for (const character of decoder.decode(bytes, { stream: true })) {
      const characters = character === ESCAPE ? character : sequence + character;
      sequence = isInSequence(characters) ? characters : "";
      if (sequence === "") yield character;
      else if (ENDED_SEQUENCE.test(sequence)) {
        yield keypadKey(sequence) ?? sequence;
        sequence = "";
      }
    }
  }
}

/** Keypad keys send sequences if an earlier program left the keypad in application mode (DECKPAM). */
function keypadKey(sequence: string): string | undefined {
  // deno-lint-ignore no-control-regex
  const [, key] = /^\x1bO([Mp-y])$/.exec(sequence) ?? [];
  return key === undefined ? undefined : key === "M" ? "\r" : String("pqrstuvwxy".indexOf(key));
}

/** Starts a new sequence, even inside another: Alt with an arrow key sends two of them. */
const ESCAPE = "\x1b";

/**
 * One of three forms: `ESC [`, parameters and a final byte (ECMA-48 § 5.4); `ESC [ [` and one character,
 * which the Linux console sends for some function keys; `ESC O` and one character.
 */
// deno-lint-ignore no-control-regex
const ENDED_SEQUENCE = /^\x1b(?:\[(?:\[.|[ -?]*[@-Z\\-~])|O.)$/u;

function isInSequence(characters: string): boolean {
  // deno-lint-ignore no-control-regex
  return /^\x1b(?:\[(?:\[.?|[ -?]*[@-Z\\-~]?)|O.?)?$/u.test(characters);
}
