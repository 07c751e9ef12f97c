/**
 * Lets the plugins of one run ask one at a time, and only when it is worth it.
 *
 * @module
 */

/** A task that waits for its turn. */
interface Waiting {
  readonly task: number;
  start(): void;
}

/**
 * Lets tasks that run side by side ask one at a time: a question waits until every other task has
 * ended or has a question too, since a task that fails without asking makes every code a waste.
 * A task that asks again comes before the others; these come in the order of their numbers.
 */
export class PromptQueue {
  readonly #waiting: Waiting[] = [];
  #running: number;
  #lastServed: number | undefined;

  /** Makes a queue for `tasks` tasks, numbered from 0. */
  constructor(tasks: number) {
    this.#running = tasks;
  }

  /** Waits until `task` may ask. Throws the signal's reason when that is aborted first. */
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

  /** Tells that a task has ended, or waits for what another task gets. */
  left(): void {
    this.#running--;
    this.#serve();
  }

  /** Tells that a task goes on that has waited for what another task got. */
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
