/**
 * Shows the runs that wait for an answer, to people or as JSON.
 *
 * @module
 */

import { escapeControls } from "../errors.ts";
import type { RunDescription, Stage } from "../questions/messages.ts";
import type { Times } from "../times.ts";
import { jsonText } from "./json_text.ts";
import { tableLines } from "./table.ts";

/** A run that waits for an answer. */
interface ShownRun {
  /** What it says of itself. */
  readonly about: RunDescription;
  /** What it does. */
  readonly stage: Stage;
}

/** Returns what `wev --answer --json` writes. */
export function waitingAsJson(runs: readonly ShownRun[]): string {
  return jsonText({
    waiting: runs.map(({ about: { since, startedBy = null, ...about }, stage }) => {
      const { id: _, ...question } = stage.kind === "asking" ? stage.question : { id: 0 };
      return {
        ...about,
        since: new Date(since).toISOString(),
        startedBy,
        question: stage.kind === "asking" ? question : null,
        behind: stage.kind === "behind"
          ? { process: stage.process ?? null, isForSame: stage.isForSame }
          : null,
      };
    }),
  });
}

/** Returns the table of runs that `wev --answer` shows before it asks. */
export function waitingAsText(
  runs: readonly ShownRun[],
  { times, width }: { readonly times: Times; readonly width: number | undefined },
): string {
  const column = (heading: string, cell: (run: ShownRun) => string, keeps?: number) => ({
    heading,
    cells: runs.map((run) => escapeControls(cell(run))),
    ...(keeps === undefined ? {} : { keeps, cutTo: "end" as const }),
  });
  const lines = tableLines([
    column("PROCESS", ({ about }) => String(about.process)),
    { ...column("COMMAND", ({ about }) => commandText(about), 16), cutTo: "start" },
    column("DIRECTORY", ({ about }) => about.directory, 16),
    column("WAITS FOR", ({ stage }) => waitText(stage), 20),
    column("SINCE", ({ about }) => times.distance(new Date(about.since))),
    column("STARTED BY", ({ about }) => parentText(about), 12),
  ], width);
  return `${lines.join("\n")}\n`;
}

/** Returns a command in one line, for people: no shell has to read it. */
export function commandText({ command }: Pick<RunDescription, "command">): string {
  return escapeControls(command.join(" "));
}

function waitText(stage: Stage): string {
  switch (stage.kind) {
    case "asking": {
      const { device, kind, role } = stage.question;
      const what = device ?? (kind === "code" ? "a code" : "a choice");
      return role === undefined ? what : `${what}, for ${role}`;
    }
    case "behind": {
      const who = stage.process === undefined ? "another run" : `process ${stage.process}`;
      return stage.isForSame ? `the answer to ${who}` : `its turn, after ${who}`;
    }
    default:
      return "-";
  }
}

function parentText({ startedBy }: RunDescription): string {
  if (startedBy === undefined) return "-";
  const { name, process } = startedBy;
  return name === undefined ? String(process) : `${name} (${process})`;
}
