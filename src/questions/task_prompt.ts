/**
 * The prompt of one task: it waits for its turn in this run, and for the questions of other runs.
 *
 * @module
 */

import { type Lock, NO_LOCK } from "../cache/lock.ts";
import type { Choice, Prompt, TypedCode } from "./prompt.ts";
import type { PromptQueue } from "./queue.ts";

/** What the prompt of a task is made of. */
export interface TaskPromptOptions {
  /** Asks the person at the terminal. */
  readonly prompt: Prompt;
  /** The questions of this run. */
  readonly queue: PromptQueue;
  /** The number of the task. */
  readonly number: number;
  /** Is aborted when the run can't succeed any more. */
  readonly signal: AbortSignal;
  /** Waits until no other run asks, and keeps others from it; `toAsk` the person, or just in case. */
  lock(how: { readonly toAsk: boolean }): Promise<Lock>;
  /** Asks, for all to know, until somebody answers or the signal says that no answer is needed. */
  whileAsking<Answer>(
    ask: (signal: AbortSignal, onShown: () => void) => Promise<Answer>,
  ): Promise<Answer>;
}

/**
 * Asks for one task. Between the first question and {@linkcode TaskPrompt.release} no other run asks. So
 * two runs never ask a user at once, and never send two codes of one device concurrently.
 */
export class TaskPrompt {
  readonly #options: TaskPromptOptions;
  #lock: Lock | undefined;
  #isAnswered = false;

  /** Creates a prompt; takes no lock yet. */
  constructor(options: TaskPromptOptions) {
    this.#options = options;
  }

  /** Waits until this variable may bother the person, by a program or a code that comes from elsewhere. */
  async turn(checks: Checks = NO_CHECKS): Promise<void> {
    await this.#takeTurn({ toAsk: false }, checks);
  }

  /** Whether the task has been given a code since {@linkcode TaskPrompt.release}: it needs no other run's. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Asks for a code when it is its turn. What `checks` check begins when the question stands. */
  async askCode(question: TypedCode, checks: Checks = NO_CHECKS): Promise<string> {
    const code = await this.#askCode(question, checks);
    this.#isAnswered = true;
    return code;
  }

  async #askCode(question: TypedCode, checks: Checks): Promise<string> {
    await this.#takeTurn({ toAsk: true }, checks);
    const { prompt, whileAsking, queue } = this.#options;
    const signals = [this.#options.signal, checks.signal];
    const ask = (device: string | undefined) =>
      whileAsking((signal, onAsked) => {
        const found = Promise.withResolvers<string | undefined>();
        const onShown = () => {
          onAsked();
          queue.isShown();
          checks.start().then(found.resolve, () => {});
        };
        const either = AbortSignal.any([signal, ...signals]);
        return prompt.askCode({ ...question, device, found: found.promise, onShown }, either);
      });
    return await ask(question.device).catch(async (error) => {
      if (checks.isStarted()) throw error;
      // If nobody can be asked, what a check finds says more. Else the failure names the device.
      const device = await checks.start();
      if (device === undefined || device === question.device) throw error;
      return await ask(device);
    });
  }

  /** Waits for its turn and asks the user to choose. */
  async choose(question: Choice): Promise<string> {
    await this.#takeTurn({ toAsk: true }, NO_CHECKS);
    const { prompt, whileAsking, queue, signal } = this.#options;
    return await whileAsking((resolved, onAsked) => {
      onAsked();
      queue.isShown();
      return prompt.choose(question, AbortSignal.any([resolved, signal]));
    });
  }

  /** Returns what has to be checked before an answer counts: nothing is, until it is started. */
  checks(meanwhile: () => Promise<string | undefined>): Checks {
    const { queue, number } = this.#options;
    const failed = new AbortController();
    let passed: Promise<string | undefined> | undefined;
    const start = () => {
      passed ??= meanwhile().then((device) => {
        queue.checked(number);
        return device;
      }, (error) => {
        failed.abort(error);
        throw error;
      });
      // Whoever waits for it fails by it.
      passed.catch(() => {});
      return passed;
    };
    queue.unchecked(number);
    // A task that waits for its turn is checked before it has it.
    queue.shown.then(() => void start());
    return { start, isStarted: () => passed !== undefined, signal: failed.signal, isNone: false };
  }

  /** Waits until an answer counts: `checks` have passed, and no other variable can fail without asking. */
  async untilCounts(checks: Checks): Promise<string | undefined> {
    const { queue, number, signal } = this.#options;
    // No question may ever stand: this code may be from the command line, or from a program.
    queue.isShown();
    const device = await checks.start();
    await queue.quiet(number, signal);
    return device;
  }

  async #takeTurn(how: { readonly toAsk: boolean }, checks: Checks): Promise<void> {
    const { queue, number, signal, lock } = this.#options;
    const either = AbortSignal.any([signal, checks.signal]);
    await queue.turn(number, either, { atOnce: !checks.isNone });
    // Its own code may have spared it the wait for another run's question, and be refused.
    if (this.#lock === undefined || (how.toAsk && this.#lock === NO_LOCK)) {
      this.#lock = await lock(how);
      either.throwIfAborted();
    }
  }

  /** Releases the lock, so that other runs can ask. */
  release(): void {
    this.#lock?.release();
    this.#lock = undefined;
    this.#isAnswered = false;
  }

  /** Tells that the task has ended, or waits for what another task gets. */
  leave(): void {
    this.#options.queue.left(this.#options.number);
  }
}

/** What must be checked before an answer counts. */
export interface Checks {
  /** Begins, if it has not begun, and returns when all is checked. */
  start(): Promise<string | undefined>;
  /** Returns whether it has begun. */
  isStarted(): boolean;
  /** Is aborted if a check fails, with its failure. */
  readonly signal: AbortSignal;
  /** Whether there is nothing to check. */
  readonly isNone: boolean;
}

/** There is nothing to check. */
export const NO_CHECKS: Checks = {
  start: () => Promise.resolve(undefined),
  isStarted: () => true,
  signal: new AbortController().signal,
  isNone: true,
};
