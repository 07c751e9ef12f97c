/**
 * Functions of libc for signals, stopped children and the foreground group of the terminal, which a
 * parent needs and Deno does not have.
 *
 * @module
 */

import { type Libc, openLibc, toCString } from "./libc.ts";

/** Job control and signal actions. */
export interface JobControl {
  /** Returns whether this process ignores a signal. */
  isIgnored(signal: number): boolean;
  /** Returns whether this process is in the foreground group of the controlling terminal. */
  isForeground(): boolean;
  /** Returns the signal that has stopped child `pid` since the last call, if one has. */
  stopOf(pid: number): number | undefined;
  /** Returns whether child `pid` has been continued since the last call. */
  wasContinued(pid: number): boolean;
  /** Stops this process, or its whole group, by the default action of `signal`. */
  stop(signal: number, who?: "process" | "group"): void;
  /** Ends this process by the default action of `signal`, which has no effect on process 1. */
  end(signal: number): void;
  /** Returns the action of `signal`. */
  actionOf(signal: number): SignalAction;
  /** Sets the action of `signal`. */
  setAction(signal: number, action: SignalAction): void;
}

/** The action of a signal: a `struct sigaction`. */
export type SignalAction = BigUint64Array<ArrayBuffer>;

const FUNCTIONS = {
  close: { parameters: ["i32"], result: "i32" },
  getpgrp: { parameters: [], result: "i32" },
  getpid: { parameters: [], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  sigaction: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
  waitid: { parameters: ["i32", "u32", "buffer", "i32"], result: "i32" },
} as const;

const DARWIN = Deno.build.os === "darwin";
const O_RDWR_NOCTTY_CLOEXEC = DARWIN ? 0x1020002 : 0o2000402;
const P_PID = 1;
const WNOHANG = 1;
const WSTOPPED = DARWIN ? 8 : 2;
const WCONTINUED = DARWIN ? 16 : 8;
const SIG_IGN = 1n;

/** Returns the functions of libc, or `undefined` if there is no libc. */
export function openJobControl(): JobControl | undefined {
  const libc = openLibc(FUNCTIONS);
  return libc === undefined ? undefined : new LibcJobControl(libc);
}

class LibcJobControl implements JobControl {
  readonly #libc: Libc<typeof FUNCTIONS>;

  constructor(libc: Libc<typeof FUNCTIONS>) {
    this.#libc = libc;
  }

  isIgnored(signal: number): boolean {
    return isIgnoring(this.actionOf(signal));
  }

  isForeground(): boolean {
    // Not a standard stream: all may be redirected, while the terminal still sends signals.
    const terminal = this.#libc.open(toCString("/dev/tty"), O_RDWR_NOCTTY_CLOEXEC);
    if (terminal < 0) return false;
    const foreground = this.#libc.tcgetpgrp(terminal);
    this.#libc.close(terminal);
    return foreground === this.#libc.getpgrp();
  }

  stopOf(pid: number): number | undefined {
    return this.#changeOf(pid, WSTOPPED);
  }

  wasContinued(pid: number): boolean {
    return this.#changeOf(pid, WCONTINUED) !== undefined;
  }

  stop(signal: number, who: "process" | "group" = "process"): void {
    const before = newAction();
    // With the default action for a moment: Deno's handler would only note the signal.
    this.#libc.sigaction(signal, newAction(), before);
    this.#libc.kill(who === "group" ? 0 : this.#libc.getpid(), signal);
    this.#libc.sigaction(signal, before, null);
  }

  end(signal: number): void {
    this.setAction(signal, newAction());
    this.#libc.kill(this.#libc.getpid(), signal);
  }

  actionOf(signal: number): SignalAction {
    const action = newAction();
    this.#libc.sigaction(signal, null, action);
    return action;
  }

  setAction(signal: number, action: SignalAction): void {
    this.#libc.sigaction(signal, action, null);
  }

  /** Asks only for these changes, so that Deno still gets the exit status of the child. */
  #changeOf(pid: number, changes: number): number | undefined {
    // siginfo_t: first the signal number, SIGCHLD if there was a change; later si_status.
    const info = new Int32Array(32);
    if (this.#libc.waitid(P_PID, pid, info, changes | WNOHANG) !== 0 || info[0] === 0) {
      return undefined;
    }
    return info[DARWIN ? 5 : 6];
  }
}

/** Returns a `struct sigaction`, whose handler is first. All zero, it is the default action. */
function newAction(): SignalAction {
  return new BigUint64Array(32);
}

/** Returns whether `action` ignores the signal. */
export function isIgnoring(action: SignalAction): boolean {
  return action[0] === SIG_IGN;
}

/** Returns whether `action` is the default. */
export function isDefault(action: SignalAction): boolean {
  return action[0] === 0n;
}

/** The index of `sa_flags`, in units of 32 bits, and the flag of a one-time handler. */
const [FLAGS_AT, SA_RESETHAND] = DARWIN ? [3, 4] : [34, 0x8000_0000 | 0];

/** Returns `action` with the flag that resets it to the default when the signal comes. */
export function onceOnly(action: SignalAction): SignalAction {
  const once = action.slice();
  const words = new Int32Array(once.buffer);
  words[FLAGS_AT] = words[FLAGS_AT]! | SA_RESETHAND!;
  return once;
}
