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
  /** Stops this process as `signal` stops one that does not catch it. */
  stop(signal: number): void;
}

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
    const action = newAction();
    return this.#libc.sigaction(signal, null, action) === 0 && action[0] === SIG_IGN;
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

  stop(signal: number): void {
    const before = newAction();
    // The default in its place for as long as it takes: Deno's own handler would only note it.
    this.#libc.sigaction(signal, newAction(), before);
    this.#libc.kill(this.#libc.getpid(), signal);
    this.#libc.sigaction(signal, before, null);
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
function newAction(): BigUint64Array<ArrayBuffer> {
  return new BigUint64Array(32);
}
