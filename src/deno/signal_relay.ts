/**
 * Passing signals on to the command.
 *
 * @module
 */

import { CaughtSignals, type SignalListener } from "./caught_signals.ts";
import { type JobControl, openJobControl } from "./job_control.ts";
import { JOB_CONTROL, PASSED_ON, type SignalInfo } from "./signals.ts";

/** The delay between a change of the child and the check whether to stop, in milliseconds. */
const STOP_DELAY = 10;

/**
 * Passes signals on to a child from its start. While the child lives, only SIGKILL ends this process. If
 * the child stops, this process stops.
 *
 * **Once.** A terminal sends its signals (Ctrl-C, Ctrl-\, a new size) to its whole foreground process
 * group, and so to the child. They are not passed on if that is the group of this process, because a
 * second SIGINT makes many programs abort their cleanup. The price: a signal that another process sends to
 * wev alone at that time is taken for one of the terminal. Every other signal is passed on, and so arrives
 * twice if the sender signals the group.
 *
 * **Ctrl-Z.** The child may ignore SIGTSTP, or restore the terminal first. So this process stops after the
 * child, by the same signal, and passes SIGCONT on if the child was not continued at the same time.
 *
 * **Ignored.** The child must still ignore a signal that the caller ignored (nohup). A handler would
 * reset it, and with the first handler Deno sets three of its own (SIGHUP, SIGINT, SIGTERM). So if the
 * caller ignored a signal, the handlers are set just after the child has started, not just before.
 *
 * **Without libc** nothing tells which signals are ignored, so the child ignores none. The process counts
 * as a foreground one if a standard stream is a terminal. A child that stops alone is not noticed; the
 * terminal sends the signals of job control to both processes.
 */
export class SignalRelay implements Disposable {
  readonly #jobControl: JobControl | undefined;
  #caught: CaughtSignals | undefined;
  readonly #early: Deno.Signal[] = [];
  readonly #isLate: boolean;
  #child: Deno.ChildProcess | undefined;

  /** Starts to catch signals, unless the caller ignored some. */
  constructor() {
    this.#jobControl = openJobControl();
    this.#isLate = this.#jobControl !== undefined && ignoresAny(this.#jobControl);
    if (!this.#isLate) this.#listen();
  }

  /** Passes the signals that have come, and those that will come, on to `child`. */
  attach(child: Deno.ChildProcess): void {
    this.#child = child;
    if (this.#isLate) this.#listen();
    for (const name of this.#early.splice(0)) this.#send(name);
  }

  /** Stops catching signals. */
  [Symbol.dispose](): void {
    this.#child = undefined;
    this.#caught?.[Symbol.dispose]();
  }

  #listen(): void {
    const jobControl = this.#jobControl;
    const { continued } = JOB_CONTROL;
    const ofJobControl: SignalListener[] = jobControl !== undefined
      ? this.#stopListeners(jobControl)
      : Deno.build.os === "windows"
      ? []
      : [[continued, () => this.#send(continued.name)]];
    this.#caught = new CaughtSignals([
      ...PASSED_ON.map((signal): SignalListener => [signal, () => this.#passOn(signal)]),
      ...ofJobControl,
    ]);
  }

  #stopListeners(jobControl: JobControl): SignalListener[] {
    const { childChanged, continued, stop, backgroundRead, backgroundWrite } = JOB_CONTROL;
    return [
      // With a delay, so that Ctrl-Z itself is handled while the terminal still belongs to this group.
      [childChanged, () => setTimeout(() => this.#stopWithChild(jobControl), STOP_DELAY)],
      [continued, () => this.#continueChild(jobControl)],
      [stop, () => this.#passOn(stop)],
      // Only the terminal sends these two, to the group.
      [backgroundRead, () => {}],
      [backgroundWrite, () => {}],
    ];
  }

  #passOn({ name, fromTerminal = false }: SignalInfo): void {
    if (fromTerminal && this.#isForeground()) return;
    this.#send(name);
  }

  #isForeground(): boolean {
    if (Deno.build.os === "windows") return true;
    return this.#jobControl?.isForeground() ??
      [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
  }

  #send(name: Deno.Signal): void {
    if (this.#child === undefined) {
      this.#early.push(name);
      return;
    }
    try {
      this.#child.kill(name);
    } catch (error) {
      // It has ended, and its status is on its way.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  #stopWithChild(jobControl: JobControl): void {
    const signal = this.#child && jobControl.stopOf(this.#child.pid);
    if (signal !== undefined) jobControl.stop(signal);
  }

  #continueChild(jobControl: JobControl): void {
    if (this.#child === undefined || jobControl.wasContinued(this.#child.pid)) return;
    this.#send("SIGCONT");
  }
}

/** Returns whether the caller ignored a signal that is caught here. */
function ignoresAny(jobControl: JobControl): boolean {
  return [...PASSED_ON, ...Object.values(JOB_CONTROL)]
    .some(({ number }) => jobControl.isIgnored(number));
}
