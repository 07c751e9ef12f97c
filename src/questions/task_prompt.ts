/**
 * The prompt of one task: it waits for its turn in this run, and for the questions of other runs.
 *
 * @module
 */

import { type Lock, NO_LOCK } from "../cache/lock.ts";
import type { Choice, Prompt, TypedCode } from "./prompt.ts";

/** The options of {@linkcode TaskPrompt}. */
interface TaskPromptOptions {
  /** The prompt at the terminal. */
  readonly prompt: Prompt;
  /** Waits for the task's turn among those of this run. */
  turn(): Promise<void>;
  /**
   * Takes the lock of the prompt, so that only this run asks. `toAsk` is false if a question may turn out
   * not to be needed.
   */
  lock(how: { readonly toAsk: boolean }): Promise<Lock>;
  /** Calls `ask` and lets other runs see that a question is open. Aborts the signal if it is answered. */
  whileAsking<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer>;
}

/**
 * Asks for one task. Between the first question and {@linkcode TaskPrompt.release} no other run asks. So
 * two runs never ask a user at once, and never send two codes of one device concurrently.
 */
export class TaskPrompt implements Prompt {
  readonly #options: TaskPromptOptions;
  #lock: Lock | undefined;

  /** Creates a prompt; takes no lock yet. */
  constructor(options: TaskPromptOptions) {
    this.#options = options;
  }

  /** Waits for the turn of this task before it uses a code program or a supplied code. */
  async turn(): Promise<void> {
    await this.#takeTurn({ toAsk: false });
  }

  /** Waits for its turn and asks for a code. */
  async askCode(question: TypedCode): Promise<string> {
    await this.#takeTurn({ toAsk: true });
    const { prompt, whileAsking } = this.#options;
    return await whileAsking((signal) => prompt.askCode(question, signal));
  }

  /** Waits for its turn and asks the user to choose. */
  async choose(question: Choice): Promise<string> {
    await this.#takeTurn({ toAsk: true });
    const { prompt, whileAsking } = this.#options;
    return await whileAsking((signal) => prompt.choose(question, signal));
  }

  async #takeTurn(how: { readonly toAsk: boolean }): Promise<void> {
    const { turn, lock } = this.#options;
    await turn();
    // A supplied code needs no lock. If it was refused, wev has to ask, and that needs the lock.
    if (this.#lock === undefined || (how.toAsk && this.#lock === NO_LOCK)) {
      this.#lock = await lock(how);
    }
  }

  /** Releases the lock, so that other runs can ask. */
  release(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }
}
