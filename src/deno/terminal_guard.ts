/**
 * Signals while a terminal is in another mode than the original one.
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

/** The terminal of a guard. */
interface GuardedTerminal {
  /** Returns whether the group of this process is in the foreground. */
  isForeground(): boolean;
  /** Restores the original mode. */
  restore(): void;
  /** Sets the current mode again: a shell sets its own while a job is stopped. */
  again(): void;
}

/** Ctrl-Z, which is a key like any other in raw mode. */
const CTRL_Z = 0x1a;

/**
 * Restores the terminal before a signal ends or stops wev. After it is stopped, signals have their
 * original actions. A signal that the caller ignored (nohup) stays ignored; only libc tells which.
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

  /** Makes a guard of `terminal`, to be started. */
  constructor(terminal: GuardedTerminal) {
    this.#terminal = terminal;
    this.#jobControl = Deno.build.os === "windows" ? undefined : openJobControl();
    // A caller that does not wait for it gets the error from `check`.
    this.#end.promise.catch(() => {});
  }

  /** Rejects with an {@linkcode EndedError} if a signal came that should have ended this process. */
  get end(): Promise<never> {
    return this.#end.promise;
  }

  /** Starts to catch signals; `isAsking` tells whether {@linkcode check} will be called. */
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

  /** Restores the original actions of signals. */
  stop(): void {
    for (const [number, action] of this.#unheard) this.#jobControl?.setAction(number, action);
    this.#unheard.clear();
    this.#caught?.[Symbol.dispose]();
    this.#caught = undefined;
    if (this.#suspended?.how === "process") this.#jobControl?.stop(JOB_CONTROL.stop.number);
    this.#suspended = undefined;
  }

  /**
   * Checks that the question may continue.
   *
   * @throws {SuspendedError} if this process has been stopped, is to be stopped, or is in the background.
   * @throws {EndedError} if a signal came that should have ended it.
   */
  check(): void {
    if (this.#ended !== undefined) throw this.#ended;
    this.#endByUnheard();
    const suspended = this.#suspended ??
      (this.#terminal.isForeground() ? undefined : new SuspendedError("background"));
    this.#suspended = undefined;
    if (suspended !== undefined) throw suspended;
  }

  /** Returns whether `key` is Ctrl-Z, which stops the job: the next check throws. */
  suspends([key]: Uint8Array): boolean {
    if (key !== CTRL_Z || !this.#isStoppable) return false;
    this.#suspended = new SuspendedError("group");
    return true;
  }

  async #endBy({ name, number }: SignalInfo): Promise<void> {
    this.#terminal.restore();
    // Without libc, a signal has its default action only without listeners.
    this.#caught?.[Symbol.dispose]();
    await endBy(name);
    this.#ended = new EndedError(number);
    this.#end.reject(this.#ended);
  }

  #stop(): void {
    // The question is interrupted first, and releases what other runs wait for.
    if (this.#isAsking) this.#suspended = new SuspendedError("process");
    else {
      this.#terminal.restore();
      this.#jobControl?.stop(JOB_CONTROL.stop.number);
    }
  }

  #continue(): void {
    if (this.#terminal.isForeground()) this.#terminal.again();
    // The content of the screen is unknown.
    if (this.#isAsking) this.#suspended ??= new SuspendedError("continued");
  }

  /**
   * Deno has no listeners for some signals, but its handler does nothing for a signal that it does not
   * know, so it can be set for them. It is reset to the default when the signal comes, which is checked.
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
