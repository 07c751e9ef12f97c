/**
 * Signals while a terminal is not as its user knows it.
 *
 * @module
 */

import { EndedError, SuspendedError } from "../runtime.ts";
import { CaughtSignals, type SignalListener } from "./caught_signals.ts";
import { endBy } from "./end_by_signal.ts";
import {
  isDefault,
  isIgnoring,
  type JobControl,
  onceOnly,
  openJobControl,
  type SignalAction,
} from "./job_control.ts";
import { ENDING, ENDING_UNHEARD, JOB_CONTROL, type SignalInfo } from "./signals.ts";

/** What a guard does with its terminal. */
interface GuardedTerminal {
  /** Whether this process's group is the one that the terminal listens to. */
  isForeground(): boolean;
  /** Puts the modes back that the terminal had. */
  restore(): void;
  /** Sets the modes again that it has been given: a shell sets its own while a job is stopped. */
  again(): void;
}

/** Ctrl-Z, which a raw terminal hands over like any key. */
const CTRL_Z = 0x1a;

/**
 * Puts a terminal back before a signal ends or stops wev, and lets signals do what they did before once
 * it is off guard. A signal that the caller ignored (nohup) stays ignored, if libc can tell.
 */
export class TerminalGuard {
  readonly #terminal: GuardedTerminal;
  readonly #jobControl: JobControl | undefined;
  readonly #unheard = new Map<number, SignalAction>();
  #caught: CaughtSignals | undefined;
  #isAsking = false;
  #isStoppable = false;
  #suspended: SuspendedError | undefined;
  #ended: EndedError | undefined;
  readonly #end = Promise.withResolvers<never>();

  /** Guards `terminal` once it is started. */
  constructor(terminal: GuardedTerminal) {
    this.#terminal = terminal;
    this.#jobControl = Deno.build.os === "windows" ? undefined : openJobControl();
    // Who looks now and then is told by the check.
    this.#end.promise.catch(() => {});
  }

  /** Fails with an {@linkcode EndedError} where a signal came that should have ended this process. */
  get end(): Promise<never> {
    return this.#end.promise;
  }

  /** Catches signals from now on; `isAsking` tells whether somebody calls {@linkcode check}. */
  start(isAsking: boolean): void {
    this.#isAsking = isAsking;
    if (this.#caught !== undefined) return;
    const isIgnored = (signal: number) => this.#jobControl?.isIgnored(signal) ?? false;
    const { stop, continued } = JOB_CONTROL;
    const listeners: SignalListener[] = ENDING.filter(({ number }) => !isIgnored(number))
      .map((signal): SignalListener => [signal, () => this.#endBy(signal)]);
    this.#isStoppable = this.#jobControl !== undefined && !isIgnored(stop.number);
    if (this.#isStoppable) listeners.push([stop, () => this.#stop()]);
    if (this.#jobControl !== undefined) listeners.push([continued, () => this.#continue()]);
    this.#caught = new CaughtSignals(listeners);
    this.#catchUnheard(isIgnored);
  }

  /** Lets signals do what they did. */
  stop(): void {
    for (const [number, action] of this.#unheard) this.#jobControl?.setAction(number, action);
    this.#unheard.clear();
    this.#caught?.[Symbol.dispose]();
    this.#caught = undefined;
    if (this.#suspended?.how === "process") this.#jobControl?.stop(JOB_CONTROL.stop.number);
    this.#suspended = undefined;
  }

  /**
   * Checks that nothing keeps wev from asking on.
   *
   * @throws {SuspendedError} where this process has been stopped, is to be, or is in the background.
   * @throws {EndedError} where a signal came that should have ended it.
   */
  check(): void {
    if (this.#ended !== undefined) throw this.#ended;
    this.#endByUnheard();
    const suspended = this.#suspended ??
      (this.#terminal.isForeground() ? undefined : new SuspendedError("background"));
    this.#suspended = undefined;
    if (suspended !== undefined) throw suspended;
  }

  /** Whether `key` asks for the job to be stopped. The next check says so. */
  suspends([key]: Uint8Array): boolean {
    if (key !== CTRL_Z || !this.#isStoppable) return false;
    this.#suspended = new SuspendedError("group");
    return true;
  }

  async #endBy({ name, number }: SignalInfo): Promise<void> {
    this.#terminal.restore();
    // Without libc a signal does its work only where nobody listens.
    this.#caught?.[Symbol.dispose]();
    await endBy(name);
    this.#ended = new EndedError(number);
    this.#end.reject(this.#ended);
  }

  #stop(): void {
    // The question is given up first, and what others wait for.
    if (this.#isAsking) this.#suspended = new SuspendedError("process");
    else {
      this.#terminal.restore();
      this.#jobControl?.stop(JOB_CONTROL.stop.number);
    }
  }

  #continue(): void {
    if (this.#terminal.isForeground()) this.#terminal.again();
    // What is on the screen since, nobody knows.
    if (this.#isAsking) this.#suspended ??= new SuspendedError("continued");
  }

  /**
   * Deno has no listeners for some, but a handler that can stand for any: it does nothing for a signal
   * that it does not know. It gives way to the default when the signal comes, which shows.
   */
  #catchUnheard(isIgnored: (signal: number) => boolean): void {
    const jobControl = this.#jobControl;
    const handler = jobControl?.actionOf(JOB_CONTROL.continued.number);
    if (jobControl === undefined || handler === undefined) return;
    if (isDefault(handler) || isIgnoring(handler)) return;
    for (const number of ENDING_UNHEARD.filter((number) => !isIgnored(number))) {
      this.#unheard.set(number, jobControl.actionOf(number));
      jobControl.setAction(number, onceOnly(handler));
    }
  }

  #endByUnheard(): void {
    for (const number of this.#unheard.keys()) {
      if (!isDefault(this.#jobControl!.actionOf(number))) continue;
      this.#terminal.restore();
      this.#jobControl!.end(number);
      throw new EndedError(number);
    }
  }
}
