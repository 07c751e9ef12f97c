/**
 * Takes a lock and waits for another run, as long as that is useful.
 *
 * @module
 */

import { type Holder, type Lock, NO_LOCK } from "../cache/lock.ts";
import type { Step } from "../plan/plan.ts";
import type { Answerable } from "../questions/answerable.ts";
import type { Environment } from "../runtime.ts";
import { checkCallers } from "./callers.ts";
import { outerEnvironment } from "./nesting.ts";
import { isOnThisTerminal, type Notify, type OtherRuns, PATIENCE_MS, PROMPT_LOCK } from "./wait.ts";

/** The options of {@linkcode takeLock}. */
export interface TakeLockOptions extends OtherRuns {
  /** Tells the user what wev waits for. */
  readonly notify: Notify;
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The code from the command line, if there is one. */
  readonly code?: string | undefined;
  /** Whether a user can be asked, at a terminal or elsewhere. */
  hasTerminal(): Promise<boolean>;
  /**
   * This run, for those who answer it by `wev --answer`.
   *
   * @default nobody does
   */
  readonly answerable?: Pick<Answerable, "waits" | "timeUp" | "whileBehind"> | undefined;
  /**
   * Asks the runs that wait for `wev --answer` to let this one ask, which has a terminal.
   *
   * @default none is asked
   */
  readonly askToYield?: (() => Promise<void>) | undefined;
  /**
   * Whether another process is stopped.
   *
   * @default none is
   */
  readonly isStopped?: ((process: number) => Promise<boolean>) | undefined;
}

/** The way to take one lock. */
interface TakeLockMode {
  /**
   * Whether wev has to ask the user, even if the run was given a code.
   *
   * @default {false}
   */
  readonly needsAnswer?: boolean;
  /**
   * Whether a person has given a code already.
   *
   * @default {false}
   */
  readonly hasCode?: boolean;
  /** Is called if another run holds the lock. */
  readonly onWait?: () => void;
}

/** Milliseconds between two checks of the other run. */
const LOOK_MS = 100;

/** Most milliseconds that a run without a terminal waits: more than a code program may take. */
const MAX_WAIT_MS = 120_000;

/**
 * Takes the lock `name` for `step`. A run that has no terminal, or was given a code, does not wait for the
 * user or without limit. It continues without the lock, and then succeeds by itself or fails.
 *
 * @throws {WevError} if the run that holds the lock waits for this one.
 */
export async function takeLock(
  name: string,
  step: Step,
  options: TakeLockOptions,
  { needsAnswer = false, hasCode = false, onWait }: TakeLockMode = {},
): Promise<Lock> {
  const { locks, environment } = options;
  checkCallers(environment, locks.holderOf(name));
  const abort = new AbortController();
  const isBusy = Promise.withResolvers<void>();
  const taken = locks.take(name, step.names.join(", "), {
    signal: abort.signal,
    onWait() {
      onWait?.();
      isBusy.resolve();
    },
  });
  const wait = new Wait(name, options, !needsAnswer && (hasCode || wasGivenCode(step, options)));
  let lock: Lock | undefined;
  try {
    // A lock that is free is not waited for: the first timer loads modules of Node.
    lock = await Promise.race([taken, isBusy.promise.then(() => wait.untilUseless())]);
  } finally {
    wait.end();
    if (lock === undefined) {
      abort.abort();
      // The lock may have been taken at this very moment.
      taken.then((late) => late.release(), () => {});
    }
  }
  return lock ?? NO_LOCK;
}

/** Returns whether the run was given a code. */
function wasGivenCode({ consumes }: Step, { code, environment }: TakeLockOptions): boolean {
  const { get } = outerEnvironment(environment);
  return code !== undefined || consumes.some((name) => get(name)?.trim());
}

/** One wait for another run. */
class Wait {
  readonly #name: string;
  readonly #options: TakeLockOptions;
  readonly #hasCode: boolean;
  readonly #ended = Promise.withResolvers<void>();
  #isOver = false;
  #questionChecks = 0;
  #announcer: Announcer | undefined;
  #message: string | undefined;

  constructor(name: string, options: TakeLockOptions, hasCode: boolean) {
    this.#name = name;
    this.#options = options;
    this.#hasCode = hasCode;
  }

  /** Ends the wait: the lock is taken, or no longer needed. */
  end(): void {
    this.#isOver = true;
    this.#ended.resolve();
    this.#announcer?.end();
  }

  /** Returns as soon as it is useless to wait any longer. */
  async untilUseless(): Promise<undefined> {
    const { locks } = this.#options;
    for (let looks = 1; !this.#isOver; looks++) {
      await this.#pause();
      const needsUser = await this.#needsUser(looks);
      if (!needsUser && looks * LOOK_MS < MAX_WAIT_MS) {
        await this.#announce(looks);
        continue;
      }
      const wait = await this.#wayToWait(looks);
      if (wait === undefined) return;
      // The runs that wait for this one now wait for the user, too.
      return needsUser ? await locks.whilePersonIsAsked(wait) : await wait();
    }
  }

  /** Returns whether the other run waits for the user. */
  async #needsUser(looks: number): Promise<boolean> {
    const { locks, isStopped } = this.#options;
    const holder = locks.holderOf(this.#name);
    this.#questionChecks = holder?.waitsForPerson ? this.#questionChecks + 1 : 0;
    // Check twice: the note may be left from a killed run, until the next holder writes its own.
    if (this.#questionChecks > 1) return true;
    const isTime = looks * LOOK_MS % PATIENCE_MS === 0;
    return isTime && holder !== undefined && await isStopped?.(holder.process) === true;
  }

  /** Returns the function that waits for the user; `undefined` if that is useless. */
  async #wayToWait(looks: number): Promise<(() => Promise<undefined>) | undefined> {
    const { answerable } = this.#options;
    if (this.#hasCode) return undefined;
    if (await this.#options.hasTerminal()) return () => this.#waitPatiently(looks);
    return answerable?.waits ? () => this.#waitForAnswer(looks, answerable) : undefined;
  }

  async #waitPatiently(looks: number): Promise<undefined> {
    for (; !this.#isOver; looks++) {
      await this.#announce(looks);
      if (looks * LOOK_MS % PATIENCE_MS === 0) await this.#options.askToYield?.();
      await this.#pause();
    }
  }

  /** Waits for an answer from elsewhere, for as long as this run may. */
  async #waitForAnswer(
    looks: number,
    answerable: NonNullable<TakeLockOptions["answerable"]>,
  ): Promise<undefined> {
    const { locks } = this.#options;
    await answerable.whileBehind(async (tell) => {
      for (; !this.#isOver && !answerable.timeUp.aborted; looks++) {
        const process = locks.holderOf(this.#name)?.process;
        tell({ process, isForSame: this.#name !== PROMPT_LOCK });
        await this.#announce(looks);
        await this.#pause();
      }
    });
  }

  async #announce(looks: number): Promise<void> {
    if (looks * LOOK_MS % PATIENCE_MS !== 0) return;
    const { locks, notify, isStopped } = this.#options;
    const holder = locks.holderOf(this.#name);
    const stopped = holder !== undefined && (await isStopped?.(holder.process) ?? false);
    if (this.#message !== undefined && !stopped) return;
    if (!await this.#mayAnnounce()) return;
    const message = waitMessage(holder, stopped);
    if (this.#isOver || message === this.#message) return;
    this.#message = message;
    // Always tell the user about a stopped run: only the user can continue it.
    if (stopped) notify(message);
    else notify(message, () => !this.#isOver);
  }

  async #mayAnnounce(): Promise<boolean> {
    const session = await this.#options.sessionOf?.();
    if (session === undefined) return true;
    if (this.#isOver) return false;
    this.#announcer ??= new Announcer(session, this.#options);
    return await this.#announcer.mayAnnounce(() => this.#pause());
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_MS);
    await Promise.race([promise, this.#ended.promise]).finally(() => clearTimeout(timer));
  }
}

function waitMessage(holder: Holder | undefined, isStopped: boolean): string {
  if (holder === undefined) return "Waiting for another run of wev";
  const { process, purpose } = holder;
  const message = `Waiting for another run of wev (process ${process}), which gets ${purpose}`;
  if (!isStopped) return message;
  return `${message} and is stopped. Continue it (fg, or kill -CONT ${process}), or end it ` +
    `(kill -KILL ${process})`;
}

/** Number of locks for announcers. Terminals that share one get only one message. */
const ANNOUNCERS = 16;

/** The right to announce, for all runs on one terminal, what they wait for. Only one run holds it. */
class Announcer {
  readonly #options: TakeLockOptions;
  readonly #name: string;
  readonly #abort = new AbortController();
  readonly #taken: Promise<void>;
  #lock: Lock | undefined;

  /** Requests the right for the terminal of `session`. */
  constructor(session: number, options: TakeLockOptions) {
    this.#options = options;
    this.#name = `waiting-${session % ANNOUNCERS}`;
    const taking = options.locks.take(this.#name, "an announcement", {
      signal: this.#abort.signal,
    });
    this.#taken = taking.then((lock) => void (this.#lock = lock));
  }

  /** Returns whether no other run announces on this terminal; waits at most for `pause`. */
  async mayAnnounce(pause: () => Promise<void>): Promise<boolean> {
    await Promise.race([this.#taken, pause()]);
    if (this.#lock !== undefined) return true;
    const { locks, isStopped } = this.#options;
    const other = locks.holderOf(this.#name)?.process;
    if (other === undefined) return false;
    return !await isOnThisTerminal(other, this.#options) || (await isStopped?.(other) ?? false);
  }

  /** Releases the right. */
  end(): void {
    this.#abort.abort();
    this.#lock?.release();
  }
}
