/**
 * Six-digit codes: where they come from, and that none is ever sent twice.
 *
 * @module
 */

import { escapeControls, WevError } from "../../errors.ts";
import type { ResolveContext } from "../../plugin/mod.ts";
import { codesIn, readCode } from "../../plugin/one_time_code.ts";
import { explainFailure, isAnswerLost, isWrongCode } from "../../aws/failures.ts";
import { pause } from "../../aws/client/requests.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";

/** The variable that gives the code of one run. */
export const CODE_VARIABLE = "WEV_AWSMFA_TOKEN";

/** How many codes are sent before wev gives up. */
const MAX_CODES = 3;
/** Milliseconds that somebody may take to find the key that wants to be touched. */
const COMMAND_TIMEOUT_MS = 60_000;
/** Seconds for which a device shows a code (RFC 6238). */
const STEP_SECONDS = 30;

const TITLE = "Please enter your MFA token to authenticate.";
const NO_TERMINAL =
  "Run the command once in a terminal: the session is then used without one too. Or give a code: " +
  `wev --token CODE …, or ${CODE_VARIABLE}.`;

/** What a code is for. */
export interface CodeUse {
  /** The device that shows it. */
  readonly serialNumber: string;
  /** Who sends it, for messages. */
  readonly keys: SourceKeys;
  /** The program that prints codes, if there is one. */
  readonly tokenCommand: readonly string[] | undefined;
}

/**
 * Gets a code and calls `send` with it, again with another one where AWS refuses it or its answer is
 * lost. In that time no other run asks for a code, so the device's codes are sent one by one.
 *
 * @throws {WevError} where no code is accepted or to be had. What else `send` throws.
 */
export async function sendWithCode<Answer>(
  use: CodeUse,
  send: (code: string) => Promise<Answer>,
  context: ResolveContext,
): Promise<Answer> {
  await context.prompt.turn();
  const codes = new Codes(use, context);
  for (let sent = 1;; sent++) {
    const { code, source } = await codes.next();
    if (!await context.noteCodeUsed(partsOf(use, code))) {
      sent--;
      codes.tell(`${capitalised(source)} was sent by another run a moment ago.`);
      continue;
    }
    try {
      return await send(code);
    } catch (error) {
      const refused = isWrongCode(error);
      if (!refused && !isAnswerLost(error)) throw error;
      if (sent >= MAX_CODES) {
        throw refused ? codesRefused(use, error) : explainFailure(error, use.keys);
      }
      codes.tell(
        refused
          ? `AWS refused ${source}: it is wrong, too old, or was used before.`
          : "AWS's answer was lost, and the code may be used up.",
      );
    }
  }
}

function partsOf({ serialNumber }: CodeUse, code: string) {
  return { code, device: serialNumber };
}

/** Returns in how many seconds a device shows its next code. */
export function secondsToNextCode(now: Date): number {
  return STEP_SECONDS - Math.floor(now.getTime() / 1000) % STEP_SECONDS;
}

/** A code, and where it comes from, for messages. */
interface FoundCode {
  readonly code: string;
  readonly source: string;
}

/** The codes of one question: those that are given, one of the program, then what somebody types. */
class Codes {
  readonly #use: CodeUse;
  readonly #context: ResolveContext;
  readonly #given: FoundCode[];
  #command: readonly string[] | undefined;
  #problem: string | undefined;
  #commandFailure: WevError | undefined;

  constructor(use: CodeUse, context: ResolveContext) {
    this.#use = use;
    this.#context = context;
    this.#command = use.tokenCommand;
    const { code, environment } = context;
    const text = environment.get(CODE_VARIABLE)?.trim() || undefined;
    const variable = text === undefined ? undefined : readCode(text) ?? text;
    this.#given = [
      ...(code === undefined ? [] : [{ code, source: "the code of --token" }]),
      ...(variable === undefined || variable === code
        ? []
        : [{ code: variable, source: `the code of ${CODE_VARIABLE}` }]),
    ];
  }

  /** Tells what was wrong with the last code. */
  tell(problem: string): void {
    this.#problem = problem;
    this.#commandFailure = undefined;
  }

  async next(): Promise<FoundCode> {
    for (let found = this.#given.shift(); found !== undefined; found = this.#given.shift()) {
      const problem = await this.#problemOf(found.code);
      if (problem === undefined) return found;
      this.#problem = `${capitalised(found.source)} can't be used: ${problem}`;
    }
    return await this.#fromCommand() ?? await this.#fromPerson();
  }

  async #fromPerson(): Promise<FoundCode> {
    const problem = this.#problem;
    const failure = this.#commandFailure;
    const answer = await this.#context.prompt.askCode({
      title: failure !== undefined
        ? `${failure.message}. ${TITLE}`
        : problem === undefined
        ? TITLE
        : problem.includes("Wait for")
        ? problem
        : `${problem} Wait for the next one.`,
      label: "Token:",
      check: (answer) => this.#problemOf(readCode(answer) ?? answer),
      withoutTerminal: failure ??
        (problem === undefined ? NO_TERMINAL : `${problem}\n${NO_TERMINAL}`),
    });
    return { code: readCode(answer) ?? answer, source: "that code" };
  }

  /** A program that fails is the error only where there is nobody to ask. */
  async #fromCommand(): Promise<FoundCode | undefined> {
    const command = this.#command;
    if (command === undefined) return undefined;
    this.#command = undefined;
    try {
      return await this.#askCommand(command);
    } catch (error) {
      if (!(error instanceof WevError) || this.#context.signal.aborted) throw error;
      this.#commandFailure = error;
      return undefined;
    }
  }

  /** A program is asked once, and once more where it still showed a code that was used. */
  async #askCommand(command: readonly string[]): Promise<FoundCode | undefined> {
    const source = "the code of token_command";
    let code = await this.#run(command);
    if (await this.#usedAt(code) !== undefined) {
      const { now, waitFor, signal } = this.#context;
      const seconds = secondsToNextCode(now()) + 1;
      await waitFor(
        `the next code, ${seconds} seconds: the last one was used a moment ago`,
        pause(seconds * 1000, signal),
      );
      code = await this.#run(command);
    }
    const problem = await this.#problemOf(code);
    if (problem === undefined) return { code, source };
    this.#problem = `${capitalised(source)} can't be used: ${problem}`;
    return undefined;
  }

  async #run(command: readonly string[]): Promise<string> {
    const { waitFor, askProgram } = this.#context;
    const name = `token_command ("${command[0]}")`;
    const fail = (problem: string) =>
      new WevError(`${name} ${problem}`, {
        hint: "Run it by itself: it must print a code of six digits.",
      });
    const running = askProgram(command, { timeout: COMMAND_TIMEOUT_MS, lookup: "absolute" });
    const { stdout, code, stopped } = await waitFor(name, running);
    if (stopped === "time") throw fail(`took more than ${COMMAND_TIMEOUT_MS / 1000} seconds`);
    if (stopped !== undefined) throw fail("printed too much");
    if (code === 127) throw fail("is not found");
    if (code === 126) throw fail("can't be executed");
    if (code !== 0) throw fail(`failed with exit status ${code}`);
    const [found, another] = codesIn(stdout);
    if (found === undefined) throw fail("printed no code of six digits");
    if (another !== undefined) throw fail("printed more than one code of six digits");
    return found;
  }

  async #usedAt(code: string): Promise<Date | undefined> {
    return await this.#context.codeUsedAt(partsOf(this.#use, code));
  }

  async #problemOf(code: string): Promise<string | undefined> {
    if (!/^[0-9]{6}$/.test(code)) return "A code has six digits.";
    if (await this.#usedAt(code) === undefined) return undefined;
    const seconds = secondsToNextCode(this.#context.now());
    return "That code was sent before, and works once only. Wait for the next one: " +
      `${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  }
}

function codesRefused({ serialNumber }: CodeUse, cause: unknown): WevError {
  return new WevError(`AWS refused ${MAX_CODES} codes`, {
    hint:
      `Is it the right device? The codes must be those of ${
        escapeControls(serialNumber)
      }. If they are, the clock ` +
      "of the device that shows them may be wrong.",
    cause,
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
