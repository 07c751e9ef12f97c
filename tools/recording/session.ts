/**
 * The session that the README shows.
 *
 * @module
 */

import { Pty } from "../../tests/support/pty.ts";
import { readable } from "../demo/readable.ts";
import { Stage } from "../demo/stage.ts";

const PROMPT = "$ ";
/** Nothing that changes from day to day, and no colours. */
const SETTINGS = `PS1='${PROMPT}'\nNO_COLOR=1\nexport NO_COLOR\n`;

/** Plays the session with wev as it is, and returns the lines that the terminal has shown. */
export async function playSession(): Promise<readonly string[]> {
  await using stage = new Stage({ settings: SETTINGS });
  await using terminal = Pty.start(stage.shell, { cwd: stage.project, env: stage.environment });
  await terminal.waitFor(PROMPT);
  await terminal.type("cat .wev.yml\n");
  await terminal.waitFor(PROMPT);
  await terminal.type("aws s3 ls\n");
  await terminal.waitFor(PROMPT);
  await terminal.type("wev aws s3 ls\n");
  await terminal.waitFor("Token:");
  await terminal.type(`${stage.code}\n`);
  await terminal.waitFor(PROMPT);
  await terminal.type("wev aws s3 ls\n");
  await terminal.waitFor(PROMPT);
  const shown = readable(terminal.shown);
  await terminal.type("exit\n");
  await terminal.end();
  return shown.slice(shown.indexOf(PROMPT), shown.lastIndexOf(PROMPT)).trimEnd().split("\n");
}
