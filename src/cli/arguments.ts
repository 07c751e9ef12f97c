/**
 * Parses the command line: the options of wev, then the command and its arguments.
 *
 * It uses no library. A library would replace only the loop over the words. The table of options (the
 * help and the completions need it too) and the rules for combining options would stay. And the errors of
 * libraries repeat a mistyped code.
 *
 * @module
 */

import { escapeControls, ExitStatus, WevError } from "../errors.ts";
import { LOG_LEVELS, type LogLevel } from "../logger.ts";
import { readCode } from "../questions/code_digits.ts";
import {
  listed,
  OPTIONS,
  type OptionSpec,
  type Shell,
  SHELLS,
  USAGE,
  type Verb,
} from "./options.ts";

/** The parsed command line. */
export interface Arguments {
  /** The verb; `undefined` to run a command. */
  readonly action?: Exclude<Verb, "run"> | undefined;
  /** The command and its arguments; with `forget`, the names of variables. */
  readonly command: readonly string[];
  /** The shell, with `completions`. */
  readonly shell?: Shell | undefined;
  /** Whether to forget everything. */
  readonly all?: boolean;
  /** Whether the output, and a failure, is JSON. */
  readonly json?: boolean;
  /** Whether cached values are ignored. */
  readonly refresh?: boolean;
  /** The minimum remaining lifetime of cached values, in seconds. */
  readonly minRemaining?: number | undefined;
  /** How long to wait for an answer from elsewhere, in seconds, if nobody can be asked. */
  readonly wait?: number | undefined;
  /** A one-time code for this run. */
  readonly token?: string | undefined;
  /** The level of the least severe messages to show. */
  readonly logLevel?: LogLevel | undefined;
}

/** The command line is invalid. */
export class UsageError extends WevError {
  /** The name of the class. */
  override readonly name: string = "UsageError";

  /** Creates an error; `suggest` has the unknown word and the known ones. */
  constructor(message: string, suggest?: { word: string; known: readonly string[] }) {
    super(message, {
      exitStatus: ExitStatus.usage,
      next: ["wev --help"],
      hint: `Usage: ${USAGE}\nSee wev --help.`,
      ...(suggest === undefined ? {} : { suggest }),
    });
  }
}

/**
 * Parses `args`. The command starts at the first word without a leading dash, or after `--`.
 *
 * @throws {UsageError} if an option is unknown or has an invalid value, or if options conflict.
 */
export function parseArguments(args: readonly string[]): Arguments {
  const { found, command } = splitCommand(args);
  const action = actionOf(found, args);
  // --help works even if the rest of the command line is invalid.
  if (action !== "help") checkCombination(found, action ?? "run", command);
  if (action === undefined && command.length === 0) {
    throw new UsageError("There is no command to run");
  }
  const level = found.get("--log-level");
  const shell = found.get("--completions");
  const token = found.get("--token");
  return {
    action,
    command,
    all: found.has("--all"),
    json: found.has("--json"),
    refresh: found.has("--refresh"),
    shell: SHELLS.find((one) => one === shell),
    logLevel: LOG_LEVELS.find((one) => one === level),
    minRemaining: readSeconds("--min-remaining", found),
    wait: readSeconds("--wait", found),
    token: token === undefined ? undefined : readToken(token),
  };
}

/** Returns the options of wev with their values, and the command after them. */
function splitCommand(
  args: readonly string[],
): { readonly found: ReadonlyMap<string, string>; readonly command: readonly string[] } {
  const found = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") return { found, command: args.slice(index + 1) };
    if (!arg.startsWith("-") || arg === "-") return { found, command: args.slice(index) };
    const [, word = "", attached] = /^([^=]*)(?:=(.*))?$/s.exec(arg)!;
    const spec = OPTIONS.find(({ name, short }) => name === word || short === word);
    if (spec === undefined) throw unknownOption(word);
    const { name, value } = spec;
    if (value === undefined && attached !== undefined) {
      throw new UsageError(`${name} takes no value`);
    }
    const given = value === undefined ? "" : attached ?? args[++index];
    if (given === undefined) throw new UsageError(`${name} needs a ${value}`);
    found.set(name, name === "--log-level" ? levelName(given) : given);
  }
  return { found, command: [] };
}

/** Returns whether `--json` is among wev's own options, even if they are wrong. */
export function asksForJson(args: readonly string[]): boolean {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--json") return true;
    if (arg === "--" || arg === "-" || !arg.startsWith("-")) return false;
    // The next word is its value.
    if (OPTIONS.some(({ name, value }) => name === arg && value !== undefined)) index++;
  }
  return false;
}

/** Returns the positions in `args` that hold a code, up to the command. */
export function codePositions(
  args: readonly string[],
  { command }: Pick<Arguments, "command">,
): readonly number[] {
  return args.slice(0, args.length - command.length)
    .flatMap((arg, position) =>
      readCode(arg.replace(/^--token=/, "")) === undefined ? [] : [position]
    );
}

/** Returns the first verb, or `help`; `undefined` for a run. */
function actionOf(
  found: ReadonlyMap<string, string>,
  args: readonly string[],
): Arguments["action"] {
  if (found.has("--help") || args.length === 0) return "help";
  const verb = given(found).find(({ verb }) => verb !== undefined)?.verb;
  return verb === "run" ? undefined : verb;
}

/**
 * Checks that the options can be combined, so that none is silently ignored.
 *
 * @throws {UsageError} if they can't.
 */
function checkCombination(
  found: ReadonlyMap<string, string>,
  verb: Verb,
  words: readonly string[],
): void {
  const options = given(found);
  const [one, other] = options.filter((option) => option.verb !== undefined);
  if (one !== undefined && other !== undefined) {
    throw new UsageError(`${one.name} and ${other.name} can't be used together: choose one`);
  }
  const ignored = options.find(({ goesWith }) => goesWith?.includes(verb) === false);
  if (ignored !== undefined) {
    throw new UsageError(
      `${ignored.name} can only be used with ${
        listed(ignored.goesWith!.map(nameOf), "or")
      }, not with ${nameOf(verb)}`,
    );
  }
  if (verb === "answer" && found.has("--json") && found.has("--token")) {
    throw new UsageError("--answer --json only lists the runs: it takes no --token");
  }
  for (const option of options) checkChoice(option, found.get(option.name)!);
  const wordless = options.find(({ words }) => words === false);
  // The word is not shown: it may be a code whose option is missing.
  if (wordless !== undefined && words.length > 0) {
    throw new UsageError(`${wordless.name} takes no command and no names`);
  }
}

/** Returns the given options, in the order of the table. */
function given(found: ReadonlyMap<string, string>): readonly OptionSpec[] {
  return OPTIONS.filter(({ name }) => found.has(name));
}

/** Returns the name of a verb for a sentence. */
function nameOf(verb: Verb): string {
  return OPTIONS.find((option) => option.verb === verb)?.name ?? "a command";
}

function unknownOption(word: string): UsageError {
  const known = OPTIONS.flatMap(({ name, short }) => short === undefined ? [name] : [name, short]);
  return new UsageError(`There is no option ${escapeControls(word)}`, { word, known });
}

function readSeconds(name: string, found: ReadonlyMap<string, string>): number | undefined {
  const text = found.get(name);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `${name} must be a whole number of seconds: it is "${escapeControls(text)}"`,
  );
}

/** The error does not show the text: it may be a mistyped code. */
function readToken(text: string): string {
  const code = readCode(text);
  if (code !== undefined) return code;
  throw new UsageError("--token must be a code of six digits");
}

function checkChoice({ name, choices }: OptionSpec, text: string): void {
  if (choices === undefined || choices.includes(text)) return;
  throw new UsageError(
    `${name} must be ${listed(choices, "or")}: it is "${escapeControls(text)}"`,
    { word: text, known: choices },
  );
}

/** The Python version of wev also accepted upper case, and the level `critical`. */
function levelName(text: string): string {
  const name = text.toLowerCase();
  return name === "critical" ? "error" : name;
}
