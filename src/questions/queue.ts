/**
 * The queue of questions: the plugins of one run ask one at a time, and as late as possible.
 *
 * @module
 */

/** A task that is waiting for its turn. */
interface Waiting {
  readonly task: number;
  start(): void;
}

/**
 * Lets concurrent tasks ask one at a time. A question waits until every other task has ended or has a
 * question too: if a task fails without asking, no code is wasted. A task that asks again goes first.
 * The others follow in the order of their numbers.
 */
export class PromptQueue {
  readonly #waiting: Waiting[] = [];
  #running: number;
  #lastServed: number | undefined;

  /** Creates a queue for `tasks` tasks, numbered from 0. */
  constructor(tasks: number) {
    this.#running = tasks;
  }

  /** Waits until `task` may ask. Throws the reason of `signal` if it is aborted first. */
  turn(task: number, signal: AbortSignal): Promise<void> {
    this.#running--;
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener("abort", abort);
        this.#running++;
      };
      const abort = () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        leave();
        reject(signal.reason);
      };
      const waiting: Waiting = {
        task,
        start: () => {
          leave();
          this.#lastServed = task;
          resolve();
        },
      };
      if (signal.aborted) return abort();
      this.#waiting.push(waiting);
      signal.addEventListener("abort", abort);
      this.#serve();
    });
  }

  /** Reports that a task has ended, or waits for the result of another task. */
  left(): void {
    this.#running--;
    this.#serve();
  }

  /** Reports that a task continues after it waited for the result of another task. */
  returned(): void {
    this.#running++;
  }

  #rank({ task }: Waiting): number {
    return task === this.#lastServed ? -1 : task;
  }

  #serve(): void {
    if (this.#running > 0) return;
    this.#waiting.sort((one, other) => this.#rank(one) - this.#rank(other));
    this.#waiting.shift()?.start();
  }
}
