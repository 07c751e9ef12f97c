/**
 * A question that `wev --answer` can answer too, from any terminal of the same user.
 *
 * @module
 */

import { WevError } from "../errors.ts";
import type { Answerable } from "./answerable.ts";
import { type Answerer, WithdrawnError } from "./first_answer.ts";
import type { AskedQuestion } from "./messages.ts";
import { type Choice, type Prompt, SuspendedQuestion, type TypedCode } from "./prompt.ts";
import { SuspendedError } from "../runtime.ts";

/** Milliseconds that may pass before a run says that it waits for an answer. */
const PATIENCE_MS = 1_000;

/** Milliseconds after which a question that is asked here can be answered elsewhere too. */
const OPEN_MS = 100;

/** What {@linkcode AnswerablePrompt} is made of. */
interface AnswerablePromptOptions {
  /** Asks the person here. */
  readonly here: Answerer;
  /** This run, for those who answer it. */
  readonly run: Answerable;
  /** Says what wev waits for, if that still holds when it can be said. */
  notify(message: string, isCurrent: () => boolean): void;
  /** Warns that this run can't wait for an answer. */
  warn(message: string): void;
}

/** How a question is asked elsewhere. */
interface Elsewhere extends Omit<AskedQuestion, "id" | "isAskedThere"> {
  /** Returns what is wrong with an answer, or `undefined`. */
  check(answer: string): string | undefined | Promise<string | undefined>;
  /** The device, once it is known. */
  readonly found?: Promise<string | undefined> | undefined;
  /** Is called when the question stands. */
  readonly onShown?: (() => void) | undefined;
  /** Resolves when it stands here. */
  readonly shown: Promise<void>;
}

/**
 * Asks the person here, if there is one, and lets others answer: the first answer wins. If nobody can be
 * asked here, waits for an answer from elsewhere for as long as the run may wait.
 */
export class AnswerablePrompt implements Prompt {
  readonly #options: AnswerablePromptOptions;

  /** Makes a prompt. */
  constructor(options: AnswerablePromptOptions) {
    this.#options = options;
  }

  /** Asks for a code. */
  async askCode(question: TypedCode, signal?: AbortSignal): Promise<string> {
    const { about, title, label, device, found, role } = question;
    const check = (answer: string) => question.check(answer);
    const shown = Promise.withResolvers<void>();
    const onShown = () => {
      question.onShown?.();
      shown.resolve();
    };
    return await this.#ask(
      {
        kind: "code",
        about,
        title,
        label,
        device,
        role,
        found,
        check,
        onShown,
        shown: shown.promise,
      },
      (here, given) => here.askCode({ ...this.#withCodeHint(question), onShown }, given),
      signal,
    );
  }

  /** Asks which of a few answers is right. */
  async choose(question: Choice, signal?: AbortSignal): Promise<string> {
    const { title, choices } = question;
    const check = (answer: string) =>
      choices.includes(answer) ? undefined : "That is not one of the choices.";
    return await this.#ask(
      { kind: "choice", title, choices, check, shown: Promise.resolve() },
      (here, given) => here.choose(this.#withChoiceHint(question), given),
      signal,
    );
  }

  #withCodeHint(question: TypedCode): TypedCode {
    const { withoutTerminal } = question;
    // What failed before has a remedy of its own.
    if (!this.#options.run.isPossible || typeof withoutTerminal !== "string") return question;
    return { ...question, withoutTerminal: `${withoutTerminal}\n${HINT}` };
  }

  #withChoiceHint(question: Choice): Choice {
    if (!this.#options.run.isPossible) return question;
    const { message, hint } = question.unavailable;
    return { ...question, unavailable: { message, hint: `${hint}\n${HINT}` } };
  }

  async #ask(
    question: Elsewhere,
    askHere: (here: Answerer, signal?: AbortSignal) => Promise<string>,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { here, run } = this.#options;
    const ask = (given?: AbortSignal) => askHere(here, given);
    try {
      if (await here.isAvailable()) return await this.#askBoth(question, ask, signal);
      if (run.waits && !run.timeUp.aborted) return await this.#wait(question, ask, signal);
    } catch (error) {
      if (error !== signal?.reason || !(error instanceof SuspendedError)) throw error;
      throw new SuspendedQuestion(error.how, new WevError(GONE));
    }
    // It says why it can't.
    return await ask(signal);
  }

  async #askBoth(
    { check, found, onShown: _, shown, ...question }: Elsewhere,
    askHere: (signal: AbortSignal) => Promise<string>,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { run } = this.#options;
    const withdrawal = new AbortController();
    const given = anyOf(withdrawal.signal, signal);
    const answers = [
      askHere(given),
      run.ask({ ...question, isAskedThere: true }, { check, found, signal: given }),
    ];
    // The question here is shown first: the first timer loads modules of Node.
    let timer: ReturnType<typeof setTimeout> | undefined;
    shown.then(() => {
      if (!given.aborted) timer = setTimeout(() => void run.open(), OPEN_MS);
    });
    try {
      return await Promise.race(answers);
    } finally {
      clearTimeout(timer);
      withdrawal.abort(new WithdrawnError());
      // The terminal must be as it was before anybody else uses it.
      await Promise.allSettled(answers);
    }
  }

  async #wait(
    { check, found, onShown, shown: _, ...question }: Elsewhere,
    askHere: (signal?: AbortSignal) => Promise<string>,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { run, notify, warn } = this.#options;
    const problem = await run.open();
    if (problem !== undefined) {
      warn(`Can't wait for an answer: ${problem}`);
      return await askHere(signal);
    }
    const { timeUp } = run;
    const yieldsWith = () => new SuspendedQuestion("answered", new WevError(GONE));
    let isOver = false;
    const timer = setTimeout(() => notify(WAITING, () => !isOver), PATIENCE_MS);
    try {
      const given = anyOf(timeUp, signal);
      onShown?.();
      return await run.ask({ ...question, isAskedThere: false }, {
        check,
        found,
        signal: given,
        yieldsWith,
      });
    } catch (error) {
      if (error !== timeUp.reason) throw error;
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
    return await askHere(signal);
  }
}

const WAITING = "Waiting for an answer. To give it, run in any terminal: wev --answer";
const HINT =
  "Or answer from another terminal: run wev --wait SECONDS … here, and wev --answer there.";
const GONE = "The question is not needed any more";

function anyOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}
