/**
 * The values of one variable while wev is locked (`wev --lock`): refused without a code from the user.
 *
 * @module
 */

import type { Lockout, Standing } from "../cache/lockout.ts";
import { WevError } from "../errors.ts";
import type { Step } from "../plan/plan.ts";
import type { CodeQuestion } from "../plugin/questions.ts";
import type { Captured } from "../runtime.ts";
import type { Times } from "../times.ts";

/** wev is locked, and the user has given no code since. */
export class LockedError extends WevError {
  /** The name of the class. */
  override readonly name: string = "LockedError";

  /** Creates an error about the variable of a step. */
  constructor(standing: Standing, { names }: Pick<Step, "names">, times: Times) {
    super(`${lockedText(standing, times)}: can't resolve ${names.join(", ")} without a code`, {
      kind: "input-needed",
      inputs: [{ kind: "code" }],
      next: ["wev --login", "wev --token CODE --login"],
      // Another run may get a code.
      shared: false,
      hint: "To unlock wev, run wev --login in a terminal, or wev --token CODE --login.",
    });
  }
}

/** Returns `wev is locked since …`. */
export function lockedText({ since }: Standing, times: Times): string {
  return `wev is locked${since === undefined ? "" : ` since ${times.until(since)}`}`;
}

/** The options of {@linkcode Admission}. */
export interface AdmissionOptions {
  /** The lockout. */
  readonly lockout: Pick<Lockout, "standing" | "admit">;
  /** Formats times. */
  readonly times: Times;
}

/** Decides if the values of one variable may be used. */
export class Admission {
  readonly #step: Step;
  readonly #options: AdmissionOptions;
  /** The lockout that was in effect when the user gave the last code. */
  #answered: string | undefined;
  #isFromProgram = false;

  /** Creates an admission for a variable without a code. */
  constructor(step: Step, options: AdmissionOptions) {
    this.#step = step;
    this.#options = options;
  }

  /**
   * Checks that values may be resolved without a code.
   *
   * @throws {LockedError} if wev is locked.
   */
  check(): void {
    const standing = this.#options.lockout.standing();
    if (standing !== undefined) throw this.#refusal(standing);
  }

  /** Returns the code that `ask` returns for `question`, and remembers it if the user gave it. */
  async asked(
    question: CodeQuestion,
    ask: (question: CodeQuestion) => Promise<string>,
  ): Promise<string> {
    const { lockout, times } = this.#options;
    const standing = lockout.standing();
    this.#isFromProgram = false;
    const code = await ask(
      standing === undefined
        ? question
        : { ...question, help: `${lockedText(standing, times)}. ${question.help}` },
    );
    this.#answered = this.#isFromProgram ? undefined : lockout.standing()?.id;
    return code;
  }

  /**
   * Returns the output of `run`, a program that prints a code.
   *
   * @throws {LockedError} if wev is locked, before or after.
   */
  async program(run: () => Promise<Captured>): Promise<Captured> {
    this.check();
    const captured = await run();
    this.check();
    this.#isFromProgram = captured.code === 0;
    return captured;
  }

  /**
   * Calls `save`, which stores the values, unless wev is locked. If it is, but the user has given a code
   * since, this unlocks it: there are values, so the code was accepted.
   *
   * @throws {LockedError} if wev is locked.
   */
  async admit(save: () => void = () => {}): Promise<void> {
    const standing = await this.#options.lockout.admit(this.#answered, save);
    if (standing !== undefined) throw this.#refusal(standing);
  }

  #refusal(standing: Standing): LockedError {
    return new LockedError(standing, this.#step, this.#options.times);
  }
}
