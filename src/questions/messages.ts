/**
 * What a run that waits for an answer and the process that gives one (`wev --answer`) tell each other: a
 * line of JSON each, through a socket. A code goes this way and no other.
 *
 * @module
 */

import type { ParentProcess } from "../runtime.ts";

/** The version of the messages. A run of a wev that speaks another one is not listed. */
const VERSION = 1;

/** A run that waits for an answer. */
export interface RunDescription {
  /** Its process ID. */
  readonly process: number;
  /** Its command, or what it does instead: `wev --export`. */
  readonly command: readonly string[];
  /** Its working directory. */
  readonly directory: string;
  /** The instant since which it waits, in milliseconds since 1970. */
  readonly since: number;
  /** The process that started it, with the name of its program if that is known. */
  readonly startedBy?: ParentProcess | undefined;
}

/** A question that stands. */
export interface AskedQuestion {
  /** Tells it from other questions of the same run. */
  readonly id: number;
  /** What is asked for. */
  readonly kind: "code" | "choice";
  /** What the code is for, and why it is asked for. */
  readonly about?: string | undefined;
  /** The line above the question. */
  readonly title: string;
  /** The question itself, with its colon, if it is for a code. */
  readonly label?: string | undefined;
  /** The answers, if it is a choice. */
  readonly choices?: readonly string[] | undefined;
  /** What shows the code. */
  readonly device?: string | undefined;
  /** The role that the code is for, if it is for one. */
  readonly role?: string | undefined;
  /** Whether it stands on a terminal, or in a program, too. */
  readonly isAskedThere: boolean;
}

/** The run that another one waits for. */
export interface Behind {
  /** Its process ID, if that is known. */
  readonly process?: number | undefined;
  /** Whether both want the same, and so need one answer. Otherwise they are asked one after the other. */
  readonly isForSame: boolean;
}

/** What a run does. */
export type Stage =
  | { readonly kind: "asking"; readonly question: AskedQuestion }
  | ({ readonly kind: "behind" } & Behind)
  /** Goes on: it has an answer, or needs none any more. */
  | { readonly kind: "busy" }
  | { readonly kind: "ended"; readonly failure?: string | undefined };

/** What the run says. */
export type RunMessage =
  /** First of all, and each time that the stage changes. */
  | { readonly kind: "stage"; readonly run: RunDescription; readonly stage: Stage }
  /** The answer to question `id` is not taken. */
  | { readonly kind: "refused"; readonly id: number; readonly problem: string }
  /** The answer to question `id` is taken. */
  | { readonly kind: "taken"; readonly id: number };

/** What is said to the run. */
export type AnswerMessage =
  | { readonly kind: "answer"; readonly id: number; readonly text: string }
  /** No answer will be given. */
  | { readonly kind: "deny" }
  /** Another run has a terminal to ask on: this one is to let it. */
  | { readonly kind: "yield" };

/** Returns a message as a line. */
export function toLine(message: RunMessage | AnswerMessage): string {
  return JSON.stringify({ wev: VERSION, ...message });
}

/** Returns what the run says in `line`; `undefined` if it is of another version, or makes no sense. */
export function readRunMessage(line: string): RunMessage | undefined {
  const message = read(line);
  const { kind, id, problem, run, stage } = message ?? {};
  switch (kind) {
    case "stage":
      return isRun(run) && isStage(stage) ? { kind, run, stage } : undefined;
    case "refused":
      return typeof id === "number" && typeof problem === "string"
        ? { kind, id, problem }
        : undefined;
    case "taken":
      return typeof id === "number" ? { kind, id } : undefined;
    default:
      return undefined;
  }
}

/** Returns what is said to the run in `line`; `undefined` if it is of another version, or makes no sense. */
export function readAnswerMessage(line: string): AnswerMessage | undefined {
  const { kind, id, text } = read(line) ?? {};
  switch (kind) {
    case "answer":
      return typeof id === "number" && typeof text === "string" ? { kind, id, text } : undefined;
    case "deny":
    case "yield":
      return { kind };
    default:
      return undefined;
  }
}

type Data = Readonly<Record<string, unknown>>;

function read(line: string): Data | undefined {
  try {
    const data: unknown = JSON.parse(line);
    return isObject(data) && data["wev"] === VERSION ? data : undefined;
  } catch {
    return undefined;
  }
}

function isObject(data: unknown): data is Data {
  return typeof data === "object" && data !== null;
}

function isText(data: unknown): data is string {
  return typeof data === "string";
}

function isTexts(data: unknown): data is readonly string[] {
  return Array.isArray(data) && data.every(isText);
}

function isRun(data: unknown): data is RunDescription {
  if (!isObject(data)) return false;
  const { process, command, directory, since, startedBy } = data;
  return typeof process === "number" && isTexts(command) && isText(directory) &&
    typeof since === "number" && isOptional(startedBy, isParent);
}

function isParent(data: unknown): data is ParentProcess {
  return isObject(data) && typeof data["process"] === "number" &&
    isOptional(data["name"], isText);
}

function isStage(data: unknown): data is Stage {
  if (!isObject(data)) return false;
  switch (data["kind"]) {
    case "asking":
      return isQuestion(data["question"]);
    case "behind":
      return isOptional(data["process"], (one) => typeof one === "number") &&
        typeof data["isForSame"] === "boolean";
    case "busy":
      return true;
    case "ended":
      return isOptional(data["failure"], isText);
    default:
      return false;
  }
}

function isQuestion(data: unknown): data is AskedQuestion {
  if (!isObject(data)) return false;
  const { id, kind, about, title, label, choices, device, role, isAskedThere } = data;
  if (typeof id !== "number" || !isText(title) || typeof isAskedThere !== "boolean") return false;
  if (![device, about, role].every((one) => isOptional(one, isText))) return false;
  return kind === "code" ? isText(label) : kind === "choice" && isTexts(choices);
}

function isOptional(data: unknown, is: (data: unknown) => boolean): boolean {
  return data === undefined || is(data);
}
