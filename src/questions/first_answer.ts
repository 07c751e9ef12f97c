/**
 * One question in several places at once: the first answer counts.
 *
 * @module
 */

import { CancelledError, WevError } from "../errors.ts";
import { type Choice, type Prompt, SuspendedQuestion, type TypedCode } from "./prompt.ts";

/** A prompt that may have nobody to ask. */
export interface Answerer extends Prompt {
  /** Returns whether it can ask now. Shows nothing. */
  isAvailable(): Promise<boolean>;
}

/** What {@linkcode FirstAnswer} tells. */
interface FirstAnswerOptions {
  /** Is called with the failure of one answerer while another one still asks. */
  onFailure(failure: WevError): void;
}

/**
 * Asks all available answerers at once. The first answer wins, and the other questions are withdrawn by
 * their signal; this waits until they are. If the user cancels one question, all of them end. An
 * answerer that fails does not count while another one asks. If nobody is available, the first answerer
 * says why.
 */
export class FirstAnswer implements Answerer {
  readonly #answerers: readonly [Answerer, ...Answerer[]];
  readonly #options: FirstAnswerOptions;

  /** Makes a prompt of `answerers`, of which the first explains why nobody can be asked. */
  constructor(answerers: readonly [Answerer, ...Answerer[]], options: FirstAnswerOptions) {
    this.#answerers = answerers;
    this.#options = options;
  }

  /** Returns whether anybody can be asked. */
  async isAvailable(): Promise<boolean> {
    return (await this.#available()).length > 0;
  }

  /** Asks for a code. */
  async askCode(question: TypedCode, signal?: AbortSignal): Promise<string> {
    return await this.#ask((answerer, given) => answerer.askCode(question, given), signal);
  }

  /** Asks which of a few answers is right. */
  async choose(question: Choice, signal?: AbortSignal): Promise<string> {
    return await this.#ask((answerer, given) => answerer.choose(question, given), signal);
  }

  async #available(): Promise<Answerer[]> {
    const available = await Promise.all(this.#answerers.map((one) => one.isAvailable()));
    return this.#answerers.filter((_, at) => available[at]);
  }

  async #ask(
    ask: (answerer: Answerer, signal: AbortSignal) => Promise<string>,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    // The only one says itself whether it can ask.
    const available = this.#answerers.length === 1 ? [] : await this.#available();
    const answerers = available.length > 0 ? available : [this.#answerers[0]];
    const withdrawal = new AbortController();
    const signals = signal === undefined ? [] : [signal];
    const given = AbortSignal.any([...signals, withdrawal.signal]);
    const answers = answerers.map((answerer) => ask(answerer, given));
    try {
      return await firstOf(answers, this.#options);
    } finally {
      withdrawal.abort(new WithdrawnError());
      // The terminal must be as it was before anybody else uses it.
      await Promise.allSettled(answers);
    }
  }
}

/** Another question got the answer. */
export class WithdrawnError extends Error {
  /** The name of the class. */
  override readonly name: string = "WithdrawnError";

  /** Makes the error. */
  constructor() {
    super("The question is withdrawn");
  }
}

/** Returns the first answer, or throws the first error that ends all questions. */
function firstOf(
  answers: readonly Promise<string>[],
  { onFailure }: FirstAnswerOptions,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const failures: unknown[] = [];
  let waiting = answers.length;
  const fail = (error: unknown, at: number) => {
    failures[at] = error;
    if (--waiting === 0) reject(failures.find((failure) => failure !== undefined));
    else if (error instanceof WevError && !(error instanceof SuspendedQuestion)) onFailure(error);
  };
  for (const [at, answer] of answers.entries()) {
    answer.then(resolve, (error) => endsAll(error) ? reject(error) : fail(error, at));
  }
  return promise;
}

/** Whether no other answer is wanted after `error`: the user cancelled, the signal was aborted, or it is a bug. */
function endsAll(error: unknown): boolean {
  // A terminal of another job does not keep others from answering.
  if (error instanceof SuspendedQuestion) return error.how !== "background";
  return error instanceof CancelledError || !(error instanceof WevError);
}
