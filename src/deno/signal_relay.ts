/**
 * Passing on to a command what its parent is signalled.
 *
 * @module
 */

import { type JobControl, openJobControl } from "./job_control.ts";
import { readIgnoredSignals, readIsForeground } from "./proc.ts";
import { PASSED_ON, type SignalInfo } from "./signals.ts";

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
 * **Ignored.** A signal that the caller had ignored (nohup) stays so, for the child too.
 *
 * Without libc, /proc tells the same of Linux, but a child that stops alone goes unseen: the signals of
 * job control do to this process what they do to the child, as its terminal sends them to both. Where
 * there is no /proc either, a standard stream that is a terminal stands for the foreground group, and
 * the handlers are set just after the child has started, since one for a signal that the caller
 * ignored would end that for the child.
 */
export class SignalRelay implements Disposable {
  readonly #jobControl: JobControl | undefined;
  readonly #listeners: [Deno.Signal, () => void][] = [];
  readonly #early: Deno.Signal[] = [];
  readonly #isLate: boolean;
  #child: Deno.ChildProcess | undefined;

  /** Begins to hold signals back, where it can be known which ones the caller ignored. */
  constructor() {
    this.#jobControl = openJobControl();
    const ignored = ignoredSignals(this.#jobControl);
    this.#isLate = ignored === undefined;
    if (ignored !== undefined) this.#listen(ignored);
  }

  /** Passes on to `child` what has come and what will come. */
  attach(child: Deno.ChildProcess): void {
    this.#child = child;
    if (this.#isLate) this.#listen(new Set());
    for (const name of this.#early.splice(0)) this.#send(name);
  }

  /** Ends it: signals do to this process what they do to any. */
  [Symbol.dispose](): void {
    for (const [name, listener] of this.#listeners) Deno.removeSignalListener(name, listener);
  }

  #listen(ignored: ReadonlySet<number>): void {
    for (const signal of PASSED_ON) {
      if (!ignored.has(signal.number)) this.#on(signal.name, () => this.#passOn(signal));
    }
    const jobControl = this.#jobControl;
    if (jobControl !== undefined) this.#listenForStops(jobControl);
    else if (Deno.build.os !== "windows") this.#on("SIGCONT", () => this.#send("SIGCONT"));
  }

  #listenForStops(jobControl: JobControl): void {
    this.#on("SIGCHLD", () => this.#stopWithChild(jobControl));
    this.#on("SIGCONT", () => this.#continueChild(jobControl));
    // Nobody sends the other two but the terminal, and to the group.
    this.#on("SIGTSTP", () => this.#passOn({ name: "SIGTSTP", number: 20, fromTerminal: true }));
    this.#on("SIGTTIN", () => {});
    this.#on("SIGTTOU", () => {});
  }

  #on(name: Deno.Signal, listener: () => void): void {
    Deno.addSignalListener(name, listener);
    this.#listeners.push([name, listener]);
  }

  #passOn({ name, fromTerminal = false }: SignalInfo): void {
    if (fromTerminal && this.#isForeground()) return;
    this.#send(name);
  }

  #isForeground(): boolean {
    if (Deno.build.os === "windows") return true;
    return this.#jobControl?.isForeground() ?? readIsForeground() ??
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

/** Returns the numbers of the signals that the caller had ignored, or `undefined` where nothing tells. */
function ignoredSignals(jobControl: JobControl | undefined): ReadonlySet<number> | undefined {
  // Windows ignores none.
  if (Deno.build.os === "windows") return new Set();
  if (jobControl === undefined) return readIgnoredSignals();
  const numbers = PASSED_ON.map(({ number }) => number);
  return new Set(numbers.filter((number) => jobControl.isIgnored(number)));
}
