/**
 * Passing on to a command what its parent is signalled.
 *
 * @module
 */

import { type JobControl, openJobControl } from "./job_control.ts";
import { readIgnoredSignals, readIsForeground } from "./proc.ts";
import { PASSED_ON, type SignalInfo } from "./signals.ts";

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
 * **Ignored.** A signal that the caller had ignored (nohup) stays so for the child. A handler would end
 * that, and with the first handler Deno sets some of its own (SIGHUP, SIGINT, SIGTERM); so where the
 * caller ignored any, they are set just after the child has started, not just before.
 *
 * Without libc, /proc tells the same of Linux, but a child that stops alone goes unseen: the signals of
 * job control do to this process what they do to the child, as the terminal sends them to both. Where
 * there is no /proc either, a standard stream that is a terminal stands for the foreground group, and
 * the handlers are set after the child has started.
 */
export class SignalRelay implements Disposable {
  readonly #jobControl: JobControl | undefined;
  readonly #listeners: [Deno.Signal, () => void][] = [];
  readonly #early: Deno.Signal[] = [];
  readonly #isLate: boolean;
  #child: Deno.ChildProcess | undefined;

  /** Begins to hold signals back, unless the caller ignored some. */
  constructor() {
    this.#jobControl = openJobControl();
    this.#isLate = mayIgnore(this.#jobControl);
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
    for (const [name, listener] of this.#listeners) Deno.removeSignalListener(name, listener);
  }

  #listen(): void {
    for (const signal of PASSED_ON) this.#on(signal.name, () => this.#passOn(signal));
    const jobControl = this.#jobControl;
    if (jobControl !== undefined) this.#listenForStops(jobControl);
    else if (Deno.build.os !== "windows") this.#on("SIGCONT", () => this.#send("SIGCONT"));
  }

  #listenForStops(jobControl: JobControl): void {
    // After what came with it: Ctrl-Z itself is judged while the terminal still is this group's.
    this.#on("SIGCHLD", () => setTimeout(() => this.#stopWithChild(jobControl), STOP_DELAY));
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

/** Whether the caller ignored a signal that is passed on, or nothing tells. */
function mayIgnore(jobControl: JobControl | undefined): boolean {
  // Windows has nothing of the kind.
  if (Deno.build.os === "windows") return false;
  const isIgnored = jobControl === undefined
    ? readIgnoredSignals()
    : (signal: number) => jobControl.isIgnored(signal);
  return isIgnored === undefined || PASSED_ON.some(({ number }) => isIgnored(number));
}
