/**
 * Catching signals for a while, and giving them back as the caller had them.
 *
 * @module
 */

import { type JobControl, openJobControl, type SignalAction } from "./job_control.ts";
import { JOB_CONTROL, numberOf, PASSED_ON, type SignalInfo } from "./signals.ts";

/** A signal and what is done when it comes. */
export type SignalListener = readonly [SignalInfo, () => void];

/** With its first listener, for whatever signal, Deno sets handlers for these too. */
const SET_BY_DENO = ["SIGHUP", "SIGINT", "SIGTERM"].map(numberOf) as readonly number[];

/** What signals did before this process caught them: what its caller wants. */
const before = new Map<number, SignalAction>();

/** What Deno has them do. It sets a handler once and takes none back. */
const ofDeno = new Map<number, SignalAction>();

/**
 * Has Deno set its handlers now, and gives the signals back at once: it sets each handler only once. Modules
 * of Node listen to SIGUSR1 as they are loaded, and what the caller ignored would end this process from
 * then on.
 */
export function keepSignals(): void {
  if (Deno.build.os === "windows") return;
  const signal = PASSED_ON.find(({ name }) => name === "SIGUSR1")!;
  new CaughtSignals([[signal, () => {}]])[Symbol.dispose]();
}

/**
 * Catches signals until it is disposed of. Then each does again what it did at the start of this
 * process: one that the caller ignored (nohup) is ignored again, by this process and by its command.
 * Without libc they keep Deno's handler, which does what is the default.
 */
export class CaughtSignals implements Disposable {
  #listeners: readonly SignalListener[];
  readonly #jobControl: JobControl | undefined = Deno.build.os === "windows"
    ? undefined
    : openJobControl();

  /** Catches from now on. */
  constructor(listeners: readonly SignalListener[]) {
    this.#listeners = listeners;
    const numbers = listeners.map(([{ number }]) => number);
    this.#keepActions([...SET_BY_DENO, ...numbers]);
    for (const [{ name }, listener] of listeners) Deno.addSignalListener(name, listener);
    for (const number of numbers) this.#setHandler(number);
    for (const number of SET_BY_DENO) if (!numbers.includes(number)) this.#giveBack(number);
  }

  /** Gives the signals back. */
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
    // Deno itself learns by SIGCHLD that a child has ended, and every command has it as its default.
    if (action === undefined || number === JOB_CONTROL.childChanged.number) return;
    // A later listener has to find it, since Deno will not set it again.
    this.#handlerOfDeno(number);
    this.#jobControl?.setAction(number, action);
  }

  #handlerOfDeno(number: number): SignalAction | undefined {
    const handler = ofDeno.get(number) ?? this.#jobControl?.actionOf(number);
    if (handler !== undefined) ofDeno.set(number, handler);
    return handler;
  }
}
