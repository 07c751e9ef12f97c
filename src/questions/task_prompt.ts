/**
 * How the plugin of one variable asks: when it is its turn in this run, and one run at a time.
 *
 * @module
 */

import { type Lock, NO_LOCK } from "../cache/lock.ts";
import type { Choice, Prompt, TypedCode } from "./prompt.ts";

/** What the prompt of a task is made of. */
interface TaskPromptOptions {
  /** Asks the person at the terminal. */
  readonly prompt: Prompt;
  /** Waits for the task's turn among those of this run. */
  turn(): Promise<void>;
  /** Waits until no other run asks, and keeps others from it; `toAsk` the person, or just in case. */
  lock(how: { readonly toAsk: boolean }): Promise<Lock>;
  /** Asks, for all to know, until somebody answers or the signal says that no answer is needed. */
  whileAsking<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer>;
}

/**
 * Asks for one task. Between the first question and {@linkcode TaskPrompt.release} no other run asks:
 * two runs don't ask one person at once, nor send two codes of one device side by side.
 */
export class TaskPrompt implements Prompt {
  readonly #options: TaskPromptOptions;
  #lock: Lock | undefined;

  /** Makes a prompt; waits for nothing yet. */
  constructor(options: TaskPromptOptions) {
    this.#options = options;
  }

  /** Waits until this variable may bother the person, by a program or a code that comes from elsewhere. */
  async turn(): Promise<void> {
    await this.#takeTurn({ toAsk: false });
  }

  /** Asks for a code when it is its turn. */
  async askCode(question: TypedCode): Promise<string> {
    await this.#takeTurn({ toAsk: true });
    const { prompt, whileAsking } = this.#options;
    return await whileAsking((signal) => prompt.askCode(question, signal));
  }

  /** Asks what to choose when it is its turn. */
  async choose(question: Choice): Promise<string> {
    await this.#takeTurn({ toAsk: true });
    const { prompt, whileAsking } = this.#options;
    return await whileAsking((signal) => prompt.choose(question, signal));
  }

  async #takeTurn(how: { readonly toAsk: boolean }): Promise<void> {
    const { turn, lock } = this.#options;
    await turn();
    // Its own code may have spared it the wait for another run's question, and be refused.
    if (this.#lock === undefined || (how.toAsk && this.#lock === NO_LOCK)) {
      this.#lock = await lock(how);
    }
  }

  /** Lets others ask. */
  release(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }
}
