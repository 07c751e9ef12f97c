/**
 * The errors for users. The message says what failed, and the hint has the remedy. Any other error that
 * reaches the top is a bug in wev.
 *
 * @module
 */

/** The exit statuses of wev, the same as those of env(1) and of shells. */
export const ExitStatus = {
  /** Success. */
  ok: 0,
  /** It failed, and there was no command to run. */
  failure: 1,
  /** The command line is invalid. */
  usage: 2,
  /** wev failed before starting the command. */
  cannotPrepare: 125,
  /** The command was found but can't be executed. */
  notExecutable: 126,
  /** The command was not found. */
  notFound: 127,
  /** 128 + SIGINT: Ctrl-C at a question. */
  interrupted: 130,
} as const;
/** An exit status: 0 to 255. If a command has run, it is the status of the command. */
export type ExitStatus = number;

/** The kinds of failures, for programs. `docs/failures.md` describes them. */
export const FAILURE_KINDS = [
  "config",
  "input-needed",
  "denied",
  "not-trusted",
  "auth",
  "network",
  "plugin",
  "not-found",
  "internal",
] as const;

/** One of {@linkcode FAILURE_KINDS}. */
export type FailureKind = typeof FAILURE_KINDS[number];

/** An input that a person has to give. */
export interface NeededInput {
  /** A one-time code, or a choice. */
  readonly kind: "code" | "choice";
  /** The device that shows the code. */
  readonly device?: string;
  /** The possible answers. */
  readonly choices?: readonly string[];
}

/** A failure as data, for programs. It contains no secret. */
export interface FailureData {
  /** The kind of failure. */
  readonly kind: FailureKind;
  /** The place in a file. */
  readonly location?: Location | undefined;
  /** The inputs that the run needs to go on. */
  readonly inputs?: readonly NeededInput[] | undefined;
  /** Commands of wev that help, the best first. */
  readonly next?: readonly string[] | undefined;
}

/** The options of {@linkcode WevError}. */
export interface WevErrorOptions extends Partial<FailureData> {
  /**
   * The kind of failure.
   *
   * @default {"config"}
   */
  readonly kind?: FailureKind;
  /** The remedy, one or more lines. */
  readonly hint?: string;
  /** An unknown word: wev suggests the closest known one. */
  readonly suggest?: Suggestion;
  /** The cause. It is never logged, because it may quote a secret. */
  readonly cause?: unknown;
  /**
   * The exit status of wev.
   *
   * @default {ExitStatus.cannotPrepare}
   */
  readonly exitStatus?: number;
  /**
   * Whether a concurrent run that resolves the same values would fail in the same way. Then it fails
   * without trying.
   *
   * @default {true}
   */
  readonly shared?: boolean;
}

/** An unknown word and the known ones. */
export interface Suggestion {
  /** The unknown word. */
  readonly word: string;
  /** The known words. */
  readonly known: readonly string[];
  /** Words of other tools, mapped to known words. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** An error for the user: printed without a stack trace. */
export class WevError extends Error implements FailureData {
  /** The name of the class. */
  override readonly name: string = "WevError";
  /** The remedy. */
  readonly hint: string | undefined;
  /** An unknown word. */
  readonly suggest: Suggestion | undefined;
  /** The exit status of wev. */
  readonly exitStatus: number;
  /** Whether a concurrent run that resolves the same values would fail in the same way. */
  readonly shared: boolean;
  /** The kind of failure. */
  readonly kind: FailureKind;
  /** The place in a file. */
  readonly location: Location | undefined;
  /** The inputs that the run needs to go on. */
  readonly inputs: readonly NeededInput[] | undefined;
  /** Commands of wev that help, the best first. */
  readonly next: readonly string[] | undefined;

  /** Creates an error. `message` says what failed. */
  constructor(message: string, options: WevErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.suggest = options.suggest;
    this.exitStatus = options.exitStatus ?? ExitStatus.cannotPrepare;
    this.shared = options.shared ?? true;
    this.kind = options.kind ?? "config";
    this.location = options.location;
    this.inputs = options.inputs;
    this.next = options.next;
  }
}

/** A location in a configuration file. Line and column count from 1; columns are UTF-16 units. */
export interface Location {
  /** Absolute path of the file. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** A mistake in the configuration, with its location. */
export class ConfigError extends WevError {
  /** The name of the class. */
  override readonly name: string = "ConfigError";

  /** Creates an error for `location`. The message starts with `FILE:LINE:COLUMN`. */
  constructor(override readonly location: Location, reason: string, options: WevErrorOptions = {}) {
    super(`${formatLocation(location)}: ${reason}`, { ...options, location });
  }
}

/** The user cancelled a question with Ctrl-C or Ctrl-D. */
export class CancelledError extends WevError {
  /** The name of the class. */
  override readonly name: string = "CancelledError";

  /** Creates an error of the kind `denied`. */
  constructor(message: string, options: WevErrorOptions = {}) {
    super(message, { kind: "denied", ...options });
  }
}

/** Returns only the data of `failure`. */
export function dataOf({ kind, location, inputs, next }: FailureData): FailureData {
  if (location === undefined) return { kind, inputs, next };
  const { file, line, column } = location;
  return { kind, location: { file, line, column }, inputs, next };
}

/** Returns `FILE:LINE:COLUMN`, with control characters escaped. */
export function formatLocation(location: Location): string {
  return `${escapeControls(location.file)}:${location.line}:${location.column}`;
}

/**
 * Returns `text` with every invisible character escaped as `\xNN`, `\uNNNN` or `\u{NNNNN}`: C0, DEL, C1,
 * line and paragraph separators, direction controls, zero-width characters, lone surrogates. So text from
 * outside can't move the cursor, change colours, reorder the output, or look like another text.
 */
export function escapeControls(text: string): string {
  // Compiling the other expression takes milliseconds, for which a question would wait.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu, (character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
  });
}

/** Returns a path quoted for a shell, with control characters escaped for the terminal. */
export function asShellWord(path: string): string {
  const shown = escapeControls(path);
  return /^[\w./@%+:,-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
