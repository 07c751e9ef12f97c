/**
 * Lets the plugins of one run ask one at a time, and only if it is worth it.
 *
 * @module
 */

/** A task that is waiting for its turn. */
interface Waiting {
  readonly task: number;
  readonly atOnce: boolean;
  start(): void;
}

/**
 * Lets tasks that run side by side ask one at a time. A question waits until every other task has ended or
 * has a question too, since a task that fails without asking makes every code useless. A question of which
 * the answer is held back stands at once; its answer waits in the same way ({@linkcode PromptQueue.quiet}).
 * A task that asks again comes before the others; these come in the order of their numbers.
 */
export class PromptQueue {
  readonly #waiting: Waiting[] = [];
  /** Tasks that have a question but may still fail. */
  readonly #unchecked = new Set<number>();
  readonly #quiet: Waiting[] = [];
  readonly #shown = Promise.withResolvers<void>();
  #running: number;
  #holder: number | undefined;
  #lastServed: number | undefined;

  /** Creates a queue for `tasks` tasks, numbered from 0. */
  constructor(tasks: number) {
    this.#running = tasks;
  }

  /** Resolves once a question stands, or has its answer: what takes long begins then. */
  get shown(): Promise<void> {
    return this.#shown.promise;
  }

  /** Tells that a question stands, or has its answer already. */
  isShown(): void {
    this.#shown.resolve();
  }

  /**
   * Waits until `task` may ask; `atOnce` if its answer is held back. Throws the signal's reason if that is
   * aborted first.
   */
  turn(task: number, signal: AbortSignal, { atOnce = false } = {}): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#holder === task) return Promise.resolve();
    if (atOnce && this.#holder === undefined && this.#waiting.length === 0) {
      this.#holder = task;
      return Promise.resolve();
    }
    this.#running--;
    return this.#enter(this.#waiting, task, { signal, atOnce }, () => {
      this.#running++;
      this.#holder = task;
      this.#lastServed = task;
    }, () => this.#running++);
  }

  /**
   * Waits until no other task runs that may fail without having asked. Throws the signal's reason if that is
   * aborted first.
   */
  quiet(task: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return this.#enter(this.#quiet, task, { signal, atOnce: true }, () => {}, () => {});
  }

  #enter(
    list: Waiting[],
    task: number,
    { signal, atOnce }: { readonly signal: AbortSignal; readonly atOnce: boolean },
    onStart: () => void,
    onAbort: () => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        const at = list.indexOf(waiting);
        if (at >= 0) list.splice(at, 1);
        onAbort();
        reject(signal.reason);
      };
      const waiting: Waiting = {
        task,
        atOnce,
        start: () => {
          signal.removeEventListener("abort", abort);
          onStart();
          resolve();
        },
      };
      list.push(waiting);
      signal.addEventListener("abort", abort);
      this.#serve();
    });
  }

  /** Tells that `task` has a question, and is still checked. */
  unchecked(task: number): void {
    this.#unchecked.add(task);
  }

  /** Tells that nothing of `task` can fail any more before its answer. */
  checked(task: number): void {
    this.#unchecked.delete(task);
    this.#serve();
  }

  /** Tells that `task` has ended, or waits for what another task gets. */
  left(task: number): void {
    this.#running--;
    this.#unchecked.delete(task);
    if (this.#holder === task) this.#holder = undefined;
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
    this.#serveQuiet();
    if (this.#holder !== undefined) return;
    this.#waiting.sort((one, other) => this.#rank(one) - this.#rank(other));
    const at = this.#running > 0 ? this.#waiting.findIndex(({ atOnce }) => atOnce) : 0;
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.start();
  }

  #serveQuiet(): void {
    for (const waiting of [...this.#quiet]) {
      const others = [...this.#unchecked].some((task) => task !== waiting.task);
      if (this.#running > 1 || others) continue;
      this.#quiet.splice(this.#quiet.indexOf(waiting), 1);
      waiting.start();
    }
  }
}
