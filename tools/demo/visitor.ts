/**
 * Plays the visitor's part, on a terminal of its own.
 *
 * @module
 */

import { Pty } from "../../tests/support/pty.ts";
import { readable } from "./readable.ts";
import type { Stage } from "./stage.ts";

/** How a prompt ends. */
const PROMPT = "\n$ ";
const QUESTION = "Token:";
const BUCKET = "my-bucket";

/**
 * Does what a visitor would do, and returns what the terminal has shown.
 *
 * @throws {Error} where anything goes otherwise than {@linkcode play} is told.
 */
export async function play(stage: Stage): Promise<string> {
  await using terminal = Pty.start(stage.shell, { cwd: stage.project, env: stage.environment });
  const answer = async (command: string): Promise<string> => {
    await terminal.type(`${command}\n`);
    return await terminal.waitFor(PROMPT);
  };
  await terminal.waitFor(PROMPT);
  expect(await answer("cat .wev.yml"), "wev-awsmfa");
  expect(await answer("aws s3 ls"), "AccessDenied");
  await terminal.type("wev aws s3 ls\n");
  await terminal.waitFor(QUESTION);
  await terminal.type(`${stage.code}\n`);
  expect(await terminal.waitFor(PROMPT), BUCKET);
  const second = await answer("wev aws s3 ls");
  expect(second, BUCKET);
  if (second.includes(QUESTION)) throw new Error("wev has asked a second time");
  expect(await answer("wev --explain"), "cached: until");
  await terminal.type("exit\n");
  await terminal.end();
  if (stage.codesSent !== 1) throw new Error(`${stage.codesSent} codes were sent: 1 is enough`);
  return readable(terminal.shown);
}

function expect(shown: string, text: string): void {
  if (!shown.includes(text)) {
    throw new Error(`The terminal does not show ${JSON.stringify(text)}: ${readable(shown)}`);
  }
}
