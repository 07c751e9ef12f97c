/**
 * Sends six-digit codes to AWS until it accepts one.
 *
 * @module
 */

import { escapeControls, WevError } from "../../errors.ts";
import type { CodeQuestion, ResolveContext } from "../../plugin/mod.ts";
import { explainFailure, isAnswerLost, isWrongCode } from "../../aws/failures.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";

/** How many codes are sent before wev gives up. */
const MAX_CODES = 3;

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
 * Gets a code and calls `send` with it, again with another one if AWS refuses it or its answer is lost.
 *
 * @throws {WevError} if no code is accepted or to be had. What else `send` throws.
 */
export async function sendWithCode<Answer>(
  use: CodeUse,
  send: (code: string) => Promise<Answer>,
  context: ResolveContext,
): Promise<Answer> {
  const question = questionFor(use);
  let previous: CodeQuestion["previous"];
  for (let sent = 1;; sent++) {
    const code = await context.question({ ...question, previous });
    try {
      return await send(code);
    } catch (error) {
      const refused = isWrongCode(error);
      if (!refused && !isAnswerLost(error)) throw error;
      if (sent >= MAX_CODES) {
        throw refused ? codesRefused(use, error) : explainFailure(error, use.keys);
      }
      previous = refused ? "refused" : "answer-lost";
    }
  }
}

function questionFor({ serialNumber, tokenCommand }: CodeUse): CodeQuestion {
  return {
    kind: "code",
    device: serialNumber,
    service: "AWS",
    title: "Please enter your MFA token to authenticate.",
    label: "Token:",
    help: "Run the command once in a terminal: the session is then used without one too.",
    program: tokenCommand === undefined ? undefined : { name: "token_command", argv: tokenCommand },
  };
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
