/**
 * Waiting for another run, as long as that makes sense.
 *
 * @module
 */

import { type Holder, type Lock, NO_LOCK } from "../cache/lock.ts";
import type { Step } from "../plan/plan.ts";
import type { Answerable } from "../questions/answerable.ts";
import type { Environment } from "../runtime.ts";
import { checkCallers } from "./callers.ts";
import { outerEnvironment } from "./nesting.ts";
import { isHere, type Neighbours, type Notify, PATIENCE_MS, PROMPT_LOCK } from "./wait.ts";

/** What waiting for another run needs. */
export interface TakeLockOptions extends Neighbours {
  /** Says to the person at the terminal, if there is one, what wev waits for. */
  readonly notify: Notify;
  /** The environment wev was started with. */
  readonly environment: Environment;
  /** The code that the command line gives, if it gives one. */
  readonly code?: string | undefined;
  /** Whether there is a person to ask, at a terminal or elsewhere. */
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
   * @default nobody is
   */
  readonly isStopped?: ((process: number) => Promise<boolean>) | undefined;
}

/** How one lock is taken. */
interface TakeLockMode {
  /**
   * Whether a person has to answer, whatever code the run has brought.
   *
   * @default {false}
   */
  readonly needsAnswer?: boolean;
}

/** Milliseconds between two looks at what the other run does. */
const LOOK_MS = 100;

/** Milliseconds that a run without a person waits for another: more than a code of a program takes. */
const MAX_WAIT_MS = 120_000;

/**
 * Takes the lock `name` for `step`. A run that nobody can answer, or that has brought its code, does not
 * wait for a person, nor for ever: it goes on without the lock. Then it gets what it wants by itself, or
 * says why it can't.
 *
 * @throws {WevError} if the run that has it waits for this one.
 */
export async function takeLock(
  name: string,
  step: Step,
  options: TakeLockOptions,
  { needsAnswer = false }: TakeLockMode = {},
): Promise<Lock> {
  const { locks, environment } = options;
  checkCallers(environment, locks.holderOf(name));
  const given = new AbortController();
  const taken = locks.take(name, step.names.join(", "), given.signal);
  const wait = new Wait(name, options, !needsAnswer && isAnswered(step, options));
  const leave = () => {
    given.abort();
    // It may have come in this very moment.
    taken.then((late) => late.release(), () => {});
  };
  try {
    const lock = await Promise.race([taken, wait.forbearance()]);
    if (lock !== undefined) return lock;
  } catch (error) {
    leave();
    throw error;
  } finally {
    wait.end();
  }
  leave();
  return NO_LOCK;
}

/** Whether the run has brought its code. */
function isAnswered({ consumes }: Step, { code, environment }: TakeLockOptions): boolean {
  const { get } = outerEnvironment(environment);
  return code !== undefined || consumes.some((name) => get(name)?.trim());
}

/** One wait for another run. */
class Wait {
  readonly #name: string;
  readonly #options: TakeLockOptions;
  readonly #isAnswered: boolean;
  readonly #ended = Promise.withResolvers<void>();
  #isOver = false;
  #asked = 0;
  #voice: Voice | undefined;
  #told: string | undefined;

  constructor(name: string, options: TakeLockOptions, isAnswered: boolean) {
    this.#name = name;
    this.#options = options;
    this.#isAnswered = isAnswered;
  }

  /** Ends it: the lock is there, or will not be waited for. */
  end(): void {
    this.#isOver = true;
    this.#ended.resolve();
    this.#voice?.end();
  }

  /** Returns when it makes no sense to wait on. */
  async forbearance(): Promise<undefined> {
    const { locks } = this.#options;
    for (let looks = 1; !this.#isOver; looks++) {
      await this.#pause();
      const isForPerson = await this.#isForPerson(looks);
      if (!isForPerson && looks * LOOK_MS < MAX_WAIT_MS) {
        await this.#tell(looks);
        continue;
      }
      const wait = await this.#wayToWait(looks);
      if (wait === undefined) return;
      // Who waits for this run waits for the same person.
      return isForPerson ? await locks.whilePersonIsAsked(wait) : await wait();
    }
  }

  /** Whether the other run goes on only once a person has done something. */
  async #isForPerson(looks: number): Promise<boolean> {
    const { locks, isStopped } = this.#options;
    const holder = locks.holderOf(this.#name);
    this.#asked = holder?.waitsForPerson ? this.#asked + 1 : 0;
    // A note may be that of a run which was killed, until the next one has written its own.
    if (this.#asked > 1) return true;
    const isTime = looks * LOOK_MS % PATIENCE_MS === 0;
    return isTime && holder !== undefined && await isStopped?.(holder.process) === true;
  }

  /** Returns what waits for a person; `undefined` if that makes no sense. */
  async #wayToWait(looks: number): Promise<(() => Promise<undefined>) | undefined> {
    const { answerable } = this.#options;
    if (this.#isAnswered) return undefined;
    if (await this.#options.hasTerminal()) return () => this.#waitPatiently(looks);
    return answerable?.waits ? () => this.#waitForAnswer(looks, answerable) : undefined;
  }

  async #waitPatiently(looks: number): Promise<undefined> {
    for (; !this.#isOver; looks++) {
      await this.#tell(looks);
      if (looks * LOOK_MS % PATIENCE_MS === 0) await this.#options.askToYield?.();
      await this.#pause();
    }
  }

  /** Waits for a person who answers elsewhere, as long as this run may. */
  async #waitForAnswer(
    looks: number,
    answerable: NonNullable<TakeLockOptions["answerable"]>,
  ): Promise<undefined> {
    const { locks } = this.#options;
    await answerable.whileBehind(async (tell) => {
      for (; !this.#isOver && !answerable.timeUp.aborted; looks++) {
        const process = locks.holderOf(this.#name)?.process;
        tell({ process, isForSame: this.#name !== PROMPT_LOCK });
        await this.#tell(looks);
        await this.#pause();
      }
    });
  }

  async #tell(looks: number): Promise<void> {
    if (looks * LOOK_MS % PATIENCE_MS !== 0) return;
    const { locks, notify, isStopped } = this.#options;
    const holder = locks.holderOf(this.#name);
    const stopped = holder !== undefined && (await isStopped?.(holder.process) ?? false);
    if (this.#told !== undefined && !stopped) return;
    if (!await this.#speaks()) return;
    const told = messageAbout(holder, stopped);
    if (this.#isOver || told === this.#told) return;
    this.#told = told;
    // A run that is stopped goes on only once the person knows.
    if (stopped) notify(told);
    else notify(told, () => !this.#isOver);
  }

  async #speaks(): Promise<boolean> {
    const session = await this.#options.sessionOf?.();
    if (session === undefined) return true;
    if (this.#isOver) return false;
    this.#voice ??= new Voice(session, this.#options);
    return await this.#voice.isHeard(() => this.#pause());
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_MS);
    await Promise.race([promise, this.#ended.promise]).finally(() => clearTimeout(timer));
  }
}

function messageAbout(holder: Holder | undefined, isStopped: boolean): string {
  if (holder === undefined) return "Waiting for another run of wev";
  const { process, purpose } = holder;
  const who = `Waiting for another run of wev (process ${process}), which gets ${purpose}`;
  if (!isStopped) return who;
  return `${who} and is stopped. Continue it (fg, or kill -CONT ${process}), or end it ` +
    `(kill -KILL ${process})`;
}

/** Locks for those who speak. Two terminals that have one in common both hear what is said. */
const VOICES = 16;

/** The right to speak for all runs that wait on one terminal: they would all say the same. */
class Voice {
  readonly #options: TakeLockOptions;
  readonly #name: string;
  readonly #given = new AbortController();
  readonly #taken: Promise<void>;
  #lock: Lock | undefined;

  /** Asks for it on the terminal of `session`. */
  constructor(session: number, options: TakeLockOptions) {
    this.#options = options;
    this.#name = `waiting-${session % VOICES}`;
    const taking = options.locks.take(this.#name, "what is waited for", this.#given.signal);
    this.#taken = taking.then((lock) => void (this.#lock = lock));
  }

  /** Whether nobody else speaks on this terminal, as far as that is known after a `pause`. */
  async isHeard(pause: () => Promise<void>): Promise<boolean> {
    await Promise.race([this.#taken, pause()]);
    if (this.#lock !== undefined) return true;
    const { locks, isStopped } = this.#options;
    const speaker = locks.holderOf(this.#name)?.process;
    if (speaker === undefined) return false;
    return !await isHere(speaker, this.#options) || (await isStopped?.(speaker) ?? false);
  }

  /** Lets others speak. */
  end(): void {
    this.#given.abort();
    this.#lock?.release();
  }
}
