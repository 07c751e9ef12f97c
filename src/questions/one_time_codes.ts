/**
 * One-time codes: finds one, and never hands out the same code twice.
 *
 * @module
 */

import { WevError } from "../errors.ts";
import { pause } from "../pause.ts";
import type { ResolveContext } from "../plugin/context.ts";
import type { CodeProgram, CodeQuestion } from "../plugin/questions.ts";
import type { Clock, Environment } from "../runtime.ts";
import { codesIn, readCode } from "./code_digits.ts";
import { codeNeeded } from "./needed_input.ts";
import { type Checks, NO_CHECKS, type TaskPrompt } from "./task_prompt.ts";
import type { UsedCodes } from "./used_codes.ts";

/** Timeout of a program in milliseconds: the user may have to find a security key and touch it. */
const PROGRAM_TIMEOUT_MS = 60_000;
/** Seconds that a device shows one code (RFC 6238). */
const STEP_SECONDS = 30;

/** A code and its source. */
export interface FoundCode {
  /** The six digits, or the unchecked text if it is not a code. */
  readonly code: string;
  /** The source, for messages: `the code of --token`. */
  readonly source: string;
}

/**
 * Returns the codes that the user supplied in advance: `code` from the command line, then those of the
 * environment variables `names`.
 */
export function givenCodes(
  code: string | undefined,
  names: readonly string[],
  environment: Environment,
): FoundCode[] {
  const given = code === undefined ? [] : [{ code, source: "the code of --token" }];
  for (const name of names) {
    const text = environment.get(name)?.trim();
    if (!text) continue;
    const found = readCode(text) ?? text;
    if (given.some(({ code }) => code === found)) continue;
    given.push({ code: found, source: `the code of ${name}` });
  }
  return given;
}

/** The options of {@linkcode OneTimeCodes}. */
export interface OneTimeCodesOptions extends Pick<ResolveContext, "waitFor" | "askProgram"> {
  /** The codes that the user supplied in advance. */
  readonly given: readonly FoundCode[];
  /** Why the values are not cached: `there is no session yet`. */
  readonly reason: string;
  /** The variables that could give one. */
  readonly variables: readonly string[];
  /** The recently used codes. */
  readonly usedCodes: UsedCodes;
  /** The current time. */
  readonly clock: Clock;
  /** The prompt of the task. */
  readonly prompt: TaskPrompt;
  /** Aborted as soon as the run can't succeed any more. */
  readonly signal: AbortSignal;
}

/** Supplies the one-time codes of one task, per device. */
export class OneTimeCodes {
  readonly #options: OneTimeCodesOptions;
  readonly #devices = new Map<string | undefined, DeviceCodes>();

  /** Creates a source of codes; asks for none yet. */
  constructor(options: OneTimeCodesOptions) {
    this.#options = options;
  }

  /**
   * Returns a code and marks it as used. No other run asks for a code until the task ends or shares its
   * result, so the codes of one device are sent one at a time.
   *
   * @throws {WevError} if no source supplies a code.
   */
  async ask(
    question: CodeQuestion,
    meanwhile?: () => Promise<string | undefined>,
  ): Promise<string> {
    const { prompt } = this.#options;
    const { device, previous } = question;
    const checks = meanwhile === undefined ? NO_CHECKS : prompt.checks(meanwhile);
    let codes = this.#devices.get(device);
    if (codes === undefined || previous === undefined) {
      await prompt.turn(checks);
      codes = new DeviceCodes(this.#options);
      this.#devices.set(device, codes);
    }
    const { code, device: found } = await codes.next(question, checks);
    this.#devices.set(found, codes);
    return code;
  }
}

/** The reason why a code can't be used. */
interface Problem {
  /** The reason, a sentence. */
  readonly text: string;
  /** Whether the sentence already says how long to wait. */
  readonly saysWait: boolean;
}

/** The codes of one device: first the supplied ones, then one from the program, then typed ones. */
class DeviceCodes {
  readonly #options: OneTimeCodesOptions;
  readonly #given: FoundCode[];
  #isProgramAsked = false;
  #last = "that code";
  #problem: Problem | undefined;
  #programFailure: WevError | undefined;

  constructor(options: OneTimeCodesOptions) {
    this.#options = options;
    this.#given = [...options.given];
  }

  async next(
    question: CodeQuestion,
    checks: Checks,
  ): Promise<{ readonly code: string; readonly device: string }> {
    const { service, previous } = question;
    if (previous !== undefined) {
      this.#noteProblem(
        previous === "refused"
          ? `${service} refused ${this.#last}: it is wrong, too old, or was used before.`
          : `The response from ${service} was lost, and the code may be used up.`,
      );
    }
    while (true) {
      const { code, source } = await this.#find(question, checks);
      this.#last = source;
      // Nothing is spent before all else is right.
      const found = await this.#options.prompt.untilCounts(checks);
      const device = question.device ?? found ?? "";
      // A code that came before its device was known may have been used.
      const isUsable = question.device !== undefined ||
        await this.#isUsable({ code, source }, device);
      if (!isUsable) continue;
      if (await this.#options.usedCodes.note({ device, code })) return { code, device };
      this.#noteProblem(`Another run has just used ${source}.`);
    }
  }

  /** Notes what was wrong with the last code. */
  #noteProblem(text: string): void {
    this.#problem = { text, saysWait: false };
    this.#programFailure = undefined;
  }

  async #find(question: CodeQuestion, checks: Checks): Promise<FoundCode> {
    for (let found = this.#given.shift(); found !== undefined; found = this.#given.shift()) {
      if (await this.#isUsable(found, question.device)) return found;
    }
    return await this.#fromProgram(question, checks) ?? await this.#fromPerson(question, checks);
  }

  async #fromPerson(question: CodeQuestion, checks: Checks): Promise<FoundCode> {
    const { device, role, title, label, help } = question;
    const problem = this.#problem;
    const failure = this.#programFailure;
    const ways = ["wev --token CODE …", ...this.#options.variables].join(", or ");
    const hint = `${help} Or supply a code: ${ways}.`;
    const answer = await this.#options.prompt.askCode({
      // Whoever is asked again knows.
      ...(problem === undefined && failure === undefined
        ? { about: aboutOf(question, this.#options.reason) }
        : {}),
      device,
      role,
      title: failure !== undefined
        ? `${failure.message}. ${title}`
        : problem === undefined
        ? title
        : problem.saysWait
        ? problem.text
        : `${problem.text} Wait for the next one.`,
      label,
      check: async (answer) => (await this.#problemOf(readCode(answer) ?? answer, device))?.text,
      withoutTerminal: failure ?? (problem === undefined ? hint : `${problem.text}\n${hint}`),
    }, checks);
    return { code: readCode(answer) ?? answer, source: "that code" };
  }

  /** A program that fails is the error only if there is nobody to ask. */
  async #fromProgram(question: CodeQuestion, checks: Checks): Promise<FoundCode | undefined> {
    const { program } = question;
    if (program === undefined || this.#isProgramAsked) return undefined;
    this.#isProgramAsked = true;
    // It may want a key to be touched.
    const device = await this.#options.prompt.untilCounts(checks) ?? question.device ?? "";
    try {
      const code = await this.#askProgram(program, device);
      const found = { code, source: `the code of ${program.name}` };
      return await this.#isUsable(found, device) ? found : undefined;
    } catch (error) {
      if (!(error instanceof WevError) || this.#options.signal.aborted) throw error;
      this.#programFailure = error;
      return undefined;
    }
  }

  /** Runs the program, and runs it again later if the code was already used. */
  async #askProgram(program: CodeProgram, device: string): Promise<string> {
    const { usedCodes, clock, waitFor, signal } = this.#options;
    const code = await this.#run(program, device);
    if (await usedCodes.usedAt({ device, code }) === undefined) return code;
    const seconds = secondsToNextCode(clock.now()) + 1;
    await waitFor(
      `the next code (${seconds} seconds), because the last one was already used`,
      pause(seconds * 1000, signal),
    );
    return await this.#run(program, device);
  }

  async #run({ name, argv }: CodeProgram, device: string): Promise<string> {
    const { waitFor, askProgram } = this.#options;
    const program = `${name} ("${argv[0]}")`;
    const fail = (problem: string) =>
      new WevError(`${program} ${problem}`, {
        ...codeNeeded(device),
        hint: "Run it by itself: it must print a code of six digits.",
      });
    const running = askProgram(argv, { timeout: PROGRAM_TIMEOUT_MS, lookup: "absolute" });
    const { stdout, code, stopped } = await waitFor(program, running);
    if (stopped === "time") throw fail(`took more than ${PROGRAM_TIMEOUT_MS / 1000} seconds`);
    if (stopped !== undefined) throw fail("printed too much output");
    if (code === 127) throw fail("is not found");
    if (code === 126) throw fail("can't be executed");
    if (code !== 0) throw fail(`failed with exit status ${code}`);
    const [found, another] = codesIn(stdout);
    if (found === undefined) throw fail("printed no code of six digits");
    if (another !== undefined) throw fail("printed more than one code of six digits");
    return found;
  }

  /** Returns whether a code can be used. If it can't, notes why. */
  async #isUsable({ code, source }: FoundCode, device: string | undefined): Promise<boolean> {
    const problem = await this.#problemOf(code, device);
    if (problem === undefined) return true;
    this.#problem = { ...problem, text: `${capitalised(source)} can't be used: ${problem.text}` };
    return false;
  }

  async #problemOf(code: string, device: string | undefined): Promise<Problem | undefined> {
    if (!/^[0-9]{6}$/.test(code)) return { text: "A code has six digits.", saysWait: false };
    if (device === undefined) return undefined;
    const { usedCodes, clock } = this.#options;
    if (await usedCodes.usedAt({ device, code }) === undefined) return undefined;
    const seconds = secondsToNextCode(clock.now());
    const text = "That code was sent before, and a code works only once. Wait for the next one: " +
      `${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
    return { text, saysWait: true };
  }
}

/** Returns what a code is for, and why it is asked for. */
function aboutOf({ device, role, keys, service }: CodeQuestion, reason: string): string {
  const target = role !== undefined
    ? `the role ${role}`
    : keys === undefined
    ? service
    : /^[A-Z]/.test(keys)
    ? `the access key in ${keys}`
    : keys;
  return `The code of ${device ?? "your MFA device"} is needed for ${target}: ${reason}.`;
}

/** Returns in how many seconds a device shows its next code. */
function secondsToNextCode(now: Date): number {
  return STEP_SECONDS - Math.floor(now.getTime() / 1000) % STEP_SECONDS;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
