/**
 * `wev --answer`: answers the runs that wait, from any terminal of the same user.
 *
 * @module
 */

import { commandText, waitingAsJson, waitingAsText } from "../cli/waiting_output.ts";
import { escapeControls, ExitStatus, WevError } from "../errors.ts";
import type { AskedQuestion } from "../questions/messages.ts";
import type { Prompt } from "../questions/prompt.ts";
import { QuestionGone, type WaitingRun, type WaitingRuns } from "../questions/waiting_runs.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/** Milliseconds between two looks for runs that have begun to wait. */
const LOOK_MS = 200;

/** Milliseconds after which wev says for which run it waits. */
const SILENCE_MS = 1_000;

/** Milliseconds after which a run that asks nothing is left alone, by what it does: AWS may take long. */
const PATIENCE_MS = { busy: 30_000, behind: 5_000 } as const;

/**
 * Lists the runs that wait, and asks for what they need, one question after the other, until no run
 * waits. With `--json`, only lists them.
 *
 * @throws {WevError} if no run waits.
 */
export async function answer(session: Session): Promise<ExitStatus> {
  const { runtime: { stdout }, options } = session;
  await using runs = session.waitingRuns();
  if (options.json) {
    const waiting = await waitingRuns(runs);
    writeOutput(waitingAsJson(waiting), stdout);
    return waiting.length === 0 ? ExitStatus.failure : ExitStatus.ok;
  }
  const waiting = await waitingRuns(runs);
  if (waiting.length === 0) throw nothingWaits();
  const times = await session.times();
  writeOutput(waitingAsText(waiting, { times, width: stdout.width() }), stdout);
  let prompt: Prompt | undefined;
  await session.asking((here) => {
    // Once: this begins anew after the process was stopped (Ctrl-Z).
    prompt ??= options.token === undefined ? here : givenFirst(options.token, here);
    return answerAll(runs, prompt, session);
  });
  return tellOutcome(runs, session);
}

/** Returns the failure of `--answer` and `--deny` where there is nothing to do. */
export function nothingWaits(): WevError {
  return new WevError("Nothing waits for an answer", { exitStatus: ExitStatus.failure });
}

/** Returns the runs that wait for a person, once none is between two questions. */
async function waitingRuns(runs: WaitingRuns): Promise<readonly WaitingRun[]> {
  for (let looks = 0;; looks++) {
    const waiting = await runs.find();
    if (waiting.some(({ stage }) => stage.kind !== "busy")) return waiting;
    if (waiting.length === 0 || looks >= 5) return [];
    await runs.change(LOOK_MS);
  }
}

/** Asks until no run waits that can be answered. */
async function answerAll(runs: WaitingRuns, prompt: Prompt, session: Session): Promise<void> {
  let quietSince = performance.now();
  let told: number | undefined;
  while (true) {
    const waiting = await runs.find();
    const run = waiting.find(({ stage }) => stage.kind === "asking");
    if (run !== undefined) {
      await answerOne(run, prompt, session);
      quietSince = performance.now();
      continue;
    }
    const isBusy = waiting.some(({ stage }) => stage.kind === "busy");
    const patience = PATIENCE_MS[isBusy ? "busy" : "behind"];
    const quiet = performance.now() - quietSince;
    const [first] = waiting;
    if (first === undefined || quiet > patience) return;
    if (quiet > SILENCE_MS && told !== first.about.process) {
      told = first.about.process;
      session.logger.info(`Waiting for process ${told}: ${commandText(first.about)}`);
    }
    await runs.change(LOOK_MS);
  }
}

async function answerOne(run: WaitingRun, prompt: Prompt, { runtime }: Session): Promise<void> {
  const { stage, about, gone } = run;
  if (stage.kind !== "asking") return;
  writeOutput(`For ${commandText(about)} (process ${about.process}):\n`, runtime.stdout);
  try {
    await ask(stage.question, run, prompt, gone);
  } catch (error) {
    if (!(error instanceof QuestionGone)) throw error;
    writeOutput("It was answered elsewhere, or does not wait any more.\n", runtime.stdout);
  }
}

async function ask(
  { id, kind, about, title, label, choices, device }: AskedQuestion,
  run: WaitingRun,
  prompt: Prompt,
  gone: AbortSignal,
): Promise<void> {
  if (kind === "code") {
    await prompt.askCode({
      ...(about === undefined ? {} : { about }),
      title,
      label: label ?? "Token:",
      device,
      check: (text) => run.offer(id, text),
      withoutTerminal: HINT,
    }, gone);
    return;
  }
  const unavailable = { message: "Cannot ask: there is no terminal", hint: HINT };
  const chosen = await prompt.choose({ title, choices: choices ?? [], unavailable }, gone);
  const problem = await run.offer(id, chosen);
  if (problem !== undefined) throw new WevError(problem);
}

const HINT = "Run wev --answer in a terminal, or give a code: wev --answer --token CODE.";

/** Returns a prompt that gives `code` once, without a question. */
function givenFirst(code: string, here: Prompt): Prompt {
  let isGiven = false;
  return {
    async askCode(question, signal) {
      if (isGiven) return await here.askCode(question, signal);
      isGiven = true;
      const problem = await question.check(code);
      if (problem !== undefined) throw new WevError(`The code of --token is not taken: ${problem}`);
      return code;
    },
    choose: (question, signal) => here.choose(question, signal),
  };
}

/** Says what became of the runs. */
function tellOutcome(runs: WaitingRuns, { logger, runtime: { stdout } }: Session): ExitStatus {
  let gone = 0;
  let status: ExitStatus = ExitStatus.ok;
  for (const { about, stage } of runs.known) {
    const who = `Process ${about.process}, ${commandText(about)}`;
    if (stage.kind !== "ended") {
      logger.warning(`${who}, still waits`);
      status = ExitStatus.failure;
    } else if (stage.failure !== undefined) {
      logger.warning(`${who}, failed: ${escapeControls(stage.failure)}`);
      status = ExitStatus.failure;
    } else gone++;
  }
  if (gone > 0) writeOutput(`${gone} ${gone === 1 ? "run goes" : "runs go"} on.\n`, stdout);
  return status;
}
