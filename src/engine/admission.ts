/**
 * What one variable may do while wev is locked (`wev --lock`): nothing without a code that a person gives.
 *
 * @module
 */

import type { Lockout, Standing } from "../cache/lockout.ts";
import { WevError } from "../errors.ts";
import type { Step } from "../plan/plan.ts";
import type { CodeQuestion } from "../plugin/questions.ts";
import type { Captured } from "../runtime.ts";
import type { Times } from "../times.ts";

/** wev is locked, and no person has given a code since. */
export class LockedError extends WevError {
  /** The name of the class. */
  override readonly name: string = "LockedError";

  /** Makes an error for a variable with `names`. */
  constructor(standing: Standing, { names }: Pick<Step, "names">, times: Times) {
    super(
      `${lockedText(standing, times)}, so ${
        names.join(", ")
      } can't be resolved without a code from a person`,
      {
        // Another run may be given a code.
        shared: false,
        hint: "To unlock wev, run wev --login in a terminal and type the code, " +
          "or run wev --token CODE --login.",
      },
    );
  }
}

/** Returns `wev is locked since …`. */
export function lockedText({ since }: Standing, times: Times): string {
  return `wev is locked${since === undefined ? "" : ` since ${times.until(since)}`}`;
}

/** What admission needs. */
export interface AdmissionOptions {
  /** Tells if wev is locked. */
  readonly lockout: Pick<Lockout, "standing" | "admit">;
  /** Tells instants to people. */
  readonly times: Times;
}

/** Lets the values of one variable out, or not. */
export class Admission {
  readonly #step: Step;
  readonly #options: AdmissionOptions;
  /** The lockout in effect when a person last gave a code. */
  #answered: string | undefined;
  #isByProgram = false;

  /** Has had no code yet. */
  constructor(step: Step, options: AdmissionOptions) {
    this.#step = step;
    this.#options = options;
  }

  /**
   * Checks that values may be resolved without a person.
   *
   * @throws {LockedError} if wev is locked.
   */
  check(): void {
    const standing = this.#options.lockout.standing();
    if (standing !== undefined) throw this.#refusal(standing);
  }

  /** Returns the code that `ask` returns for `question`, and notes if a person gave it. */
  async asked(
    question: CodeQuestion,
    ask: (question: CodeQuestion) => Promise<string>,
  ): Promise<string> {
    const { lockout, times } = this.#options;
    const standing = lockout.standing();
    this.#isByProgram = false;
    const code = await ask(
      standing === undefined
        ? question
        : { ...question, help: `${lockedText(standing, times)}. ${question.help}` },
    );
    this.#answered = this.#isByProgram ? undefined : lockout.standing()?.id;
    return code;
  }

  /**
   * Returns what `run`, a program that prints codes, returns.
   *
   * @throws {LockedError} if wev is locked, or was locked while it ran.
   */
  async byProgram(run: () => Promise<Captured>): Promise<Captured> {
    this.check();
    const captured = await run();
    this.check();
    this.#isByProgram = captured.code === 0;
    return captured;
  }

  /**
   * Calls `save`, which keeps values, and so lets them out. A code of a person unlocks wev here, since it
   * was accepted.
   *
   * @throws {LockedError} if wev is locked, or was locked after the code was given.
   */
  async admit(save: () => void = () => {}): Promise<void> {
    const standing = await this.#options.lockout.admit(this.#answered, save);
    if (standing !== undefined) throw this.#refusal(standing);
  }

  #refusal(standing: Standing): LockedError {
    return new LockedError(standing, this.#step, this.#options.times);
  }
}
