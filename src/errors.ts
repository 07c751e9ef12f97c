/**
 * The failures a user can meet. Each says what failed; the hint says what to do about it. Any other
 * error that reaches the top is a bug in wev.
 *
 * @module
 */

/** Exit statuses of wev's own, as env(1) and the shells use them. */
export const ExitStatus = {
  /** It worked. */
  ok: 0,
  /** Something was asked for that could not be done, and no command was to run. */
  failure: 1,
  /** The command line is wrong. */
  usage: 2,
  /** wev could not prepare the run: the command did not start. */
  cannotPrepare: 125,
  /** The command was found and could not be executed. */
  notExecutable: 126,
  /** The command was not found. */
  notFound: 127,
  /** 128 + SIGINT: Ctrl-C at a question. */
  interrupted: 130,
} as const;
/** What wev exits with: 0 to 255. It is the command's own status where a command has run. */
export type ExitStatus = number;

/** What kind of thing a failure is, for programs; `docs/failures.md` says what each means. */
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

/** What a person would have to give. */
export interface NeededInput {
  /** A one-time code, or one of a few answers. */
  readonly kind: "code" | "choice";
  /** The device that shows the code. */
  readonly device?: string;
  /** The answers to choose from. */
  readonly choices?: readonly string[];
}

/** What a failure is, as data for programs. No secret is in it. */
export interface FailureData {
  /** What kind of thing it is. */
  readonly kind: FailureKind;
  /** Where in a file. */
  readonly location?: Location | undefined;
  /** What a person would have to give for the run to go on. */
  readonly inputs?: readonly NeededInput[] | undefined;
  /** Command lines of wev that would help, the best first. */
  readonly next?: readonly string[] | undefined;
}

/** How a {@linkcode WevError} is made. */
export interface WevErrorOptions extends Partial<FailureData> {
  /**
   * What kind of thing it is.
   *
   * @default {"config"}
   */
  readonly kind?: FailureKind;
  /** What the user can do about it, one or more lines. */
  readonly hint?: string;
  /** A word that is none of the known ones, to be shown with the one it was probably meant to be. */
  readonly suggest?: Suggestion;
  /** The error behind it; shown at no log level, since it may quote a secret. */
  readonly cause?: unknown;
  /**
   * What wev exits with.
   *
   * @default {ExitStatus.cannotPrepare}
   */
  readonly exitStatus?: number;
  /**
   * Whether a run that wants the same at the same time would fail in the same way, and so need not try.
   *
   * @default {true}
   */
  readonly shared?: boolean;
}

/** A word that is none of the known ones. */
export interface Suggestion {
  /** The word. */
  readonly word: string;
  /** What it could have been. */
  readonly known: readonly string[];
  /** Words of others for some of those, by word. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** A failure that is explained to the user: printed plainly, without a stack trace. */
export class WevError extends Error implements FailureData {
  /** The name of the class. */
  override readonly name: string = "WevError";
  /** What the user can do about it. */
  readonly hint: string | undefined;
  /** A word that is none of the known ones. */
  readonly suggest: Suggestion | undefined;
  /** What wev exits with. */
  readonly exitStatus: number;
  /** Whether a run that wants the same at the same time would fail in the same way. */
  readonly shared: boolean;
  /** What kind of thing it is. */
  readonly kind: FailureKind;
  /** Where in a file. */
  readonly location: Location | undefined;
  /** What a person would have to give for the run to go on. */
  readonly inputs: readonly NeededInput[] | undefined;
  /** Command lines of wev that would help, the best first. */
  readonly next: readonly string[] | undefined;

  /** Makes a failure with `message` (what failed) and what `options` say of it. */
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

/** A place in a configuration file; line and column count from 1, columns in UTF-16 units. */
export interface Location {
  /** Absolute path of the file. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** A mistake in the configuration, at a place. */
export class ConfigError extends WevError {
  /** The name of the class. */
  override readonly name: string = "ConfigError";

  /** Makes a mistake at `location`: the message begins with `FILE:LINE:COLUMN`. */
  constructor(override readonly location: Location, reason: string, options: WevErrorOptions = {}) {
    super(`${formatLocation(location)}: ${reason}`, { ...options, location });
  }
}

/** The person gave up at a question, with Ctrl-C or Ctrl-D. */
export class CancelledError extends WevError {
  /** The name of the class. */
  override readonly name: string = "CancelledError";

  /** Makes a failure of the kind `denied`. */
  constructor(message: string, options: WevErrorOptions = {}) {
    super(message, { kind: "denied", ...options });
  }
}

/** Returns what `failure` is as data, and nothing else of it. */
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
 * Returns `text` with every character that can't be seen (C0, DEL, C1, line and paragraph separators,
 * direction controls, characters without width, halves of surrogate pairs) as `\xNN`, `\uNNNN` or
 * `\u{NNNNN}`, so that text from outside can't move a terminal's cursor, change its colours, reorder
 * what is read, or look like another text.
 */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu, (character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
  });
}

/** Returns a path as a word for a shell, with control characters escaped for the terminal. */
export function asShellWord(path: string): string {
  const shown = escapeControls(path);
  return /^[\w./@%+:,-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
