/**
 * Passing on to a command what its parent is signalled.
 *
 * @module
 */

import { CaughtSignals, type SignalListener } from "./caught_signals.ts";
import { type JobControl, openJobControl } from "./job_control.ts";
import { JOB_CONTROL, PASSED_ON, type SignalInfo } from "./signals.ts";

/** How long after a change of the child this process looks whether to stop, in milliseconds. */
const STOP_DELAY = 10;

/**
 * Passes signals on to a child from the moment it is made, and keeps this process alive until then and
 * after: while it lives, only SIGKILL ends this process. A child that is stopped stops this process.
 *
 * **Once.** A terminal sends its signals (Ctrl-C, Ctrl-\, a new size) to its whole foreground process
 * group, which the child is in. So where that group is ours they are not passed on; a second SIGINT
 * makes many a program give up its tidying. The price: one that somebody sends to wev alone meanwhile
 * is taken for the terminal's. Every other signal is passed on, and so arrives twice where a sender
 * signals the group.
 *
 * **Ctrl-Z.** The child may not stop on SIGTSTP, or first put the terminal in order, so this process
 * stops when the child has, by the same signal, and passes SIGCONT on where the child was not
 * continued by the same stroke.
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

  /** Begins to hold signals back, unless the caller ignored some. */
  constructor() {
    this.#jobControl = openJobControl();
    this.#isLate = this.#jobControl !== undefined && ignoresAny(this.#jobControl);
    if (!this.#isLate) this.#listen();
  }

  /** Passes on to `child` what has come and what will come. */
  attach(child: Deno.ChildProcess): void {
    this.#child = child;
    if (this.#isLate) this.#listen();
    for (const name of this.#early.splice(0)) this.#send(name);
  }

  /** Ends it: signals do to this process what they do to any. */
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
      // After what came with it: Ctrl-Z itself is judged while the terminal still is this group's.
      [childChanged, () => setTimeout(() => this.#stopWithChild(jobControl), STOP_DELAY)],
      [continued, () => this.#continueChild(jobControl)],
      [stop, () => this.#passOn(stop)],
      // Nobody sends these two but the terminal, and to the group.
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
