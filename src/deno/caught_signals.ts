/**
 * Catching signals for a while, and restoring the actions that the caller set.
 *
 * @module
 */

import { type JobControl, openJobControl, type SignalAction } from "./job_control.ts";
import { JOB_CONTROL, numberOf, PASSED_ON, type SignalInfo } from "./signals.ts";

/** A signal and its listener. */
export type SignalListener = readonly [SignalInfo, () => void];

/** With its first listener, for any signal, Deno sets handlers for these too. */
const SET_BY_DENO = ["SIGHUP", "SIGINT", "SIGTERM"].map(numberOf) as readonly number[];

/** The actions of signals before this process caught them, as its caller set them. */
const before = new Map<number, SignalAction>();

/** Deno's handlers. Deno sets each one once and removes none. */
const ofDeno = new Map<number, SignalAction>();

/**
 * Makes Deno set its handlers now and restores the actions at once, since Deno sets each handler only
 * once. Modules of Node listen to SIGUSR1 when they are loaded; without this, signals that the caller
 * ignored would end this process from then on.
 */
export function keepSignals(): void {
  if (Deno.build.os === "windows") return;
  const signal = PASSED_ON.find(({ name }) => name === "SIGUSR1")!;
  new CaughtSignals([[signal, () => {}]])[Symbol.dispose]();
}

/**
 * Catches signals until it is disposed of. Then each has its original action again: a signal that the
 * caller ignored (nohup) is ignored by this process and its command. Without libc, Deno's handler stays,
 * which performs the default action.
 */
export class CaughtSignals implements Disposable {
  #listeners: readonly SignalListener[];
  readonly #jobControl: JobControl | undefined = Deno.build.os === "windows"
    ? undefined
    : openJobControl();

  /** Starts to catch signals. */
  constructor(listeners: readonly SignalListener[]) {
    this.#listeners = listeners;
    const numbers = listeners.map(([{ number }]) => number);
    this.#keepActions([...SET_BY_DENO, ...numbers]);
    for (const [{ name }, listener] of listeners) Deno.addSignalListener(name, listener);
    for (const number of numbers) this.#setHandler(number);
    for (const number of SET_BY_DENO) if (!numbers.includes(number)) this.#giveBack(number);
  }

  /** Restores the original actions. */
  [Symbol.dispose](): void {
    for (const [{ name, number }, listener] of this.#listeners) {
      Deno.removeSignalListener(name, listener);
      this.#giveBack(number);
    }
    this.#listeners = [];
  }

  #keepActions(numbers: readonly number[]): void {
    for (const number of numbers) {
      const action = before.has(number) ? undefined : this.#jobControl?.actionOf(number);
      if (action !== undefined) before.set(number, action);
    }
  }

  #setHandler(number: number): void {
    const handler = this.#handlerOfDeno(number);
    if (handler !== undefined) this.#jobControl?.setAction(number, handler);
  }

  #giveBack(number: number): void {
    const action = before.get(number);
    // Deno needs SIGCHLD to notice the end of a child; a command always gets its default action.
    if (action === undefined || number === JOB_CONTROL.childChanged.number) return;
    // Saved for a later listener, since Deno does not set it again.
    this.#handlerOfDeno(number);
    this.#jobControl?.setAction(number, action);
  }

  #handlerOfDeno(number: number): SignalAction | undefined {
    const handler = ofDeno.get(number) ?? this.#jobControl?.actionOf(number);
    if (handler !== undefined) ofDeno.set(number, handler);
    return handler;
  }
}
