/**
 * Reads the command line: wev's own options, then the command, whose words are its own.
 *
 * An own parser, since a command line of somebody else's is passed on untouched: none of the small
 * libraries stops at the first word, and the large ones cost more than the rest of a run.
 *
 * @module
 */

import { escapeControls, ExitStatus, WevError } from "../errors.ts";
import { LOG_LEVELS, type LogLevel } from "../logger.ts";
import { readCode } from "../questions/code_digits.ts";
import {
  EXPORT_FORMATS,
  OPTIONS,
  type OptionSpec,
  type Shell,
  SHELLS,
  type Verb,
} from "./options.ts";

/** What the command line asks for. */
export interface Arguments {
  /** What to do instead of running a command. */
  readonly action?: Exclude<Verb, "run">;
  /** The shell, with `completions`. */
  readonly shell?: Shell;
  /** Whether everything is to be forgotten. */
  readonly all?: boolean;
  /** The command and its arguments; with `forget`, the names of variables. */
  readonly command: readonly string[];
  /** Whether output that was asked for is JSON. */
  readonly json?: boolean;
  /** Whether cached values are passed over. */
  readonly refresh?: boolean;
  /** Seconds of life that cached values must have left. */
  readonly minRemaining?: number;
  /** A one-time code for this run. */
  readonly token?: string;
  /** How much is said. */
  readonly logLevel?: LogLevel;
}

/** The command line is wrong. */
export class UsageError extends WevError {
  /** The name of the class. */
  override readonly name: string = "UsageError";

  /** Makes an error with what is wrong, and what it was probably meant to be. */
  constructor(message: string, suggest?: { word: string; known: readonly string[] }) {
    super(message, {
      exitStatus: ExitStatus.usage,
      hint: "Usage: wev [OPTIONS] COMMAND [ARG...]\nSee wev --help.",
      ...(suggest === undefined ? {} : { suggest }),
    });
  }
}

/**
 * Reads `args`. Everything from the first word without a dash on, or after `--`, is the command.
 *
 * @throws {UsageError} where an option is unknown or lacks its value.
 */
export function parseArguments(args: readonly string[]): Arguments {
  const found = new Map<string, string>();
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") {
      index++;
      break;
    }
    if (!arg.startsWith("-") || arg === "-") break;
    const [word = "", value] = splitOnce(arg);
    const spec = OPTIONS.find(({ name, short }) => name === word || short === word);
    if (spec === undefined) throw unknownOption(word);
    if (spec.value === undefined) {
      if (value !== undefined) throw new UsageError(`${spec.name} takes no value`);
      found.set(spec.name, "");
    } else {
      const given = value ?? args[++index];
      if (given === undefined) throw new UsageError(`${spec.name} needs a ${spec.value}`);
      found.set(spec.name, given);
    }
  }
  const command = args.slice(index);
  const level = found.get("--log-level");
  const action = actionOf(found, args);
  // Whoever wants help gets it, whatever else stands there.
  if (action !== "help") checkTogether(found, action ?? "run", command);
  if (action === "export") readChoice("--export", found.get("--export")!, EXPORT_FORMATS);
  if (action === undefined && command.length === 0) {
    throw new UsageError("There is no command to run");
  }
  const shell = found.get("--completions");
  const remaining = found.get("--min-remaining");
  const token = found.get("--token");
  return {
    ...(action === undefined ? {} : { action }),
    command,
    json: found.has("--json"),
    refresh: found.has("--refresh"),
    all: found.has("--all"),
    ...(action === "completions" ? { shell: readChoice("--completions", shell!, SHELLS) } : {}),
    ...(remaining === undefined ? {} : { minRemaining: readSeconds(remaining) }),
    ...(token === undefined ? {} : { token: readToken(token) }),
    ...(level === undefined ? {} : { logLevel: readLogLevel(level) }),
  };
}

/** Returns where in `args` a code stands: among wev's own words, not in the command. */
export function codePositions(
  args: readonly string[],
  { command }: Pick<Arguments, "command">,
): readonly number[] {
  return args.slice(0, args.length - command.length)
    .flatMap((arg, position) =>
      readCode(arg.replace(/^--token=/, "")) === undefined ? [] : [position]
    );
}

/** Returns what is asked for: the first verb, or help; `undefined` for a run. */
function actionOf(
  found: ReadonlyMap<string, string>,
  args: readonly string[],
): Arguments["action"] {
  if (found.has("--help") || args.length === 0) return "help";
  const verb = given(found).find(({ verb }) => verb !== undefined)?.verb;
  return verb === "run" ? undefined : verb;
}

/**
 * Checks that all of it means something together: nothing that somebody wrote is ignored.
 *
 * @throws {UsageError} where it does not.
 */
function checkTogether(
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
      `${ignored.name} goes with ${listed(ignored.goesWith!.map(nameOf))}, not with ${
        nameOf(verb)
      }`,
    );
  }
  const wordless = options.find(({ words }) => words === false);
  // The word is not shown: it may be a code that lost its option.
  if (wordless !== undefined && words.length > 0) {
    throw new UsageError(`${wordless.name} takes no command and no name after it`);
  }
}

/** Returns the options of a command line, in the order of the table. */
function given(found: ReadonlyMap<string, string>): readonly OptionSpec[] {
  return OPTIONS.filter(({ name }) => found.has(name));
}

/** Returns how a verb is named in a sentence. */
function nameOf(verb: Verb): string {
  return OPTIONS.find((option) => option.verb === verb)?.name ?? "a command";
}

/** Returns `a, b and c`. */
function listed(words: readonly string[]): string {
  const [last = "", ...rest] = words.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(", ")} and ${last}`;
}

function splitOnce(arg: string): [string, string?] {
  const equals = arg.indexOf("=");
  return equals < 0 ? [arg] : [arg.slice(0, equals), arg.slice(equals + 1)];
}

function unknownOption(word: string): UsageError {
  const known = OPTIONS.flatMap(({ name, short }) => short === undefined ? [name] : [name, short]);
  return new UsageError(`There is no option ${escapeControls(word)}`, { word, known });
}

function readSeconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `--min-remaining must be a whole number of seconds: it is "${escapeControls(text)}"`,
  );
}

/** What is wrong is not shown: it may be a code with a slip of the finger. */
function readToken(text: string): string {
  const code = readCode(text);
  if (code !== undefined) return code;
  throw new UsageError("--token must be the six digits of a code");
}

function readChoice<Choice extends string>(
  option: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((choice) => choice === text);
  if (choice !== undefined) return choice;
  throw new UsageError(
    `${option} takes ${choices.join(", ")}, and not "${escapeControls(text)}"`,
    { word: text, known: choices },
  );
}

/** Python's wev took its names in upper case, and `critical`; wev says nothing graver than an error. */
function readLogLevel(text: string): LogLevel {
  const name = text.toLowerCase() === "critical" ? "error" : text.toLowerCase();
  const level = LOG_LEVELS.find((level) => level === name);
  if (level !== undefined) return level;
  throw new UsageError(
    `The log level must be one of ${LOG_LEVELS.join(", ")}: it is "${escapeControls(text)}"`,
    { word: name, known: LOG_LEVELS },
  );
}
