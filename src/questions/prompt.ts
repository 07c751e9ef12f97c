/**
 * Asks for a code at the terminal. What a key does is a pure function; the loop around it owns the
 * terminal and puts it back as it was.
 *
 * @module
 */

import { CancelledError, escapeControls, ExitStatus, WevError } from "../errors.ts";
import type { ChoiceQuestion } from "../plugin/questions.ts";
import { EndedError, SuspendedError, type Suspension, type Terminal } from "../runtime.ts";
import { hasTerminal } from "./notify.ts";

/** A code to be typed. */
export interface TypedCode {
  /** The line above the question. */
  readonly title: string;
  /** The question itself, with its colon: `Token:`. */
  readonly label: string;
  /** What shows the code: its serial number, or whatever else tells it from all others. */
  readonly device?: string;
  /** Returns what is wrong with an answer, or `undefined`. The answer comes without outer spaces. */
  check(answer: string): string | undefined | Promise<string | undefined>;
  /** What to do if there is no terminal; or what fails then. */
  readonly withoutTerminal: string | WevError;
}

/** A choice to be made. */
export type Choice = Pick<ChoiceQuestion, "title" | "choices" | "unavailable">;

/** Asks a person. `signal` withdraws a question, which then throws its reason. */
export interface Prompt {
  /**
   * Asks for a code, masked as it is typed, until its check finds nothing wrong with the answer.
   *
   * @throws {CancelledError} if the person gives up.
   * @throws {WevError} if nobody can be asked.
   */
  askCode(question: TypedCode, signal?: AbortSignal): Promise<string>;
  /**
   * Asks which of a few answers is right, by arrow keys or by its number.
   *
   * @throws {CancelledError} if the person gives up.
   * @throws {WevError} if nobody can be asked.
   */
  choose(question: Choice, signal?: AbortSignal): Promise<string>;
}

/** What has been typed, and what that means. */
interface Typed {
  /** The characters so far. */
  readonly text: string;
  /** What the last key ended: the answer, the question (Ctrl-C), the input (Ctrl-D), or nothing. */
  readonly end?: "answer" | "interrupt" | "input";
}

/** Returns what is typed after the character `key`; the keys are those of a terminal's own lines. */
export function typeKey(typed: string, key: string): Typed {
  switch (key) {
    case "\r":
    case "\n":
      return { text: typed, end: "answer" };
    case "\x03": // Ctrl-C
    case "\x1c": // Ctrl-\
      return { text: typed, end: "interrupt" };
    case "\x04": // Ctrl-D ends the input at the start of a line only
      return typed === "" ? { text: typed, end: "input" } : { text: typed };
    case "\x7f": // Backspace
    case "\b":
      return { text: typed.replace(/.$/su, "") };
    case "\x15": // Ctrl-U
    case "\x17": // Ctrl-W
      return { text: "" };
    default:
      // Control characters, and the sequences of arrow and function keys, which begin with one.
      return { text: key < " " ? typed : typed + key };
  }
}

/** Which answer is chosen, and what that means. */
interface Chosen {
  /** The position of the answer, from 0. */
  readonly at: number;
  /** What the last key ended, as of {@linkcode Typed}. */
  readonly end?: Typed["end"];
}

/** Returns what is chosen after `key`, of `count` answers: arrows and j/k move, a digit chooses. */
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

/** A question was given up for now: this process is to be stopped, or may not ask where it is. */
export class SuspendedQuestion extends WevError {
  /** The name of the class. */
  override readonly name: string = "SuspendedQuestion";

  /** Makes an error with what is to be done, and what fails where that does not help. */
  constructor(readonly how: Suspension, readonly refusal: WevError) {
    // It is about this run's terminal.
    super("The question is given up for now", { shared: false });
  }
}

/** Asks at the terminal that `open` opens, which is asked for when there is a question. */
export class TerminalPrompt implements Prompt {
  readonly #open: () => Promise<Terminal | undefined>;
  #suspended: Terminal | undefined;

  /** Makes a prompt; opens nothing yet. */
  constructor(open: () => Promise<Terminal | undefined>) {
    this.#open = open;
  }

  /** Returns whether there is a terminal. */
  async isAvailable(): Promise<boolean> {
    return this.#suspended !== undefined || await hasTerminal(this.#open);
  }

  /** Asks for a code. */
  async askCode(question: TypedCode, signal?: AbortSignal): Promise<string> {
    const { withoutTerminal } = question;
    const refusal = (why: string) =>
      withoutTerminal instanceof WevError
        ? withoutTerminal
        : new WevError(`Cannot ask for the code: ${why}`, {
          hint: withoutTerminal,
          // Another run may have one.
          shared: false,
        });
    return await this.#ask(refusal, async (terminal) => {
      const keys = readKeys(terminal, signal);
      const label = escapeControls(question.label);
      let title = escapeControls(question.title);
      while (true) {
        // In one piece, or others might write in between.
        terminal.write(`${title}\r\n${label} `);
        const answer = (await readAnswer(terminal, keys, { title, label })).trim();
        const problem = await question.check(answer);
        if (problem === undefined) return answer;
        title = escapeControls(problem);
      }
    });
  }

  /** Asks which of a few answers is right. */
  async choose(question: Choice, signal?: AbortSignal): Promise<string> {
    const { message, hint } = question.unavailable;
    const refusal = () => new WevError(message, { hint });
    return await this.#ask(refusal, async (terminal) => {
      const above = [escapeControls(question.title), CHOICE_KEYS];
      terminal.write(above.map((row) => `${row}\r\n`).join(""));
      return await readChoice(terminal, question, { above, signal });
    });
  }

  /** Keeps what is typed from being shown where a question was suspended, as it will be asked again. */
  resume(): void {
    this.#suspended?.setMode("silent");
  }

  /** Puts the terminal of a suspended question back as it was. */
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
    if (terminal === undefined) throw refusal("there is no terminal");
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

/** Asks, and again where the process was stopped without notice: what the terminal shows is not known. */
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

/** As a shell tells of a signal that ended a command. */
function endedBy({ signal }: EndedError): CancelledError {
  return new CancelledError(`The question was ended by signal ${signal}`, {
    exitStatus: 128 + signal,
    shared: false,
  });
}

const CHOICE_KEYS = "Press a number, or the arrow keys and Enter. Ctrl-C cancels.";

/** Columns of a terminal that does not tell how many it has. */
const USUAL_COLUMNS = 80;

/**
 * Off and on: whether a long line goes on in the next row (DECAWM). While it is off each line is one row,
 * however narrow the terminal is, so that as many rows are drawn again as there are choices.
 */
const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";

/** Returns `line` in `width` columns: both ends, of which the second tells ARNs apart. */
export function shorten(line: string, width: number): string {
  if (line.length <= width) return line;
  const room = Math.max(width - 1, 0);
  const head = Math.min(Math.floor(room / 3), MAX_HEAD);
  return `${line.slice(0, head)}…${line.slice(line.length - (room - head))}`;
}

/** Characters of the beginning that are enough: the number and `arn:aws:iam::`. */
const MAX_HEAD = 18;

/** Returns the answer that is chosen: a list that is drawn again in its place after each key. */
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
    if (chosen.end !== undefined) throw givenUp("Nothing was chosen", chosen.end);
  }
}

/**
 * Returns what is typed up to Enter, showing a `*` for each character after `label`. Title and label are
 * shown already.
 */
async function readAnswer(
  terminal: Terminal,
  keys: AsyncGenerator<string>,
  { title, label }: { readonly title: string; readonly label: string },
): Promise<string> {
  let text = "";
  let stars = "";
  let above = [title];
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
    throw givenUp("No code was given", typed.end);
  }
}

/** Returns what shows `stars` in place of those `before`. */
function redraw(
  terminal: Terminal,
  label: string,
  { before, stars }: { readonly before: string; readonly stars: string },
): string {
  const row = `${label} ${stars}`;
  // Others may have written, for all that is known. A row that is full would go on in the next.
  if (!terminal.noticesOthers && row.length < (terminal.columns() ?? 0)) return `\r\x1b[K${row}`;
  return "\b \b".repeat(Math.max(before.length - stars.length, 0)) +
    "*".repeat(Math.max(stars.length - before.length, 0));
}

/**
 * Returns what begins a row, wherever others have left the cursor: as many blanks as the terminal has
 * columns go on in the next row, but for those that begin one themselves. Nothing of others is erased.
 */
function freshRow(terminal: Terminal): string {
  const columns = terminal.columns();
  return columns === undefined ? "\r\n" : `${" ".repeat(columns)}\r`;
}

/** Returns in how many rows `lines` are shown; 0 if others may have written between them, unnoticed. */
function rowsOf(lines: readonly string[], terminal: Terminal): number {
  const columns = terminal.columns();
  if (!terminal.noticesOthers || columns === undefined) return 0;
  return lines.reduce((rows, { length }) => rows + Math.max(Math.ceil(length / columns), 1), 0);
}

/**
 * Erases a question that was withdrawn by `reason`: the row of the cursor, and those `above` it. One that
 * is suspended stays, since it will be asked again or its answer is worth knowing.
 */
function takeBack(terminal: Terminal, reason: unknown, above: number): void {
  if (reason instanceof SuspendedError || reason instanceof EndedError) return;
  terminal.write(`\r\x1b[K${"\x1b[A\x1b[K".repeat(Math.max(above, 0))}`);
}

function givenUp(message: string, end: "interrupt" | "input"): CancelledError {
  return new CancelledError(message, {
    exitStatus: end === "interrupt" ? ExitStatus.interrupted : ExitStatus.cannotPrepare,
  });
}

/** Stands for no key: others have written to the terminal. */
const OTHERS_WROTE = "";

/**
 * Returns the keys that are pressed: characters, and the sequences of arrow and function keys. Those of
 * the keypad are what is written on them.
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

/** Keys of the keypad send sequences where a program before has switched it over (DECKPAM). */
function keypadKey(sequence: string): string | undefined {
  // deno-lint-ignore no-control-regex
  const [, key] = /^\x1bO([Mp-y])$/.exec(sequence) ?? [];
  return key === undefined ? undefined : key === "M" ? "\r" : String("pqrstuvwxy".indexOf(key));
}

/** Begins a sequence, whatever came before it: Alt with an arrow key sends two of them. */
const ESCAPE = "\x1b";

/**
 * `ESC [`, parameters and a final byte (ECMA-48 § 5.4), `ESC [ [` and one character, as Linux's console
 * has it for some function keys, or `ESC O` and one character.
 */
// deno-lint-ignore no-control-regex
const ENDED_SEQUENCE = /^\x1b(?:\[(?:\[.|[ -?]*[@-Z\\-~])|O.)$/u;

function isInSequence(characters: string): boolean {
  // deno-lint-ignore no-control-regex
  return /^\x1b(?:\[(?:\[.?|[ -?]*[@-Z\\-~]?)|O.?)?$/u.test(characters);
}
