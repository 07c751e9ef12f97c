/**
 * Lets the plugins of one run ask one at a time, and only when it is worth it.
 *
 * @module
 */

import type { Prompt } from "../prompt.ts";

/** A question that waits for its turn. */
interface Waiting {
  readonly task: number;
  start(): void;
}

/**
 * Lets tasks that run side by side ask one at a time: a question waits until every other task has
 * ended or has a question too, since a task that fails without asking makes every code a waste.
 * A task that asks again comes before the others.
 */
export class PromptQueue {
  readonly #prompt: Prompt;
  readonly #waiting: Waiting[] = [];
  #running: number;
  #lastServed: number | undefined;

  /** Makes a queue for `tasks` tasks, numbered from 0, that share `prompt`. */
  constructor(prompt: Prompt, tasks: number) {
    this.#prompt = prompt;
    this.#running = tasks;
  }

  /** Returns the prompt of a task, whose questions are given up when `signal` is aborted. */
  promptOf(task: number, signal: AbortSignal): Prompt {
    return {
      askCode: async (question) => {
        await this.#turn(task, signal);
        return this.#prompt.askCode(question);
      },
    };
  }

  /** Tells that a task has ended. */
  ended(): void {
    this.#running--;
    this.#serve();
  }

  #turn(task: number, signal: AbortSignal): Promise<void> {
    this.#running--;
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        this.#running++;
        reject(signal.reason);
      };
      const waiting = {
        task,
        start: () => {
          signal.removeEventListener("abort", abort);
          this.#running++;
          this.#lastServed = task;
          resolve();
        },
      };
      this.#waiting.push(waiting);
      if (signal.aborted) return abort();
      signal.addEventListener("abort", abort, { once: true });
      this.#serve();
    });
  }

  #serve(): void {
    if (this.#running > 0) return;
    const again = this.#waiting.findIndex(({ task }) => task === this.#lastServed);
    this.#waiting.splice(Math.max(again, 0), 1)[0]?.start();
  }
}
