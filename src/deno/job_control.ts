/**
 * What a parent has to know of terminals, stopped children and signals in order to stay out of their
 * way, as far as only libc tells it.
 *
 * @module
 */

import { type Libc, openLibc, toCString } from "./libc.ts";

/** Knows and does what Deno has no functions for. */
export interface JobControl {
  /** Whether this process was started with a signal ignored. */
  isIgnored(signal: number): boolean;
  /** Whether the controlling terminal sends its signals to this process's group. */
  isForeground(): boolean;
  /** Returns the signal that stopped child `pid` since this was asked last, if one did. */
  stopOf(pid: number): number | undefined;
  /** Whether child `pid` was continued since this was asked last. */
  wasContinued(pid: number): boolean;
  /** Stops this process, or its whole group, as `signal` stops one that does not catch it. */
  stop(signal: number, who?: "process" | "group"): void;
  /** Ends this process as `signal` ends one that does not catch it. Process 1 goes on. */
  end(signal: number): void;
  /** Returns what `signal` does. */
  actionOf(signal: number): SignalAction;
  /** Has `signal` do what `action` says. */
  setAction(signal: number, action: SignalAction): void;
}

/** What a signal does: a `struct sigaction`, to be handed back as it is. */
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

/** Returns what libc knows, or `undefined` where there is none. */
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
    // Not one of the standard streams: any of them may be a file while the terminal still signals.
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
    // The default in its place for as long as it takes: Deno's own handler would only note it.
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

  /** Asks for no change but these, so that Deno still is the one to learn that the child ended. */
  #changeOf(pid: number, changes: number): number | undefined {
    // siginfo_t: the signal's number first, SIGCHLD where there was a change; si_status further on.
    const info = new Int32Array(32);
    if (this.#libc.waitid(P_PID, pid, info, changes | WNOHANG) !== 0 || info[0] === 0) {
      return undefined;
    }
    return info[DARWIN ? 5 : 6];
  }
}

/** Room for a `struct sigaction`, whose handler comes first. All zero, it is the default action. */
function newAction(): SignalAction {
  return new BigUint64Array(32);
}

/** Whether `action` is to ignore the signal. */
export function isIgnoring(action: SignalAction): boolean {
  return action[0] === SIG_IGN;
}

/** Whether `action` is the default. */
export function isDefault(action: SignalAction): boolean {
  return action[0] === 0n;
}

/** Where `sa_flags` is, in units of 32 bits, and the flag that makes a handler serve once. */
const [FLAGS_AT, SA_RESETHAND] = DARWIN ? [3, 4] : [34, 0x8000_0000 | 0];

/** Returns `action` as one that gives way to the default when the signal comes. */
export function onceOnly(action: SignalAction): SignalAction {
  const once = action.slice();
  const words = new Int32Array(once.buffer);
  words[FLAGS_AT] = words[FLAGS_AT]! | SA_RESETHAND!;
  return once;
}
